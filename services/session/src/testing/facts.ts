import {
  type EntryFacts,
  type Factor,
  type MemberFacts,
  noSessionPolicy,
  type OrganizationFacts,
  type RedeemedProof,
  type WireMember,
  type WireOrganization,
} from '@muster/contracts';

export const projectId = 'project-test-01919191-0000-7000-8000-000000000001';
export const acme = 'organization-test-01919191-0000-7000-8000-00000000000a';
export const globex = 'organization-test-01919191-0000-7000-8000-00000000000b';
export const adaAtAcme = 'member-test-01919191-0000-7000-8000-0000000000a1';
export const adaAtGlobex = 'member-test-01919191-0000-7000-8000-0000000000b1';
export const START = '2026-11-23T09:00:00.000Z';

export const organizationFacts = (facts: Partial<OrganizationFacts> = {}): OrganizationFacts => {
  const organizationId = facts.organizationId ?? acme;
  const slug = facts.slug ?? 'acme';
  const wire = { organization_id: organizationId, organization_slug: slug, organization_external_id: null };
  return {
    organizationId,
    slug,
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
    wire: wire as WireOrganization,
    ...facts,
  };
};

export const memberFacts = (facts: Partial<MemberFacts> = {}, organizationId: string = acme): MemberFacts => {
  const member = {
    memberId: adaAtAcme,
    status: 'active',
    epoch: 7,
    door: 'admin_api',
    address: 'ada@acme.test',
    emailId: 'member-email-ada-at-acme',
    emailVerified: true,
    isBreakglass: false,
    mfaEnrolled: false,
    roles: ['stytch_member'],
    expiresAt: null,
    ...facts,
  } as const;
  const wire = {
    organization_id: organizationId,
    member_id: member.memberId,
    status: member.status,
    email_address: member.address,
    mfa_phone_number: '',
    totp_registration_id: '',
  };
  return { ...member, wire: wire as WireMember };
};

export const entryOf = (organization: OrganizationFacts, member: MemberFacts | null): EntryFacts => ({
  organization,
  member,
  domain: null,
});

/** Ada's address, proven by a link at the start. */
export const emailFactor = (factor: Partial<Factor> = {}): Factor => ({
  method: 'magic_link',
  order: 'PRIMARY',
  subject: { kind: 'email', address: 'ada@acme.test', emailId: '' },
  trust: { kind: 'anywhere' },
  firstProvenAt: START,
  lastProvenAt: START,
  ...factor,
});

export const proofFor = (proof: Partial<RedeemedProof> = {}): RedeemedProof => ({
  factor: emailFactor(),
  organizationId: acme,
  memberId: adaAtAcme,
  memberEpoch: 7,
  organizationEpoch: 3,
  purpose: 'login',
  ...proof,
});

export const discoveryProof = (factor: Partial<Factor> = {}): RedeemedProof => ({
  factor: emailFactor(factor),
  organizationId: null,
  memberId: null,
  memberEpoch: null,
  organizationEpoch: null,
  purpose: 'discovery',
});
