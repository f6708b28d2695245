import { decides, now } from '../../testing/decision-table.ts';

const inAMoment = '2026-11-23T09:00:00.001Z';
const approval = {};
const anyDomain = { matcher: { type: 'any_listed_email_domain' } } as const;
const anyConnection = { matcher: { type: 'any_connection' } } as const;
const connectionOne = { matcher: { type: 'connection', connectionId: 'c1' } } as const;
const slack = { matcher: { type: 'oauth_tenant', provider: 'slack', tenant: 'T1' } } as const;
const acmeIn = (state: 'verified' | 'claimed') =>
  ({ matcher: { type: 'email_domain', domain: 'acme.test', state } }) as const;
const from = (emailDomain: string) => ({ applicant: { emailDomain } });
const through = (connectionId: string, active = true) => ({
  applicant: { connection: { connectionId, active } },
});

// oxfmt-ignore
decides('R31: a matcher is about a domain, a connection or a tenant', [
  ['no rule, no admission', {}, 'refused', 'no_rule_matches'],
  ['the domain itself', { rules: [{}] }, 'granted', 'rule_admits'],
  ['not a domain below it', { ...from('mail.acme.test'), rules: [{}] }, 'refused', 'no_rule_matches'],
  ['not the one above', { ...from('test'), rules: [{}] }, 'refused', 'no_rule_matches'],
  ['not one that ends like it', { ...from('notacme.test'), rules: [{}] }, 'refused', 'no_rule_matches'],
  ['not one that begins like it', { ...from('acme.test.evil.test'), rules: [{}] }, 'refused', 'no_rule_matches'],
  ['not a domain that the organization lost', { domain: { state: null }, rules: [{}] }, 'refused', 'no_rule_matches'],
  ['any domain that it holds', { rules: [anyDomain] }, 'granted', 'rule_admits'],
  ['none that it does not', { domain: { state: null }, rules: [anyDomain] }, 'refused', 'no_rule_matches'],
  ['verified, and it is', { domain: { state: 'verified' }, rules: [acmeIn('verified')] }, 'granted', 'rule_admits'],
  ['verified, and it is claimed, which is more', { domain: { state: 'claimed' }, rules: [acmeIn('verified')] }, 'granted', 'rule_admits'],
  ['verified, and it is only listed', { rules: [acmeIn('verified')] }, 'refused', 'no_rule_matches'],
  ['claimed, and it is', { domain: { state: 'claimed' }, rules: [acmeIn('claimed')] }, 'granted', 'rule_admits'],
  ['claimed, and it is only verified', { domain: { state: 'verified' }, rules: [acmeIn('claimed')] }, 'refused', 'no_rule_matches'],
  ['that connection', { ...through('c1'), rules: [connectionOne] }, 'granted', 'rule_admits'],
  ['not another connection', { ...through('c2'), rules: [connectionOne] }, 'refused', 'no_rule_matches'],
  ['not a disabled one', { ...through('c1', false), rules: [connectionOne] }, 'refused', 'no_rule_matches'],
  ['any active connection', { ...through('c2'), rules: [anyConnection] }, 'granted', 'rule_admits'],
  ['none that is disabled', { ...through('c2', false), rules: [anyConnection] }, 'refused', 'no_rule_matches'],
  ['nobody without a connection', { rules: [anyConnection] }, 'refused', 'no_rule_matches'],
  ['no tenant, since nothing proves one', { rules: [slack] }, 'refused', 'no_rule_matches'],
]);

