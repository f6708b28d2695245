import type { EntryFacts, MemberFacts, OrganizationFacts, WireOrganization } from '@muster/contracts';

type Changes = {
  readonly organization?: Partial<OrganizationFacts>;
  readonly member?: Partial<MemberFacts>;
  readonly domain?: Partial<NonNullable<EntryFacts['domain']>>;
};

const acme: OrganizationFacts = {
  organizationId: 'organization-test-00000000-0000-7000-8000-0000000000ac',
  slug: 'acme',
  revision: 7,
  epoch: 0,
  authentication: { mode: 'ALL_ALLOWED', allowed: [] },
  mfa: { requirement: 'OPTIONAL', mode: 'ALL_ALLOWED', allowed: [] },
  session: {
    maximumDurationMinutes: null,
    idleTimeoutMinutes: null,
    reauthenticationIntervalMinutes: null,
  },
  emailInvites: 'ALL_ALLOWED',
  emailDomains: [{ domain: 'acme.test', state: 'listed' }],
  jitRules: [],
  jitRulesVersion: 3,
  ownerless: false,
  wire: {
    organization_name: 'Acme',
    sso_active_connections: [{ connection_id: 'c1' }],
  } as unknown as WireOrganization,
};

const grace: MemberFacts = {
  memberId: 'member-grace',
  status: 'invited',
  epoch: 0,
  door: 'invite',
  address: 'grace@acme.test',
  emailId: 'email-grace',
  emailVerified: false,
  isBreakglass: false,
  mfaEnrolled: false,
  roles: [],
  expiresAt: null,
  wire: {} as MemberFacts['wire'],
};

/** What the organization service answers in specs: Acme lists acme.test, has no rules, and no such member. */
export const entryFacts = ({ organization, member, domain }: Changes = {}): EntryFacts => ({
  organization: { ...acme, ...organization },
  member: member ? { ...grace, ...member } : null,
  domain: { domain: 'acme.test', provenColleague: false, claimedElsewhere: false, ...domain },
});
