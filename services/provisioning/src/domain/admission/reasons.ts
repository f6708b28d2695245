import type { Reason } from '@muster/contracts';
import type { JsonObject } from '@muster/kernel';

/** What each reason says to a person. Where the wire has an error for it, the reason bears that error's name. */
export const reasonTexts = {
  already_member: 'The person is an active member.',
  invitation_accepted: 'The person was invited.',
  explicitly_provisioned: 'The member was provisioned explicitly.',
  rule_admits: 'A just-in-time rule admits the person.',
  join_request_approved: 'The join request was approved, and a rule still stands behind it.',

  approval_required: 'The rule leaves the decision to a steward.',

  address_not_proven: 'The e-mail address is only typed, not proven.',
  member_deleted: 'The member was removed from the organization.',
  address_not_the_members: 'The proven e-mail address is not the one of the member.',
  invite_expired: 'The invitation has expired.',
  email_invites_not_allowed: 'The organization does not allow invites any more.',
  invalid_email_for_invites: 'The organization restricts invites to its e-mail domains.',
  membership_expired: 'The pending membership has expired.',
  action_not_allowed_email_domain_is_claimed: 'Another organization has claimed the e-mail domain.',
  organization_ownerless: 'The organization has no steward; just-in-time admission is paused.',
  no_rule_matches: 'No just-in-time rule is about this person.',
  no_proven_colleague:
    'The domain is only listed, and no member of the organization has proven an address in it.',
  rule_is_off: 'The rule demands explicit provisioning.',
  rule_is_full: 'The rule has admitted as many members as it may.',
  only_offered_in_discovery: 'The organization is offered in discovery; it has to be chosen there.',
} as const;
export type ReasonCode = keyof typeof reasonTexts;

/** A reason as it is recorded: the words for it may get better later. */
export type RecordedReason = { readonly code: ReasonCode; readonly details: JsonObject };

export const because = (code: ReasonCode, details: JsonObject = {}): RecordedReason => ({ code, details });

/** A reason as it is told. */
export const told = ({ code, details }: RecordedReason): Reason => ({
  code,
  message: reasonTexts[code],
  details,
});
