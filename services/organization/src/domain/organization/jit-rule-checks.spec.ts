import { created, facts, listed, rule } from '../../../test/organization-facts.ts';
import { checkRules } from './jit-rule-checks.ts';
import type { CustomJitRule, OrganizationEvent } from './organization.events.ts';
import { evolve, noOrganization } from './organization.state.ts';

const history: readonly OrganizationEvent[] = [created, listed('acme.test')];
const state = history.reduce(evolve, noOrganization);

const detailsOf = (rules: readonly CustomJitRule[]): unknown => {
  try {
    checkRules(state, rules, facts);
  } catch (error) {
    return (error as { details?: unknown }).details;
  }
  return 'accepted';
};
const domain = (text: string) =>
  ({ matcher: { type: 'email_domain', domain: text, state: 'listed' } }) as const;

describe('R31: why a rule list is refused, in words and with the place', () => {
  it.each<[Partial<CustomJitRule>, string, string, string]>([
    [domain('no domain'), '/matcher/domain', 'invalid_domain', 'Not an email domain.'],
    [domain('gmail.com'), '/matcher/domain', 'public_mail_domain', 'Anybody gets an address in this domain.'],
    [
      domain('victim.test'),
      '/matcher/domain',
      'domain_not_listed',
      'The organization does not list this domain.',
    ],
    [
      { matcher: { type: 'connection', connectionId: 'okta' } },
      '/matcher/connection_id',
      'invalid_connection',
      'Not a connection id.',
    ],
    [
      { matcher: { type: 'oauth_tenant', provider: 'myspace', tenant: 'T1' } },
      '/matcher/provider',
      'invalid_provider',
      'Must be slack, hubspot or github.',
    ],
    [
      { matcher: { type: 'oauth_tenant', provider: 'slack', tenant: 'T 1' } },
      '/matcher/tenant',
      'invalid_tenant',
      'Not a tenant id.',
    ],
    [{ membershipDays: 0 }, '/membership_days', 'invalid_membership_days', 'Must be 1 to 36500.'],
    [{ membershipDays: 36_501 }, '/membership_days', 'invalid_membership_days', 'Must be 1 to 36500.'],
    [{ cap: 0 }, '/cap', 'invalid_cap', 'Must be 1 to 1000000.'],
    [{ cap: 1_000_001 }, '/cap', 'invalid_cap', 'Must be 1 to 1000000.'],
    [{ ruleId: 'default-mine' }, '/rule_id', 'invalid_rule_id', 'Not a rule id of your own.'],
    [{ ruleId: 'good' }, '/rule_id', 'duplicate_rule_id', 'Two rules have this id.'],
  ])('%j', (change, field, code, message) =>
    expect(detailsOf([rule({ ruleId: 'good' }), rule(change)])).toEqual({
      pointer: `/rules/1${field}`,
      reasons: [{ code, message, details: { rule: 1 } }],
    }),
  );

  it('R34: the least and the most that a rule may say are taken', () => {
    expect(detailsOf([rule({ membershipDays: 1, cap: 1 })])).toBe('accepted');
    expect(detailsOf([rule({ membershipDays: 36_500, cap: 1_000_000 })])).toBe('accepted');
  });

  it('takes a hundred rules, and no more', () => {
    const rules = Array.from({ length: 101 }, (_, n) => rule({ ruleId: `rule-${n}` }));
    expect(detailsOf(rules.slice(1))).toBe('accepted');
    expect(detailsOf(rules)).toEqual({ pointer: '/rules' });
  });
});
