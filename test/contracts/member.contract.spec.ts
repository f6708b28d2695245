import { readdirSync, readFileSync } from 'node:fs';
import {
  type AnyAggregateType,
  type Event,
  EventCodec,
  InMemoryKeyStore,
  type NewEvent,
  type RecordedEvent,
} from '@muster/eventsourcing';
import { memberAggregate } from '../../services/organization/src/domain/member/member.aggregate.ts';
import type { MemberEvent } from '../../services/organization/src/domain/member/member.events.ts';
import { stewardsAggregate } from '../../services/organization/src/domain/stewards/stewards.aggregate.ts';
import type { StewardsEvent } from '../../services/organization/src/domain/stewards/stewards.events.ts';

const projectId = 'project-test-01890000-0000-7000-8000-000000000009';
const organizationId = 'organization-test-01890000-0000-7000-8000-000000000001';
const ada = 'member-test-01890000-0000-7000-8000-0000000000a1';
const at = '2026-11-23T09:30:00.000Z';

type Sample = Pick<NewEvent, 'type' | 'schemaVersion' | 'data'>;

const keys = new InMemoryKeyStore();
const codec = new EventCodec(keys, [memberAggregate, stewardsAggregate]);

/** One shape an event was ever stored in. Frozen: a sample is added, never edited. */
const sampleOf = (category: string, type: string, version: number): Sample => {
  const file = new URL(`${category}/${type}.v${version}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Sample;
};

const recorded = (category: string, sample: Sample): RecordedEvent => ({
  ...sample,
  eventId: '01890000-0000-7000-8000-0000000000e1',
  position: 1,
  stream: `${category}-${projectId}.${ada}`,
  revision: 0,
  organizationId,
  commitId: 'commit',
  metadata: { projectId, actor: 'system:test', commandId: 'c', correlationId: 'c', causationId: 'c', at },
  recordedAt: at,
});

const decoded = async <E extends Event>(category: string, type: string, version = 1): Promise<E> => {
  const [event] = await codec.decode([recorded(category, sampleOf(category, type, version))]);
  return event!.event as E;
};

const aggregates: readonly AnyAggregateType[] = [memberAggregate, stewardsAggregate];
const definitions = aggregates.flatMap(({ category, events }) =>
  Object.entries<{ readonly version: number }>(events).map(
    ([type, { version }]) => [category, type, version] as const,
  ),
);

const folded = async (types: readonly MemberEvent['type'][]) => {
  const events = await Promise.all(types.map((type) => decoded<MemberEvent>('member', type)));
  return events.reduce(memberAggregate.decider.evolve, memberAggregate.decider.initialState);
};

describe('E11: what is stored of members and stewards', () => {
  it.each(definitions)('%s.%s decodes as it was written', async (category, type, version) => {
    for (let written = 1; written <= version; written++) {
      const { data } = sampleOf(category, type, written);
      expect(await decoded(category, type, written)).toEqual({ type, data });
    }
  });

  it('has a sample of every type, and none of a type that is gone', () => {
    for (const { category, events } of aggregates) {
      const types = readdirSync(new URL(`${category}/`, import.meta.url)).map((name) => name.split('.')[0]);
      expect(new Set(types)).toEqual(new Set(Object.keys(events)));
    }
  });

  it('folds an invited member into what it always meant', async () =>
    expect(
      await folded(['MemberCreated', 'MembershipRequestRenewed', 'MemberInvited', 'InvitationRenewed']),
    ).toEqual({
      status: 'invited',
      door: 'login_request',
      epoch: 0,
      wasActive: false,
      email: {
        emailId: 'member-email-test-01890000-0000-7000-8000-0000000000e1',
        address: 'ada@acme.test',
        verified: false,
      },
      retired: [],
      inFlight: null,
      externalId: 'crm|7',
      roles: ['editor', 'reader'],
      name: 'Ada',
      isBreakglass: false,
      trustedMetadata: { plan: 'pro' },
      untrustedMetadata: { theme: 'dark' },
      mfa: { phoneNumber: null, enrolled: false, defaultMethod: null },
      expiresAt: '2026-12-01T09:30:00.000Z',
      membershipEndsAt: null,
      grantedByMemberId: null,
    }));

  it('folds a member with a history into what it always meant', async () =>
    expect(
      await folded([
        'MemberCreated',
        'MemberActivated',
        'MemberEmailVerified',
        'MemberEmailRetired',
        'MemberEmailReplaced',
        'EmailUpdateStarted',
        'MemberRolesAssigned',
        'MemberRenamed',
        'TrustedMetadataSet',
        'UntrustedMetadataSet',
        'ExternalIdAssigned',
        'BreakglassGranted',
        'MfaPhoneNumberSet',
        'MfaEnrolled',
        'DefaultMfaMethodChosen',
      ]),
    ).toEqual({
      status: 'active',
      door: 'invite',
      epoch: 0,
      wasActive: true,
      email: {
        emailId: 'member-email-test-01890000-0000-7000-8000-0000000000e3',
        address: 'ada@lovelace.test',
        verified: true,
      },
      retired: [
        {
          emailId: 'member-email-test-01890000-0000-7000-8000-0000000000e1',
          address: 'ada@acme.test',
        },
      ],
      inFlight: {
        emailId: 'member-email-test-01890000-0000-7000-8000-0000000000e2',
        address: 'ada@home.test',
        until: '2026-11-23T09:35:00.000Z',
        heldAsRetired: false,
      },
      externalId: 'crm|8',
      roles: ['stytch_admin'],
      name: 'Ada Lovelace',
      isBreakglass: true,
      trustedMetadata: { plan: 'enterprise' },
      untrustedMetadata: { theme: 'light', nested: { list: [1, null] } },
      mfa: { phoneNumber: '+4915112345678', enrolled: true, defaultMethod: 'sms_otp' },
      expiresAt: null,
      membershipEndsAt: '2027-11-23T09:30:00.000Z',
      grantedByMemberId: null,
    }));

  it('folds a member who lost everything and came back into what it always meant', async () =>
    expect(
      await folded([
        'MemberCreated',
        'MemberActivated',
        'MemberEmailVerified',
        'EmailUpdateStarted',
        'EmailUpdateAbandoned',
        'MemberEmailRetired',
        'MemberEmailReplaced',
        'RetiredEmailUnlinked',
        'ExternalIdAssigned',
        'ExternalIdRemoved',
        'BreakglassGranted',
        'BreakglassWithdrawn',
        'MfaEnrolled',
        'MfaUnenrolled',
        'MemberDeactivated',
        'MemberReactivated',
      ]),
    ).toMatchObject({
      status: 'active',
      epoch: 1,
      email: { address: 'ada@lovelace.test', verified: true },
      retired: [],
      inFlight: null,
      externalId: null,
      roles: [],
      isBreakglass: false,
      mfa: { phoneNumber: null, enrolled: false, defaultMethod: null },
    }));

  it('folds an erased member into what it always meant', async () => {
    const { initialState } = memberAggregate.decider;
    const types = ['MemberCreated', 'MemberActivated', 'MemberDeactivated', 'MemberErased'] as const;
    const erased = {
      ...initialState,
      status: 'erased',
      door: 'invite',
      epoch: 1,
      erasure: {
        addressHashes: [
          'kB0yqkN3mXc4cYp2X1m3r8zN0m5w7Lr8d2s0c9u1aZs',
          '9bqU1lYt6m0k2Qf3nX7hVd5sRz8w4pJcE1aGyTiOuM0',
        ],
        completed: false,
      },
    };
    expect(await folded(types)).toEqual(erased);
    expect(await folded([...types, 'MemberErasureCompleted'])).toEqual({
      ...erased,
      erasure: { ...erased.erasure, completed: true },
    });
  });

  it('folds stewards into what they always meant', async () => {
    const { evolve, initialState } = stewardsAggregate.decider;
    const types = ['StewardAdded', 'StewardRemoved', 'OrganizationBecameOwnerless'] as const;
    const lost = await Promise.all(types.map((type) => decoded<StewardsEvent>('stewards', type)));
    expect(lost.reduce(evolve, initialState)).toEqual({ memberIds: [], ownerless: true });
    const back = ['OrganizationReclaimed', 'StewardAdded'] as const;
    const reclaimed = await Promise.all(back.map((type) => decoded<StewardsEvent>('stewards', type)));
    expect([...lost, ...reclaimed].reduce(evolve, initialState)).toEqual({
      memberIds: [ada],
      ownerless: false,
    });
  });
});

describe('E12: what is stored of members', () => {
  it.each(definitions.filter(([category]) => category === 'member'))(
    '%s.%s holds nothing personal in clear',
    async (category, type, version) => {
      const { data } = sampleOf(category, type, version);
      const id = { projectId, organizationId, id: ada };
      const stored = await codec.encode(category, id, [{ type, data }]);
      expect(JSON.stringify(stored)).not.toMatch(/ada@|Ada|4915112345678|plan|theme/);
    },
  );
});
