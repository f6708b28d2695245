import type { JitRule } from '@muster/contracts';
import type { AdmissionInputs } from './admission-inputs.ts';
import { because, type RecordedReason } from './reasons.ts';

export type RuleAnswer = { readonly refused: RecordedReason } | { readonly referred: RecordedReason };

type RuleCheck = (rule: JitRule, inputs: AdmissionInputs) => RuleAnswer | undefined;

const refused = (...reason: Parameters<typeof because>): RuleAnswer => ({ refused: because(...reason) });

const byEmailDomain = ({ matcher }: JitRule): boolean =>
  matcher.type === 'email_domain' || matcher.type === 'any_listed_email_domain';

// R32: explicitly provision. Asked first: whoever is told of anything else would mend it in vain.
const ruleIsOff: RuleCheck = ({ mode, ruleId }) =>
  mode === 'off' ? refused('rule_is_off', { rule_id: ruleId }) : undefined;

// R33: anybody can list anybody's domain, and fish for its people in discovery.
const domainIsOnlyListed: RuleCheck = (rule, { through, domain, applicant }) =>
  byEmailDomain(rule) && through === 'discovery' && domain.state === 'listed' && !domain.provenColleague
    ? refused('no_proven_colleague', { domain: applicant.emailDomain })
    : undefined;

// R34: the count is that of the rule's own stream, so that the commit proves it.
const ruleIsFull: RuleCheck = ({ cap, ruleId }, { admitted }) =>
  cap !== null && admitted >= cap ? refused('rule_is_full', { rule_id: ruleId, cap, admitted }) : undefined;

// R32: offered to who looks for organizations, and joined by choosing; a steward's approval is asked for by choosing too.
const isOnlyOffered: RuleCheck = ({ mode, ruleId }, { through, approval }) =>
  mode === 'ask' && through === 'organization' && approval === null
    ? refused('only_offered_in_discovery', { rule_id: ruleId })
    : undefined;

// R32: a steward decides.
const needsApproval: RuleCheck = ({ mode, ruleId }, { approval }) =>
  mode === 'approve' && approval === null
    ? { referred: because('approval_required', { rule_id: ruleId }) }
    : undefined;

/** Asked of the first rule that matches (R31), in this order. Nobody answers: it admits. */
export const ruleChecks: readonly RuleCheck[] = [
  ruleIsOff,
  domainIsOnlyListed,
  ruleIsFull,
  isOnlyOffered,
  needsApproval,
];
