import type { EmailDomainState } from '@muster/contracts';
import { canonicalJson, parseEmailDomain } from '@muster/kernel';
import { effectiveJitRules } from './default-jit-rules.ts';
import { checkRules } from './jit-rule-checks.ts';
import type { SettingFacts } from './organization.commands.ts';
import type { CustomJitRule, JitDefaults, OrganizationEvent } from './organization.events.ts';
import type { Organization } from './organization.state.ts';

const written = (rule: CustomJitRule): CustomJitRule =>
  rule.matcher.type === 'email_domain'
    ? { ...rule, matcher: { ...rule.matcher, domain: parseEmailDomain(rule.matcher.domain)! } }
    : rule;

/** Replaces the author's own rules as a whole; the fixed block is not touched (R31, R35). */
export const replaceCustomRules = (
  state: Organization,
  rules: readonly CustomJitRule[],
  facts: SettingFacts,
): readonly OrganizationEvent[] => {
  checkRules(state, rules, facts);
  const replacement = rules.map(written);
  if (canonicalJson(replacement) === canonicalJson(state.customJitRules)) return [];
  return [{ type: 'JitRulesReplaced', data: { rules: replacement, version: state.jitRulesVersion + 1 } }];
};

/** Changes the flat fields; the version counts only what changes the effective list. */
export const changeDefaults = (state: Organization, defaults: JitDefaults): readonly OrganizationEvent[] => {
  if (canonicalJson(defaults) === canonicalJson(state.jitDefaults)) return [];
  const before = effectiveJitRules(state.customJitRules, state.jitDefaults);
  const after = effectiveJitRules(state.customJitRules, defaults);
  const changed = canonicalJson(before) !== canonicalJson(after);
  const version = changed ? state.jitRulesVersion + 1 : state.jitRulesVersion;
  return [{ type: 'DefaultJitRulesChanged', data: { defaults, version } }];
};

const RANK: Readonly<Record<EmailDomainState, number>> = { listed: 0, verified: 1, claimed: 2 };

/** The organization's domains that some rule admits by: where discovery has to look (R33). End dates are not judged. */
export const jitDomains = ({ domains, customJitRules, jitDefaults }: Organization): readonly string[] => {
  const open = effectiveJitRules(customJitRules, jitDefaults).filter(({ mode }) => mode !== 'off');
  const matched = domains.filter((held) =>
    open.some(
      ({ matcher }) =>
        matcher.type === 'any_listed_email_domain' ||
        (matcher.type === 'email_domain' &&
          matcher.domain === held.domain &&
          RANK[held.state] >= RANK[matcher.state]),
    ),
  );
  return matched.map(({ domain }) => domain);
};
