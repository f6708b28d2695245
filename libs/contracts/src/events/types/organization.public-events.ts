import { authMethods, mfaMethods } from '../../wire/organization.ts';
import { eventsAbout, exampleId } from '../public-event-type.ts';
import { count, emailDomain, id, listOf, object, oneOf, orNull, word } from '../schema.ts';

const ofOrganization = eventsAbout({}, {});
const allowList = oneOf('ALL_ALLOWED', 'RESTRICTED');
const door = oneOf('ALL_ALLOWED', 'RESTRICTED', 'NOT_ALLOWED');
const defaultDoor = oneOf('RESTRICTED', 'NOT_ALLOWED');
const domain = { email_domain: emailDomain };
const ofDomain = (doc: string) => ofOrganization(doc, domain, { email_domain: 'acme.example' });
const steward = exampleId('member', 'a1');

/** What becomes of an organization and of its policy; its stewards too. */
export const organizationPublicEvents = {
  'muster.organization.created.v1': ofOrganization('A customer of the application exists.', {}, {}),
  'muster.organization.renamed.v1': ofOrganization('The organization goes by another name.', {}, {}),
  'muster.organization.slug-changed.v1': ofOrganization(
    'The organization is found under another slug.',
    {},
    {},
  ),
  'muster.organization.logo-replaced.v1': ofOrganization('The organization shows another logo.', {}, {}),
  'muster.organization.external-id-assigned.v1': ofOrganization(
    'The application gave the organization an id of its own.',
    {},
    {},
  ),
  'muster.organization.external-id-removed.v1': ofOrganization(
    'The application took its own id of the organization back.',
    {},
    {},
  ),
  'muster.organization.metadata-replaced.v1': ofOrganization(
    'The application keeps other data with the organization.',
    {},
    {},
  ),
  'muster.organization.authentication-policy-changed.v1': ofOrganization(
    'Members log in by other primary methods from now on.',
    { auth_methods: allowList, allowed_auth_methods: listOf(oneOf(...authMethods)) },
    { auth_methods: 'RESTRICTED', allowed_auth_methods: ['magic_link', 'email_otp'] },
  ),
  'muster.organization.mfa-policy-changed.v1': ofOrganization(
    'Second factors are demanded otherwise from now on.',
    {
      mfa_policy: oneOf('OPTIONAL', 'REQUIRED_FOR_ALL'),
      mfa_methods: allowList,
      allowed_mfa_methods: listOf(oneOf(...mfaMethods)),
    },
    { mfa_policy: 'REQUIRED_FOR_ALL', mfa_methods: 'ALL_ALLOWED', allowed_mfa_methods: [] },
  ),
  'muster.organization.session-policy-changed.v1': ofOrganization(
    'Sessions last, idle or stay fresh for another time.',
    {
      maximum_duration_minutes: orNull(count),
      idle_timeout_minutes: orNull(count),
      reauthentication_interval_minutes: orNull(count),
    },
    { maximum_duration_minutes: 480, idle_timeout_minutes: 30, reauthentication_interval_minutes: null },
  ),
  'muster.organization.invite-policy-changed.v1': ofOrganization(
    'Other people may be invited.',
    { email_invites: door },
    { email_invites: 'RESTRICTED' },
  ),
  'muster.organization.jit-rules-replaced.v1': ofOrganization(
    "The author's own just-in-time rules were replaced as a whole; in their order.",
    { jit_rules_version: count, rule_ids: listOf(word) },
    { jit_rules_version: 3, rule_ids: [exampleId('jit-rule')] },
  ),
  'muster.organization.default-jit-rules-changed.v1': ofOrganization(
    'The fixed block of default rules follows from other flat fields.',
    {
      jit_rules_version: count,
      sso_jit_provisioning: door,
      email_jit_provisioning: defaultDoor,
      oauth_tenant_jit_provisioning: defaultDoor,
    },
    {
      jit_rules_version: 4,
      sso_jit_provisioning: 'ALL_ALLOWED',
      email_jit_provisioning: 'RESTRICTED',
      oauth_tenant_jit_provisioning: 'NOT_ALLOWED',
    },
  ),
  'muster.organization.email-domain-listed.v1': ofDomain('The organization wrote a domain down as its own.'),
  'muster.organization.email-domain-verified.v1': ofDomain('The organization proved a domain by DNS.'),
  'muster.organization.email-domain-claimed.v1': ofDomain('The organization keeps a domain for itself.'),
  'muster.organization.email-domain-claim-released.v1': ofDomain(
    'The organization no longer keeps the domain for itself; it is still proven.',
  ),
  'muster.organization.email-domain-unlisted.v1': ofDomain(
    'The organization struck a domain off its list, and with it proof and claim.',
  ),
  'muster.organization.email-implicit-roles-replaced.v1': ofOrganization(
    'Active members with a proven address in a domain have that role; the whole list.',
    { assignments: listOf(object({ email_domain: emailDomain, role_id: word })) },
    { assignments: [{ email_domain: 'acme.example', role_id: 'reader' }] },
  ),
  'muster.organization.connected-apps-policy-changed.v1': ofOrganization(
    'Other OAuth clients may act for members.',
    {
      first_party_connected_apps_allowed_type: door,
      third_party_connected_apps_allowed_type: door,
    },
    {
      first_party_connected_apps_allowed_type: 'ALL_ALLOWED',
      third_party_connected_apps_allowed_type: 'NOT_ALLOWED',
    },
  ),
  'muster.organization.steward-added.v1': ofOrganization(
    'An active member administers the organization by direct assignment from here on.',
    { member_id: id('member') },
    { member_id: steward },
  ),
  'muster.organization.steward-removed.v1': ofOrganization(
    'A member does so no longer.',
    { member_id: id('member'), cause: oneOf('demoted', 'left', 'deactivated', 'membership_ended') },
    { member_id: steward, cause: 'demoted' },
  ),
  'muster.organization.became-ownerless.v1': ofOrganization(
    'The last steward is gone; just-in-time doors pause.',
    {},
    {},
  ),
  'muster.organization.reclaimed.v1': ofOrganization(
    'Somebody with a proven address in a verified domain took over an ownerless organization.',
    { member_id: id('member'), email_domain: emailDomain },
    { member_id: steward, email_domain: 'acme.example' },
  ),
  'muster.organization.deleted.v1': ofOrganization('The organization is gone, with all its members.', {}, {}),
};
