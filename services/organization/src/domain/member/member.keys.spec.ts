import type { Reservation, ReservationChange } from '@muster/eventsourcing';
import { DomainError, type Instant, plusMinutes } from '@muster/kernel';
import fc from 'fast-check';
import { noon } from '../../../test/member-facts.ts';
import type { MemberCommand } from './member.commands.ts';
import { memberDecider } from './member.decider.ts';
import { memberEmailKey, memberReservations } from './member.keys.ts';
import { evolveMember, type Member, noMember } from './member.state.ts';

const members = ['member-1', 'member-2'] as const;
const place = { projectId: 'project-1', organizationId: 'organization-1' };
const plainly = (_scope: string, value: string): string => value;

const anAddress = fc.constantFrom('a@acme.test', 'b@acme.test', 'c@acme.test');
const anExternalId = fc.constantFrom('crm-1', 'crm-2');
const minutes = fc.integer({ min: 1, max: 30 });

type Step = { readonly memberId: string; readonly command: (at: Instant) => MemberCommand };

const inTime = <Data>(arbitrary: fc.Arbitrary<Data>, type: MemberCommand['type']) =>
  arbitrary.map((data) => (at: Instant) => ({ type, data, at }) as unknown as MemberCommand);
const until = <Data>(arbitrary: fc.Arbitrary<Data>, type: MemberCommand['type'], field: string) =>
  fc.tuple(arbitrary, minutes).map(
    ([data, after]) =>
      (at: Instant) =>
        ({ type, data: { ...data, [field]: plusMinutes(at, after) }, at }) as unknown as MemberCommand,
  );

const emailId = fc.uuid();
const blank = fc.record({
  name: fc.constant(''),
  roles: fc.constant([]),
  trustedMetadata: fc.constant({}),
  untrustedMetadata: fc.constant({}),
});
const wishes = fc.oneof(
  // Moves between addresses need several steps to go wrong, so they are wished for more often than comings and goings.
  inTime(
    fc
      .record({
        emailId,
        address: anAddress,
        pending: fc.boolean(),
        externalId: fc.option(anExternalId),
        blank,
      })
      .map(({ blank: rest, ...given }) => ({
        ...rest,
        ...given,
        door: 'admin_api',
        emailVerified: true,
        isBreakglass: false,
        mfaPhoneNumber: null,
        mfaEnrolled: false,
        membershipEndsAt: null,
      })),
    'CreateMember',
  ),
  until(fc.record({ emailId, address: anAddress }), 'ExpectMember', 'expiresAt'),
  until(
    fc.record({ emailId, address: anAddress, blank }).map(({ blank: rest, ...given }) => ({
      ...rest,
      ...given,
      invitedByMemberId: null,
      grantedByMemberId: null,
    })),
    'InviteMember',
    'expiresAt',
  ),
  inTime(
    anAddress.map((address) => ({
      door: 'jit_rule',
      address,
      roles: [],
      withheldRoles: [],
      membershipEndsAt: null,
    })),
    'ActivateMember',
  ),
  { weight: 4, arbitrary: inTime(fc.record({ address: anAddress }), 'ProveAddress') },
  {
    weight: 3,
    arbitrary: inTime(
      fc.record({ emailId, address: anAddress, unlinkPrevious: fc.boolean() }),
      'ReplaceAddress',
    ),
  },
  {
    weight: 3,
    arbitrary: until(fc.record({ emailId, address: anAddress }), 'StartEmailUpdate', 'until'),
  },
  inTime(fc.record({ emailId: fc.constant(null), address: anAddress }), 'UnlinkRetiredEmail'),
  inTime(fc.record({ externalId: anExternalId }), 'AssignExternalId'),
  inTime(fc.constant({}), 'RemoveExternalId'),
  inTime(fc.constant({ cause: 'deleted' }), 'DeactivateMember'),
  inTime(fc.constant({}), 'EndLapsedMember'),
  inTime(fc.constant({}), 'ReactivateMember'),
);
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({ memberId: fc.constantFrom(...members), command: wishes }),
  { minLength: 1, maxLength: 80, size: 'max' },
);

