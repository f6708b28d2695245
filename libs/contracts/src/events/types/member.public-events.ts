import { mfaMethods } from '../../wire/organization.ts';
import { eventsAbout, exampleId } from '../public-event-type.ts';
import { always, emailDomain, id, instant, listOf, oneOf, orNull, word, yesOrNo } from '../schema.ts';

const ofMember = eventsAbout({ member_id: id('member') }, { member_id: exampleId('member', 'a1') });

/** Which doors members come through. */
export const publicDoor = oneOf(
  'admin_api',
  'invite',
  'jit_rule',
  'scim',
  'import',
  'creator',
  'login_request',
);

const roles = { roles: listOf(word) };
const untilOrNull = { expires_at: orNull(instant) };
const end = { membership_ends_at: orNull(instant) };
const email = { email_domain: emailDomain, email_verified: yesOrNo };
const emailId = { email_id: id('member-email') };
const invitation = {
  status: always('invited'),
  ...roles,
  ...untilOrNull,
  invited_by_member_id: orNull(id('member')),
};
const invited = {
  status: 'invited',
  roles: ['reader'],
  expires_at: '2026-12-01T09:30:00.000Z',
  invited_by_member_id: null,
} as const;
const retired = { email_id: exampleId('member-email', 'e1') };

/**
 * What becomes of a member. The fields of these events are the member's: whoever keeps the last value of each field,
 * from the first event on, has the member as the organization service has it. `roles` are those assigned directly.
 */
export const memberPublicEvents = {
  'muster.member.created.v1': ofMember(
    'There is a member. A pending one counts for nothing until it is activated.',
    {
      status: oneOf('pending', 'active'),
      door: publicDoor,
      ...roles,
      ...email,
      is_breakglass: yesOrNo,
      mfa_enrolled: yesOrNo,
      ...untilOrNull,
      ...end,
    },
    {
      status: 'active',
      door: 'admin_api',
      roles: ['reader'],
      email_domain: 'acme.example',
      email_verified: false,
      is_breakglass: false,
      mfa_enrolled: false,
      expires_at: null,
      membership_ends_at: null,
    },
  ),
  'muster.member.request-renewed.v1': ofMember(
    "Somebody asked again to log in with a pending member's address, so it stays a while longer.",
    untilOrNull,
    { expires_at: '2026-11-24T09:30:00.000Z' },
  ),
  'muster.member.invited.v1': ofMember('The address is welcome, with these roles.', invitation, invited),
  'muster.member.invitation-renewed.v1': ofMember(
    'An invitation was issued anew: new roles, new end.',
    invitation,
    invited,
  ),
  'muster.member.activated.v1': ofMember(
    'The first successful login, or an admission: from here on the member counts.',
    { status: always('active'), door: publicDoor, ...roles, expires_at: always(null), ...end },
    { status: 'active', door: 'jit_rule', roles: [], expires_at: null, membership_ends_at: null },
  ),
  'muster.member.deactivated.v1': ofMember(
    'The membership is over: roles, factors and external id are gone.',
    {
      status: always('deleted'),
      cause: oneOf(
        'deleted',
        'left',
        'deprovisioned',
        'invitation_revoked',
        'never_joined',
        'membership_ended',
      ),
      roles: always([]),
      is_breakglass: always(false),
      mfa_enrolled: always(false),
      expires_at: always(null),
      membership_ends_at: always(null),
    },
    {
      status: 'deleted',
      cause: 'left',
      roles: [],
      is_breakglass: false,
      mfa_enrolled: false,
      expires_at: null,
      membership_ends_at: null,
    },
  ),
  'muster.member.reactivated.v1': ofMember(
    'The member is back with their address, and with nothing else.',
    { status: always('active') },
    { status: 'active' },
  ),
  'muster.member.erased.v1': ofMember(
    'The person is unreadable here from now on, for good: whoever keeps a copy of them must erase it.',
    { status: always('deleted') },
    { status: 'deleted' },
  ),
  'muster.member.roles-assigned.v1': ofMember(
    'All roles the member holds by direct assignment; a role not named is taken away.',
    roles,
    { roles: ['stytch_admin'] },
  ),
  'muster.member.email-verified.v1': ofMember(
    'The member proved control of their current address.',
    { email_domain: emailDomain, email_verified: always(true) },
    { email_domain: 'acme.example', email_verified: true },
  ),
  'muster.member.email-replaced.v1': ofMember("The member's address is another one now.", email, {
    email_domain: 'acme.example',
    email_verified: true,
  }),
  'muster.member.email-retired.v1': ofMember(
    'A former address: nobody else of the organization may take it for now.',
    emailId,
    retired,
  ),
  'muster.member.retired-email-unlinked.v1': ofMember(
    'A former address is free for others again.',
    emailId,
    retired,
  ),
  'muster.member.renamed.v1': ofMember('The member goes by another name.', {}, {}),
  'muster.member.trusted-metadata-set.v1': ofMember("The backend's data about the member changed.", {}, {}),
  'muster.member.untrusted-metadata-set.v1': ofMember(
    'Data a frontend may write about the member changed.',
    {},
    {},
  ),
  'muster.member.external-id-assigned.v1': ofMember(
    'The application knows the member by an id of its own.',
    {},
    {},
  ),
  'muster.member.external-id-removed.v1': ofMember(
    "The application's own id for the member is free again.",
    {},
    {},
  ),
  'muster.member.breakglass-granted.v1': ofMember(
    'For emergencies: the member may log in by methods the organization does not allow.',
    { is_breakglass: always(true) },
    { is_breakglass: true },
  ),
  'muster.member.breakglass-withdrawn.v1': ofMember(
    'The exemption for emergencies is over.',
    { is_breakglass: always(false) },
    { is_breakglass: false },
  ),
  'muster.member.mfa-phone-number-set.v1': ofMember('Where codes by SMS would go was set.', {}, {}),
  'muster.member.mfa-enrolled.v1': ofMember(
    'The member does MFA at every login, whatever the organization demands.',
    { mfa_enrolled: always(true) },
    { mfa_enrolled: true },
  ),
  'muster.member.mfa-unenrolled.v1': ofMember(
    'The member does MFA only where the organization demands it.',
    { mfa_enrolled: always(false) },
    { mfa_enrolled: false },
  ),
  'muster.member.default-mfa-method-chosen.v1': ofMember(
    'Which second factor is asked for first.',
    { default_mfa_method: oneOf(...mfaMethods) },
    { default_mfa_method: 'sms_otp' },
  ),
};
