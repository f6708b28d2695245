import type { Door } from '@muster/contracts';
import type { AdmissionInputs } from './admission-inputs.ts';
import { because, type RecordedReason } from './reasons.ts';

export type DoorAnswer =
  | { readonly grantedBy: Door; readonly reason: RecordedReason }
  | { readonly refused: RecordedReason };

/** One check: an answer, or undefined where it has nothing to say and the next one is asked. */
type DoorCheck = (inputs: AdmissionInputs) => DoorAnswer | undefined;

const refused = (...reason: Parameters<typeof because>): DoorAnswer => ({ refused: because(...reason) });
const grantedBy = (door: Door, ...reason: Parameters<typeof because>): DoorAnswer => ({
  grantedBy: door,
  reason: because(...reason),
});

const hasExpired = ({ member, at }: AdmissionInputs): boolean =>
  member !== null && member.expiresAt !== null && member.expiresAt <= at;

/** An invitation that has run out is void: it gives nothing, and takes nothing from what a rule gives to anybody. */
export const invitationHasExpired = (inputs: AdmissionInputs): boolean =>
  inputs.member?.status === 'invited' && hasExpired(inputs);

const isInvited = (inputs: AdmissionInputs): boolean =>
  inputs.member?.status === 'invited' && !hasExpired(inputs);

const provisionedBy = ({ member }: AdmissionInputs): Door | undefined =>
  member?.status === 'pending' && ['admin_api', 'scim', 'import'].includes(member.door)
    ? member.door
    : undefined;

// R33: an address that somebody typed opens no door.
const addressIsNotProven: DoorCheck = ({ applicant }) =>
  applicant.proof === 'proven' ? undefined : refused('address_not_proven');

// R16: nobody removed comes back through an old proof.
const memberWasDeleted: DoorCheck = ({ member }) =>
  member?.status === 'deleted' ? refused('member_deleted') : undefined;

// R10: a factor counts for what it proved, never for what an administrator wrote since.
const addressIsAnothers: DoorCheck = ({ member }) =>
  member && !member.hasProvenAddress ? refused('address_not_the_members') : undefined;

// R34: a membership that had an end does not start again by itself; R39: neither does a pending one.
const membershipHasExpired: DoorCheck = (inputs) =>
  hasExpired(inputs) && (inputs.member?.status === 'active' || provisionedBy(inputs))
    ? refused('membership_expired')
    : undefined;

const isMemberAlready: DoorCheck = ({ member }) =>
  member?.status === 'active' ? grantedBy(member.door, 'already_member') : undefined;

// R30: a door that was shut is shut for invitations already sent, too; no rule stands in for it, since the roles that
// the invitation promises would come along.
const invitesAreShut: DoorCheck = (inputs) =>
  isInvited(inputs) && inputs.organization.emailInvites === 'NOT_ALLOWED'
    ? refused('email_invites_not_allowed')
    : undefined;

// R30: RESTRICTED invites are for the organization's own domains.
const domainIsNotForInvites: DoorCheck = (inputs) =>
  isInvited(inputs) && inputs.organization.emailInvites === 'RESTRICTED' && inputs.domain.state === null
    ? refused('invalid_email_for_invites', { domain: inputs.applicant.emailDomain })
    : undefined;

// R39: an invitation holds with all JIT off; R6: and where another organization claimed the domain since.
const invitationHolds: DoorCheck = (inputs) =>
  isInvited(inputs) ? grantedBy('invite', 'invitation_accepted') : undefined;

// R39: who was provisioned by the backend, a directory or an import needs no rule.
const provisioningHolds: DoorCheck = (inputs) => {
  const door = provisionedBy(inputs);
  return door && grantedBy(door, 'explicitly_provisioned', { door });
};

// R6: a claim stops new admissions elsewhere, and only those: members and invitations were let through above.
const domainIsClaimedElsewhere: DoorCheck = ({ domain, applicant }) =>
  domain.claimedElsewhere
    ? refused('action_not_allowed_email_domain_is_claimed', { domain: applicant.emailDomain })
    : undefined;

// R8: without a steward nobody answers for who is let in.
const organizationIsOwnerless: DoorCheck = ({ organization }) =>
  organization.ownerless ? refused('organization_ownerless') : undefined;

/** Asked in this order; the first answer stands. Nobody answers: the rule list decides. */
export const doorChecks: readonly DoorCheck[] = [
  addressIsNotProven,
  memberWasDeleted,
  addressIsAnothers,
  membershipHasExpired,
  isMemberAlready,
  invitesAreShut,
  domainIsNotForInvites,
  invitationHolds,
  provisioningHolds,
  domainIsClaimedElsewhere,
  organizationIsOwnerless,
];
