import { decides, now } from '../../testing/decision-table.ts';

const aMomentAgo = '2026-11-23T08:59:59.999Z';
const inAMoment = '2026-11-23T09:00:00.001Z';
const restricted = { emailInvites: 'RESTRICTED' } as const;
const fromDirectory = { status: 'pending', door: 'scim' } as const;
const askedToLogIn = { status: 'pending', door: 'login_request' } as const;
const claimed = { claimedElsewhere: true };

// oxfmt-ignore
decides('R39: explicit provisioning needs no rule', [
  ['who was invited enters with all JIT off', { member: {} }, 'granted', 'invitation_accepted'],
  ['so does a directory’s person', { member: fromDirectory }, 'granted', 'explicitly_provisioned'],
  ['and the backend’s', { member: { status: 'pending', door: 'admin_api' } }, 'granted', 'explicitly_provisioned'],
  ['and an import’s', { member: { status: 'pending', door: 'import' } }, 'granted', 'explicitly_provisioned'],
  ['who only asked to log in does not', { member: askedToLogIn }, 'refused', 'no_rule_matches'],
  ['but by a rule', { member: askedToLogIn, rules: [{}] }, 'granted', 'rule_admits'],
  ['a rule needs no living request to log in', { member: { ...askedToLogIn, expiresAt: now }, rules: [{}] }, 'granted', 'rule_admits'],
  ['a pending membership can end', { member: { ...fromDirectory, expiresAt: now } }, 'refused', 'membership_expired'],
  ['and holds until then', { member: { ...fromDirectory, expiresAt: inAMoment } }, 'granted', 'explicitly_provisioned'],
  ['a member is one already', { member: { status: 'active', door: 'creator' } }, 'granted', 'already_member'],
]);

// oxfmt-ignore
decides('R30: the invite door obeys the policy of the moment', [
  ['an invitation holds until its end', { member: { expiresAt: inAMoment } }, 'granted', 'invitation_accepted'],
  ['not from that instant on', { member: { expiresAt: now } }, 'refused', 'invite_expired', 'no_rule_matches'],
  ['nor afterwards', { member: { expiresAt: aMomentAgo } }, 'refused', 'invite_expired', 'no_rule_matches'],
  ['once void it is in nobody’s way', { member: { expiresAt: now }, rules: [{}] }, 'granted', 'rule_admits'],
  ['but no way past a claim', { member: { expiresAt: now }, rules: [{}], domain: claimed }, 'refused', 'invite_expired', 'action_not_allowed_email_domain_is_claimed'],
  ['a door shut since is shut', { member: {}, organization: { emailInvites: 'NOT_ALLOWED' } }, 'refused', 'email_invites_not_allowed'],
  ['no rule stands in for it: its roles would come along', { member: {}, rules: [{}], organization: { emailInvites: 'NOT_ALLOWED' } }, 'refused', 'email_invites_not_allowed'],
  ['RESTRICTED lets in a listed domain', { member: {}, organization: restricted }, 'granted', 'invitation_accepted'],
  ['and no other', { member: {}, organization: restricted, domain: { state: null } }, 'refused', 'invalid_email_for_invites'],
  ['ALL_ALLOWED lets in any domain', { member: {}, domain: { state: null } }, 'granted', 'invitation_accepted'],
  ['public mail, too', { member: {}, domain: { kind: 'public', state: null } }, 'granted', 'invitation_accepted'],
]);

// oxfmt-ignore
decides('R10, R16, R34: an old or other proof opens no door', [
  ['who was removed stays out', { member: { status: 'deleted' }, rules: [{}] }, 'refused', 'member_deleted'],
  ['an invitation to another address', { member: { hasProvenAddress: false } }, 'refused', 'address_not_the_members'],
  ['a membership of another address', { member: { status: 'active', hasProvenAddress: false } }, 'refused', 'address_not_the_members'],
  ['a membership that has ended', { member: { status: 'active', expiresAt: now } }, 'refused', 'membership_expired'],
  ['and one that has not', { member: { status: 'active', expiresAt: inAMoment } }, 'granted', 'already_member'],
]);

// oxfmt-ignore
decides('R6: a claim stops new admissions elsewhere, and nothing else', [
  ['a rule admits nobody', { domain: claimed, rules: [{}] }, 'refused', 'action_not_allowed_email_domain_is_claimed'],
  ['without a claim it does', { rules: [{}] }, 'granted', 'rule_admits'],
  ['an invitation sent before holds', { domain: claimed, member: {} }, 'granted', 'invitation_accepted'],
  ['a member stays one', { domain: claimed, member: { status: 'active' } }, 'granted', 'already_member'],
]);

// oxfmt-ignore
decides('R8: an ownerless organization’s JIT doors are paused', [
  ['a rule admits nobody', { organization: { ownerless: true }, rules: [{}] }, 'refused', 'organization_ownerless'],
  ['not whom somebody approves', { organization: { ownerless: true }, rules: [{}], approval: {} }, 'refused', 'organization_ownerless'],
  ['an invitation holds', { organization: { ownerless: true }, member: {} }, 'granted', 'invitation_accepted'],
]);
