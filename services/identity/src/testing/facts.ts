import type {
  EntryFacts,
  JitRule,
  MemberFacts,
  OrganizationFacts,
  WireMember,
  WireOrganization,
} from '@muster/contracts';
import { noSessionPolicy } from '@muster/contracts';

export const projectId = 'project-test-01919191-0000-7000-8000-000000000001';
export const acme = 'organization-test-01919191-0000-7000-8000-00000000000a';
export const globex = 'organization-test-01919191-0000-7000-8000-00000000000b';
export const ada = 'member-test-01919191-0000-7000-8000-0000000000a1';

/** Admits everybody with an address at that domain. */
export const ruleFor = (domain: string): JitRule => ({
  ruleId: 'jit-rule-1',
  matcher: { type: 'email_domain', domain, state: 'listed' },
  mode: 'auto',
  roles: [],
  membershipDays: null,
  cap: null,
  endsAt: null,
  source: 'custom',
});

export const organizationFacts = (
  facts: Partial<OrganizationFacts> = {},
  name = 'Acme',
): OrganizationFacts => ({
  organizationId: acme,
  slug: 'acme',
  revision: 0,
  epoch: 3,
  authentication: { mode: 'ALL_ALLOWED', allowed: [] },
  mfa: { requirement: 'OPTIONAL', mode: 'ALL_ALLOWED', allowed: [] },
  session: noSessionPolicy,
  emailInvites: 'ALL_ALLOWED',
  emailDomains: [],
  jitRules: [],
  jitRulesVersion: 1,
  ownerless: false,
  wire: { organization_id: facts.organizationId ?? acme, organization_name: name } as WireOrganization,
  ...facts,
});

export const memberFacts = (facts: Partial<MemberFacts> = {}): MemberFacts => {
  const member = {
    memberId: ada,
    status: 'active',
    epoch: 7,
    door: 'admin_api',
    address: 'ada@acme.test',
    emailId: 'member-email-ada',
    emailVerified: true,
    isBreakglass: false,
    mfaEnrolled: false,
    roles: [],
    expiresAt: null,
    ...facts,
  } as const;
  const wire = { member_id: member.memberId, status: member.status, email_address: member.address };
  return { ...member, wire: wire as WireMember };
};

export const entryOf = (organization: OrganizationFacts, member: MemberFacts | null): EntryFacts => ({
  organization,
  member,
  domain: null,
});
