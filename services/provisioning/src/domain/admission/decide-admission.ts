import type { Door } from '@muster/contracts';
import { type Instant, plusDays } from '@muster/kernel';
import type { AdmissionInputs } from './admission-inputs.ts';
import { doorChecks, invitationHasExpired } from './door-checks.ts';
import { type EvaluatedRule, evaluateRules } from './evaluate-rules.ts';
import { because, type RecordedReason } from './reasons.ts';
import { ruleChecks } from './rule-checks.ts';

type Explanation = {
  readonly reasons: readonly RecordedReason[];
  /** The rules that were looked at, the last of them being the one that matched, if any did. */
  readonly evaluatedRules: readonly EvaluatedRule[];
};

/** What comes of one person at one door. `referred`: a steward is to decide. */
export type Verdict = Explanation &
  (
    | {
        readonly outcome: 'granted';
        readonly door: Door;
        readonly ruleId: string | null;
        readonly roles: readonly string[];
        readonly membershipExpiresAt: Instant | null;
      }
    | { readonly outcome: 'referred'; readonly ruleId: string }
    | { readonly outcome: 'refused'; readonly ruleId: string | null }
  );

const firstAnswer = <Answer, Asked extends readonly unknown[]>(
  checks: readonly ((...asked: Asked) => Answer | undefined)[],
  ...asked: Asked
): Answer | undefined => {
  for (const check of checks) {
    const answer = check(...asked);
    if (answer !== undefined) return answer;
  }
  return undefined;
};

/**
 * May this person enter here (R36)? The same inputs give the same verdict for ever, so a recorded decision can be
 * decided again.
 */
export const decideAdmission = (inputs: AdmissionInputs): Verdict => {
  const answer = firstAnswer(doorChecks, inputs);
  if (answer && 'refused' in answer) return refusal(inputs, answer.refused, null, []);
  if (answer)
    // Roles and end of an explicit membership were set when it was provisioned.
    return {
      outcome: 'granted',
      door: answer.grantedBy,
      ruleId: null,
      roles: [],
      membershipExpiresAt: null,
      reasons: [answer.reason],
      evaluatedRules: [],
    };
  return decideByRules(inputs);
};

const decideByRules = (inputs: AdmissionInputs): Verdict => {
  const { evaluated: evaluatedRules, rule } = evaluateRules(inputs);
  if (!rule) return refusal(inputs, because('no_rule_matches'), null, evaluatedRules);
  const { ruleId, roles, membershipDays } = rule;
  const answer = firstAnswer(ruleChecks, rule, inputs);
  if (answer && 'refused' in answer) return refusal(inputs, answer.refused, ruleId, evaluatedRules);
  if (answer) return { outcome: 'referred', ruleId, reasons: [answer.referred], evaluatedRules };
  return {
    outcome: 'granted',
    door: 'jit_rule',
    ruleId,
    roles,
    membershipExpiresAt: membershipDays === null ? null : plusDays(inputs.at, membershipDays),
    reasons: [because(inputs.approval ? 'join_request_approved' : 'rule_admits', { rule_id: ruleId })],
    evaluatedRules,
  };
};

/** Who holds an invitation that has run out is told so first: it is what they came with. */
const refusal = (
  inputs: AdmissionInputs,
  reason: RecordedReason,
  ruleId: string | null,
  evaluatedRules: readonly EvaluatedRule[],
): Verdict => {
  const reasons = invitationHasExpired(inputs) ? [because('invite_expired'), reason] : [reason];
  return { outcome: 'refused', ruleId, reasons, evaluatedRules };
};