/** The log's rule about keys, and who it leaves holding each; undefined where it takes nothing of the commit. */
const taken = (
  held: ReadonlyMap<string, Reservation>,
  changes: readonly ReservationChange[],
  at: Instant,
): ReadonlyMap<string, Reservation> | undefined => {
  const after = new Map(held);
  for (const change of changes) {
    const holder = after.get(change.key);
    const isOthers = holder !== undefined && holder.owner !== change.owner;
    if (change.op === 'release') {
      if (!isOthers) after.delete(change.key);
    } else if (isOthers && (holder.until === undefined || holder.until > at)) return undefined;
    else after.set(change.key, change);
  }
  return after;
};

const decided = (state: Member, command: MemberCommand) => {
  try {
    return memberDecider.decide(state, command);
  } catch (error) {
    if (error instanceof DomainError) return [];
    throw error;
  }
};

/** The keys a member's state says it has at an instant: `key kind`, in order. */
const keysOf = ({ status, email, retired, inFlight, externalId, expiresAt }: Member, at: Instant) => {
  if (status === 'absent' || status === 'deleted') return [];
  const isVoid = status === 'pending' && expiresAt !== null && expiresAt <= at;
  const isMoving = inFlight !== null && inFlight.until > at && !inFlight.heldAsRetired;
  return [
    ...(isVoid ? [] : [`email:organization-1:${email.address} current`]),
    ...retired.map(({ address }) => `email:organization-1:${address} retired`),
    ...(isMoving ? [`email:organization-1:${inFlight.address} in-flight`] : []),
    ...(externalId === null ? [] : [`member-external-id:organization-1:${externalId} member-external-id`]),
  ].toSorted();
};

const keysHeldBy = (held: ReadonlyMap<string, Reservation>, memberId: string, at: Instant) =>
  [...held.values()]
    .filter(({ owner, until: end }) => owner === memberId && (end === undefined || end > at))
    .map(({ key, kind }) => `${key} ${kind}`)
    .toSorted();

describe('keys of members', () => {
  it('R5: after any history each member holds its current, retired and in-flight addresses, and nothing else', () => {
    fc.assert(
      fc.property(steps, (history) => {
        const states = new Map<string, Member>(members.map((id) => [id, noMember]));
        let held: ReadonlyMap<string, Reservation> = new Map();
        let at = noon;
        for (const { memberId, command } of history) {
          at = plusMinutes(at, 1);
          const state = states.get(memberId)!;
          const events = decided(state, command(at));
          const changes = events.flatMap((event) =>
            memberReservations(event, { ...place, id: memberId }, plainly),
          );
          const after = taken(held, changes, at);
          if (!after) continue;
          held = after;
          states.set(memberId, events.reduce(evolveMember, state));
          for (const id of members)
            expect(keysHeldBy(held, id, at)).toStrictEqual(keysOf(states.get(id)!, at));
        }
      }),
      { numRuns: 400 },
    );
  });

  it('R5: calling off a move back to a retired address leaves it retired', () => {
    const movedBack = { emailId: 'e1', address: 'a@acme.test', heldAsRetired: true } as const;
    const changes = [
      { type: 'EmailUpdateStarted', data: { ...movedBack, until: noon } },
      { type: 'EmailUpdateAbandoned', data: movedBack },
    ] as const;
    for (const event of changes)
      expect(memberReservations(event, { ...place, id: 'member-1' }, plainly)).toStrictEqual([]);
  });

  it('E12: the key of an address is a hash within its organization, never the address', () => {
    const hashed = (scope: string, value: string) => `hash(${scope}, ${value.length})`;
    expect(memberEmailKey(place, 'a@acme.test', hashed)).toBe(
      'email:organization-1:hash(project-1/organization-1, 11)',
    );
  });
});
