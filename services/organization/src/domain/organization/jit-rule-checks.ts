import type { Reason } from '@muster/contracts';
import { parseEmailDomain } from '@muster/kernel';
import type { SettingFacts } from './organization.commands.ts';
import type { CustomJitRule } from './organization.events.ts';
import type { Organization } from './organization.state.ts';
import { refuse } from './refuse.ts';
import { checkAssignable } from './roles.ts';

const MAX_RULES = 100;
const MAX_DAYS = 36_500;
const MAX_CAP = 1_000_000;
// Rule ids, and with them connections and tenants of default rules, are part of stream names: short, of few characters.
const RULE_ID = /^(?!default-)[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
const CONNECTION_ID =
  /^(saml|oidc|external)-connection-(test|live)-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const TENANT = /^[A-Za-z0-9_.-]{1,64}$/;

export const oauthTenantProviders: readonly string[] = ['slack', 'hubspot', 'github'];
export const isConnectionId = (text: string): boolean => CONNECTION_ID.test(text);
export const isOauthTenant = (text: string): boolean => TENANT.test(text);

/** What is wrong with one rule, and in which field of it. */
type Fault = { readonly code: string; readonly message: string; readonly field: string };

const fault = (field: string, code: string, message: string): Fault => ({ code, message, field });

const domainFault = (state: Organization, facts: SettingFacts, text: string): Fault | undefined => {
  const field = '/matcher/domain';
  const domain = parseEmailDomain(text);
  if (domain === undefined) return fault(field, 'invalid_domain', 'Not an email domain.');
  if (facts.publicMailDomains[domain] !== undefined)
    return fault(field, 'public_mail_domain', 'Anybody gets an address in this domain.');
  if (!state.domains.some((held) => held.domain === domain))
    return fault(field, 'domain_not_listed', 'The organization does not list this domain.');
  return undefined;
};

const matcherFault = (
  state: Organization,
  facts: SettingFacts,
  { matcher }: CustomJitRule,
): Fault | undefined => {
  switch (matcher.type) {
    case 'email_domain':
      return domainFault(state, facts, matcher.domain);
    case 'connection':
      return isConnectionId(matcher.connectionId)
        ? undefined
        : fault('/matcher/connection_id', 'invalid_connection', 'Not a connection id.');
    case 'oauth_tenant':
      if (!oauthTenantProviders.includes(matcher.provider))
        return fault('/matcher/provider', 'invalid_provider', 'Must be slack, hubspot or github.');
      return isOauthTenant(matcher.tenant)
        ? undefined
        : fault('/matcher/tenant', 'invalid_tenant', 'Not a tenant id.');
    default:
      return undefined;
  }
};

const isCount = (value: number, most: number): boolean =>
  Number.isSafeInteger(value) && value >= 1 && value <= most;

const limitFault = ({ membershipDays, cap }: CustomJitRule): Fault | undefined => {
  if (membershipDays !== null && !isCount(membershipDays, MAX_DAYS))
    return fault('/membership_days', 'invalid_membership_days', `Must be 1 to ${MAX_DAYS}.`);
  if (cap !== null && !isCount(cap, MAX_CAP)) return fault('/cap', 'invalid_cap', `Must be 1 to ${MAX_CAP}.`);
  return undefined;
};

const idFault = (ids: readonly string[], index: number): Fault | undefined => {
  const id = ids[index]!;
  if (!RULE_ID.test(id)) return fault('/rule_id', 'invalid_rule_id', 'Not a rule id of your own.');
  return ids.indexOf(id) === index
    ? undefined
    : fault('/rule_id', 'duplicate_rule_id', 'Two rules have this id.');
};

/**
 * Refuses a rule list that could not mean what its author wants (R31, R33, R34).
 * @throws DomainError invalid_jit_rules, invalid_role, cannot_assign_default_rbac_role_id
 */
export const checkRules = (
  state: Organization,
  rules: readonly CustomJitRule[],
  facts: SettingFacts,
): void => {
  if (rules.length > MAX_RULES) refuse('invalid_jit_rules', '/rules');
  const ids = rules.map(({ ruleId }) => ruleId);
  for (const [index, rule] of rules.entries()) {
    const found = idFault(ids, index) ?? matcherFault(state, facts, rule) ?? limitFault(rule);
    if (found) {
      const reason: Reason = { code: found.code, message: found.message, details: { rule: index } };
      refuse('invalid_jit_rules', `/rules/${index}${found.field}`, [reason]);
    }
    for (const [at, role] of rule.roles.entries())
      checkAssignable(role, facts, `/rules/${index}/roles/${at}`);
  }
};
