import type { EmailDomainState, JitMatcher, JitRule } from '@muster/contracts';
import { assertNever } from '@muster/kernel';
import type { AdmissionInputs } from './admission-inputs.ts';

/** What came of holding one rule against one person. */
export type RuleOutcome =
  | 'matched'
  | 'rule_ended'
  | 'public_mail_domain'
  | 'disposable_mail_domain'
  | 'other_email_domain'
  | 'email_domain_not_listed'
  | 'email_domain_not_verified'
  | 'email_domain_not_claimed'
  | 'no_connection'
  | 'other_connection'
  | 'connection_not_active'
  | 'no_oauth_tenant';

export type EvaluatedRule = { readonly ruleId: string; readonly outcome: RuleOutcome };

/** Every rule that was looked at, in order, and the first that matches (R31): those after it are not asked. */
export const evaluateRules = (
  inputs: AdmissionInputs,
): { readonly evaluated: readonly EvaluatedRule[]; readonly rule: JitRule | undefined } => {
  const evaluated: EvaluatedRule[] = [];
  for (const rule of inputs.organization.rules) {
    const outcome = outcomeOf(rule, inputs);
    evaluated.push({ ruleId: rule.ruleId, outcome });
    if (outcome === 'matched') return { evaluated, rule };
  }
  return { evaluated, rule: undefined };
};

const outcomeOf = ({ matcher, endsAt }: JitRule, inputs: AdmissionInputs): RuleOutcome =>
  // R34: "from this instant on", so the instant itself is too late.
  endsAt !== null && endsAt <= inputs.at ? 'rule_ended' : matchOutcome(matcher, inputs);

const matchOutcome = (matcher: JitMatcher, inputs: AdmissionInputs): RuleOutcome => {
  switch (matcher.type) {
    case 'email_domain':
      return matcher.domain === inputs.applicant.emailDomain
        ? heldDomain(inputs, matcher.state)
        : 'other_email_domain';
    case 'any_listed_email_domain':
      return heldDomain(inputs, 'listed');
    case 'connection':
      return connection(inputs, matcher.connectionId);
    case 'any_connection':
      return connection(inputs, inputs.applicant.connection?.connectionId);
    case 'oauth_tenant':
      // No proof that exists yet names a tenant.
      return 'no_oauth_tenant';
    default:
      return assertNever(matcher);
  }
};

const heldDomain = ({ domain }: AdmissionInputs, needed: EmailDomainState): RuleOutcome => {
  // R33: refused when a rule is written; refused here too, since a list of such domains grows after that.
  if (domain.kind === 'public') return 'public_mail_domain';
  if (domain.kind === 'disposable') return 'disposable_mail_domain';
  if (domain.state === null) return 'email_domain_not_listed';
  if (needed === 'verified' && domain.state === 'listed') return 'email_domain_not_verified';
  if (needed === 'claimed' && domain.state !== 'claimed') return 'email_domain_not_claimed';
  return 'matched';
};

const connection = ({ applicant }: AdmissionInputs, wanted: string | undefined): RuleOutcome => {
  if (applicant.connection === null) return 'no_connection';
  if (applicant.connection.connectionId !== wanted) return 'other_connection';
  return applicant.connection.active ? 'matched' : 'connection_not_active';
};
