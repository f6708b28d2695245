import { type ClearEvent, publicEventsOf } from '@muster/contracts';
import { memberAggregate } from '../domain/member/member.aggregate.ts';
import type { MemberInvited } from '../domain/member/member.events.ts';

const of = ({ organizationId, id }: { readonly organizationId: string; readonly id: string }) => ({
  organization_id: organizationId,
  member_id: id,
});

const ofEmail = (event: ClearEvent<{ readonly emailId: string }>) => ({
  ...of(event),
  email_id: event.data.emailId,
});

const invitation = ({ data, ...event }: ClearEvent<Omit<MemberInvited['data'], 'address'>>) => ({
  ...of(event),
  status: 'invited' as const,
  roles: data.roles,
  expires_at: data.expiresAt,
  invited_by_member_id: data.invitedByMemberId,
});

/**
 * What others may know of a member. Every event names all fields that it changes, with what `evolveMember` makes of
 * them, so that a copy is the last value of each field.
 */
export const memberPublicEvents = publicEventsOf(memberAggregate, {
  MemberCreated: {
    as: 'muster.member.created.v1',
    data: ({ data, ...event }) => ({
      ...of(event),
      status: data.status,
      door: data.door,
      roles: data.roles,
      email_domain: data.domain,
      email_verified: data.emailVerified,
      is_breakglass: data.isBreakglass,
      mfa_enrolled: data.mfaEnrolled,
      expires_at: data.expiresAt,
      membership_ends_at: data.membershipEndsAt,
    }),
  },
  MembershipRequestRenewed: {
    as: 'muster.member.request-renewed.v1',
    data: ({ data, ...event }) => ({ ...of(event), expires_at: data.expiresAt }),
  },
  MemberInvited: { as: 'muster.member.invited.v1', data: invitation },
  InvitationRenewed: { as: 'muster.member.invitation-renewed.v1', data: invitation },
  MemberActivated: {
    as: 'muster.member.activated.v1',
    data: ({ data, ...event }) => ({
      ...of(event),
      status: 'active',
      door: data.door,
      roles: data.roles,
      expires_at: null,
      membership_ends_at: data.membershipEndsAt,
    }),
  },
  MemberDeactivated: {
    as: 'muster.member.deactivated.v1',
    data: ({ data, ...event }) => ({
      ...of(event),
      status: 'deleted',
      cause: data.cause,
      roles: [],
      is_breakglass: false,
      mfa_enrolled: false,
      expires_at: null,
      membership_ends_at: null,
    }),
  },
  MemberReactivated: {
    as: 'muster.member.reactivated.v1',
    data: (event) => ({ ...of(event), status: 'active' }),
  },
  MemberErased: {
    as: 'muster.member.erased.v1',
    data: (event) => ({ ...of(event), status: 'deleted' }),
  },
  // Others erase what they have as soon as they hear of the erasure, and wait for nobody.
  MemberErasureCompleted: 'internal',
  MemberEmailVerified: {
    as: 'muster.member.email-verified.v1',
    data: ({ data, ...event }) => ({ ...of(event), email_domain: data.domain, email_verified: true }),
  },
  MemberEmailReplaced: {
    as: 'muster.member.email-replaced.v1',
    data: ({ data, ...event }) => ({
      ...of(event),
      email_domain: data.domain,
      email_verified: data.emailVerified,
    }),
  },
  MemberEmailRetired: { as: 'muster.member.email-retired.v1', data: ofEmail },
  RetiredEmailUnlinked: { as: 'muster.member.retired-email-unlinked.v1', data: ofEmail },
  // Nothing is different yet, and nothing may come of it.
  EmailUpdateStarted: 'internal',
  EmailUpdateAbandoned: 'internal',
  MemberRolesAssigned: {
    as: 'muster.member.roles-assigned.v1',
    data: ({ data, ...event }) => ({ ...of(event), roles: data.roles }),
  },
  MemberRenamed: { as: 'muster.member.renamed.v1', data: of },
  TrustedMetadataSet: { as: 'muster.member.trusted-metadata-set.v1', data: of },
  UntrustedMetadataSet: { as: 'muster.member.untrusted-metadata-set.v1', data: of },
  ExternalIdAssigned: { as: 'muster.member.external-id-assigned.v1', data: of },
  ExternalIdRemoved: { as: 'muster.member.external-id-removed.v1', data: of },
  BreakglassGranted: {
    as: 'muster.member.breakglass-granted.v1',
    data: (event) => ({ ...of(event), is_breakglass: true }),
  },
  BreakglassWithdrawn: {
    as: 'muster.member.breakglass-withdrawn.v1',
    data: (event) => ({ ...of(event), is_breakglass: false }),
  },
  MfaPhoneNumberSet: { as: 'muster.member.mfa-phone-number-set.v1', data: of },
  MfaEnrolled: {
    as: 'muster.member.mfa-enrolled.v1',
    data: (event) => ({ ...of(event), mfa_enrolled: true }),
  },
  MfaUnenrolled: {
    as: 'muster.member.mfa-unenrolled.v1',
    data: (event) => ({ ...of(event), mfa_enrolled: false }),
  },
  DefaultMfaMethodChosen: {
    as: 'muster.member.default-mfa-method-chosen.v1',
    data: ({ data, ...event }) => ({ ...of(event), default_mfa_method: data.method }),
  },
});
