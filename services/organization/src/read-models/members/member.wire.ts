import {
  adminRole,
  type MemberFacts,
  memberRole,
  type MemberStatus,
  type WireMember,
  type WireMemberRole,
  type WireOrganization,
  type WireRoleSource,
} from '@muster/contracts';
import { domainOf, type Instant } from '@muster/kernel';
import { hasLapsed } from '../../domain/member/member.rules.ts';
import type { MemberDocument } from './members.projection.ts';

/** What of the organization decides about a member's roles. */
type RoleSettings = Pick<WireOrganization, 'rbac_email_implicit_role_assignments'>;

/** R33, R34: whose time is over counts as deleted at once, written down or not; R54: and so does who was erased. */
export const statusAt = (document: MemberDocument, at: Instant): MemberStatus =>
  document.status === 'erased' || hasLapsed(document, at) ? 'deleted' : document.status;

const direct: WireRoleSource = { type: 'direct_assignment', details: {} };

/** All sources of each role, in the order in which the roles first appear. */
const bySource = (given: readonly (readonly [string, WireRoleSource])[]): readonly WireMemberRole[] =>
  [...new Set(given.map(([role]) => role))].map((role_id) => ({
    role_id,
    sources: given.filter(([role]) => role === role_id).map(([, source]) => source),
  }));

/**
 * The roles a member has, or is promised by an invitation. Implicit ones by e-mail domain need a proven address: an
 * administrator can write any address, and must not give roles with it.
 */
const rolesOf = (
  { email, roles }: MemberDocument,
  status: MemberStatus,
  { rbac_email_implicit_role_assignments: implicit }: RoleSettings,
): readonly WireMemberRole[] => {
  if (status === 'deleted' || status === 'pending') return [];
  const byDomain =
    status === 'active' && email.verified
      ? implicit.filter(({ domain }) => domain === domainOf(email.address))
      : [];
  return bySource([
    [memberRole, direct],
    ...roles.map((role) => [role, direct] as const),
    ...byDomain.map(
      ({ domain, role_id }) =>
        [role_id, { type: 'email_assignment', details: { email_domain: domain } }] as const,
    ),
  ]);
};

/** A member as the wire shows them at an instant. */
export const toWireMember = (
  document: MemberDocument,
  organization: RoleSettings,
  at: Instant,
): WireMember => {
  const status = statusAt(document, at);
  const roles = rolesOf(document, status, organization);
  return {
    organization_id: document.organizationId,
    member_id: document.memberId,
    external_id: document.externalId,
    email_address: document.email.address,
    email_address_verified: document.email.verified,
    retired_email_addresses: document.retired.map(({ emailId, address }) => ({
      email_id: emailId,
      email_address: address,
    })),
    status,
    name: document.name,
    is_breakglass: document.isBreakglass,
    is_admin: roles.some(({ role_id }) => role_id === adminRole),
    roles,
    mfa_enrolled: document.mfa.enrolled,
    mfa_phone_number: document.mfa.phoneNumber ?? '',
    mfa_phone_number_verified: false,
    default_mfa_method: document.mfa.defaultMethod ?? '',
    totp_registration_id: '',
    member_password_id: '',
    sso_registrations: [],
    oauth_registrations: [],
    scim_registration: null,
    is_locked: false,
    lock_created_at: null,
    lock_expires_at: null,
    trusted_metadata: document.trustedMetadata,
    untrusted_metadata: document.untrustedMetadata,
    created_at: document.createdAt,
    updated_at: document.updatedAt,
  };
};

/** A member as other services judge them. Only an active one has roles (R33). */
export const memberFacts = (
  document: MemberDocument,
  organization: RoleSettings,
  at: Instant,
): MemberFacts => {
  const wire = toWireMember(document, organization, at);
  return {
    memberId: document.memberId,
    status: wire.status,
    epoch: document.epoch,
    door: document.door,
    address: document.email.address,
    emailId: document.email.emailId,
    emailVerified: document.email.verified,
    isBreakglass: document.isBreakglass,
    mfaEnrolled: document.mfa.enrolled,
    roles: wire.status === 'active' ? wire.roles.map(({ role_id }) => role_id) : [],
    expiresAt: document.expiresAt ?? document.membershipEndsAt,
    wire,
  };
};
