import { readFileSync } from 'node:fs';
import { EventCodec, InMemoryKeyStore, type NewEvent, type RecordedEvent } from '@muster/eventsourcing';
import { organizationAggregate } from '../../services/organization/src/domain/organization/organization.aggregate.ts';
import type { OrganizationEvent } from '../../services/organization/src/domain/organization/organization.events.ts';

const projectId = 'project-test-01890000-0000-7000-8000-000000000009';
const organizationId = 'organization-test-01890000-0000-7000-8000-000000000001';
const at = '2026-11-23T09:30:00.000Z';

type Sample = Pick<NewEvent, 'type' | 'schemaVersion' | 'data'>;

/** Every shape an event was ever stored in, oldest first. Frozen: a sample is added, never edited. */
const samplesOf = (type: string, version: number): readonly Sample[] =>
  Array.from({ length: version }, (_, index) => {
    const file = new URL(`organization/${type}.v${index + 1}.json`, import.meta.url);
    return JSON.parse(readFileSync(file, 'utf8')) as Sample;
  });

const recorded = (sample: Sample): RecordedEvent => ({
  ...sample,
  eventId: '01890000-0000-7000-8000-0000000000e1',
  position: 1,
  stream: `organization-${projectId}.${organizationId}`,
  revision: 0,
  organizationId,
  commitId: 'commit',
  metadata: { projectId, actor: 'system:test', commandId: 'c', correlationId: 'c', causationId: 'c', at },
  recordedAt: at,
});

const definitions = Object.entries(organizationAggregate.events);
const codec = new EventCodec(new InMemoryKeyStore(), [organizationAggregate]);

const decoded = async (sample: Sample): Promise<OrganizationEvent> => {
  const [event] = await codec.decode([recorded(sample)]);
  return event!.event as OrganizationEvent;
};

describe('E11: what is stored of organizations', () => {
  it.each(definitions)('%s decodes as it was written', async (type, { version }) => {
    for (const sample of samplesOf(type, version))
      expect(await decoded(sample)).toEqual({ type, data: sample.data });
  });

  it('folds, one fact after the other, into what it always meant', async () => {
    const newest = definitions.map(([type, { version }]) => samplesOf(type, version).at(-1)!);
    const events = await Promise.all(newest.map(decoded));
    const { decider } = organizationAggregate;
    const beforeDeletion = events.slice(0, -1).reduce(decider.evolve, decider.initialState);
    expect(beforeDeletion).toEqual({
      status: 'existing',
      organizationId,
      name: 'Acme Ltd',
      slug: 'acme-ltd',
      logoUrl: 'https://acme.test/logo.png',
      externalId: null,
      trustedMetadata: { plan: 'pro', contact: { name: 'Ada' } },
      authentication: { mode: 'RESTRICTED', allowed: ['magic_link', 'sso'] },
      mfa: { requirement: 'REQUIRED_FOR_ALL', mode: 'RESTRICTED', allowed: ['totp'] },
      session: {
        maximumDurationMinutes: 480,
        idleTimeoutMinutes: 30,
        reauthenticationIntervalMinutes: null,
      },
      emailInvites: 'RESTRICTED',
      jitDefaults: {
        ssoJitProvisioning: 'RESTRICTED',
        ssoAllowedConnections: ['saml-connection-test-01890000-0000-7000-8000-00000000000a'],
        emailJitProvisioning: 'RESTRICTED',
        oauthTenantJitProvisioning: 'RESTRICTED',
        allowedOauthTenants: { slack: ['T1'] },
      },
      customJitRules: [
        {
          ruleId: 'contractors',
          matcher: { type: 'email_domain', domain: 'acme.test', state: 'verified' },
          mode: 'approve',
          roles: ['editor'],
          membershipDays: 90,
          cap: 25,
          endsAt: '2027-01-01T00:00:00.000Z',
        },
        {
          ruleId: 'okta',
          matcher: {
            type: 'connection',
            connectionId: 'saml-connection-test-01890000-0000-7000-8000-00000000000a',
          },
          mode: 'auto',
          roles: [],
          membershipDays: null,
          cap: null,
          endsAt: null,
        },
      ],
      jitRulesVersion: 3,
      domains: [{ domain: 'acme.test', state: 'verified', challenge: '0BEYnpPIJxFNvzqxVrqTJhbXQ5ZgkMdB' }],
      implicitRoles: [{ domain: 'acme.test', role_id: 'editor' }],
      firstPartyApps: { mode: 'ALL_ALLOWED', allowed: [] },
      thirdPartyApps: { mode: 'RESTRICTED', allowed: ['connected-app-1'] },
      epoch: 0,
    });
    expect(decider.evolve(beforeDeletion, events.at(-1)!)).toEqual({
      ...beforeDeletion,
      status: 'deleted',
      epoch: 1,
    });
  });
});