// oxfmt-ignore
decides('R32: what a mode does', [
  ['off: explicitly provision', { rules: [{ mode: 'off' }] }, 'refused', 'rule_is_off'],
  ['off is off, whatever else is missing', { rules: [{ mode: 'off' }], through: 'discovery' }, 'refused', 'rule_is_off'],
  ['off is off for the approved, too', { rules: [{ mode: 'off' }], approval }, 'refused', 'rule_is_off'],
  ['auto: joins by logging in', { rules: [{ mode: 'auto' }] }, 'granted', 'rule_admits'],
  ['auto: joins by choosing it', { rules: [{ mode: 'auto' }], through: 'discovery', domain: { provenColleague: true } }, 'granted', 'rule_admits'],
  ['ask: does not join by logging in', { rules: [{ mode: 'ask' }] }, 'refused', 'only_offered_in_discovery'],
  ['ask: joins by choosing it', { rules: [{ mode: 'ask' }], through: 'discovery', domain: { provenColleague: true } }, 'granted', 'rule_admits'],
  ['approve: a steward decides', { rules: [{ mode: 'approve' }] }, 'referred', 'approval_required'],
  ['approve: wherever it was asked', { rules: [{ mode: 'approve' }], through: 'discovery', domain: { provenColleague: true } }, 'referred', 'approval_required'],
  ['approve: and a steward has', { rules: [{ mode: 'approve' }], approval }, 'granted', 'join_request_approved'],
  ['an approval outlives a change to ask', { rules: [{ mode: 'ask' }], approval }, 'granted', 'join_request_approved'],
  ['but not the end of the rule', { approval }, 'refused', 'no_rule_matches'],
]);

// oxfmt-ignore
decides('R33: an address must be proven, and its domain mean something', [
  ['typed is not proven', { applicant: { proof: 'typed' }, rules: [{}] }, 'refused', 'address_not_proven'],
  ['nor for an invitation', { applicant: { proof: 'typed' }, member: {} }, 'refused', 'address_not_proven'],
  ['nor behind a connection', { applicant: { proof: 'typed', connection: { connectionId: 'c1', active: true } }, rules: [anyConnection] }, 'refused', 'address_not_proven'],
  ['public mail matches no rule', { domain: { kind: 'public' }, rules: [{}, anyDomain] }, 'refused', 'no_rule_matches'],
  ['disposable mail neither', { domain: { kind: 'disposable' }, rules: [{}, anyDomain] }, 'refused', 'no_rule_matches'],
  ['in discovery a listed domain needs a colleague', { rules: [{}], through: 'discovery' }, 'refused', 'no_proven_colleague'],
  ['whatever domain the rule is about', { rules: [anyDomain], through: 'discovery' }, 'refused', 'no_proven_colleague'],
  ['a colleague is enough', { rules: [{}], through: 'discovery', domain: { provenColleague: true } }, 'granted', 'rule_admits'],
  ['a verified domain needs none', { rules: [{}], through: 'discovery', domain: { state: 'verified' } }, 'granted', 'rule_admits'],
  ['at the organization itself none is needed', { rules: [{}], through: 'organization' }, 'granted', 'rule_admits'],
  ['a connection’s rule needs none', { ...through('c1'), rules: [anyConnection], through: 'discovery' }, 'granted', 'rule_admits'],
  ['an invitation needs none', { member: {}, through: 'discovery' }, 'granted', 'invitation_accepted'],
]);

// oxfmt-ignore
decides('R34: a rule ends, and is full', [
  ['it matches until its end', { rules: [{ endsAt: inAMoment }] }, 'granted', 'rule_admits'],
  ['not from that instant on', { rules: [{ endsAt: now }] }, 'refused', 'no_rule_matches'],
  ['the last place is one', { rules: [{ cap: 3 }], admitted: 2 }, 'granted', 'rule_admits'],
  ['and there is none after it', { rules: [{ cap: 3 }], admitted: 3 }, 'refused', 'rule_is_full'],
  ['nor where a cap was lowered', { rules: [{ cap: 3 }], admitted: 4 }, 'refused', 'rule_is_full'],
  ['no place is no place', { rules: [{ cap: 0 }] }, 'refused', 'rule_is_full'],
  ['a full rule is not left to a steward', { rules: [{ cap: 1, mode: 'approve' }], admitted: 1 }, 'refused', 'rule_is_full'],
  ['nor can one overfill it', { rules: [{ cap: 1, mode: 'approve' }], admitted: 1, approval }, 'refused', 'rule_is_full'],
  ['an invitation takes no place', { rules: [{ cap: 1 }], admitted: 1, member: {} }, 'granted', 'invitation_accepted'],
]);
