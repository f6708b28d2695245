import type { ReplaceJitRules } from './organization.commands.ts';
import type { CustomJitRule, OrganizationEvent } from './organization.events.ts';
import { jitDomains } from './jit-rules.ts';
import { evolve, noOrganization } from './organization.state.ts';
import {
  at,
  challenged,
  created,
  facts,
  given,
  listed,
  pointerOf,
  rule,
  update,
  verified,
} from '../../../test/organization-facts.ts';

const okta = 'saml-connection-test-01890000-0000-7000-8000-00000000000a';

const replace = (
  rules: readonly CustomJitRule[],
  defaults: ReplaceJitRules['data']['defaults'] = null,
  expectedVersion: number | null = null,
): ReplaceJitRules => ({
  type: 'ReplaceJitRules',
  data: { rules, defaults, expectedVersion, facts },
  at,
});
const replaced = (version: number, ...rules: CustomJitRule[]): OrganizationEvent => ({
  type: 'JitRulesReplaced',
  data: { rules, version },
});

const acmeListed = [created, listed('acme.test')] as const;

describe('R31: replacing the rule list', () => {
  it('writes the ordered list as one fact, with different rules for different domains and connections', () => {
    const rules = [
      rule({ ruleId: 'staff', mode: 'auto' }),
      rule({
        ruleId: 'contractors',
        matcher: { type: 'email_domain', domain: 'acme.example', state: 'verified' },
        mode: 'approve',
      }),
      rule({ ruleId: 'okta', matcher: { type: 'connection', connectionId: okta }, mode: 'off' }),
      rule({ ruleId: 'slack', matcher: { type: 'oauth_tenant', provider: 'slack', tenant: 'T1' } }),
      rule({ ruleId: 'rest', matcher: { type: 'any_listed_email_domain' } }),
      rule({ ruleId: 'idp', matcher: { type: 'any_connection' } }),
    ];
    given(...acmeListed, listed('acme.example'))
      .when(replace(rules))
      .then(replaced(2, ...rules));
  });

  it.each(['off', 'ask', 'approve', 'auto'] as const)('R32: a rule may say %s', (mode) =>
    given(...acmeListed)
      .when(replace([rule({ mode })]))
      .then(replaced(2, rule({ mode }))),
  );

  it('R34: a rule can carry roles, days of membership, a cap and an end', () => {
    const full = rule({
      roles: ['editor', 'stytch_admin'],
      membershipDays: 90,
      cap: 25,
      endsAt: '2027-01-01T00:00:00.000Z',
    });
    given(...acmeListed)
      .when(replace([full]))
      .then(replaced(2, full));
  });

  it('the same list again: nothing happens', () =>
    given(...acmeListed, replaced(2, rule()))
      .when(replace([rule()]))
      .thenNothing());

  it('another order is another list', () =>
    given(...acmeListed, replaced(2, rule({ ruleId: 'a' }), rule({ ruleId: 'b' })))
      .when(replace([rule({ ruleId: 'b' }), rule({ ruleId: 'a' })]))
      .then(replaced(3, rule({ ruleId: 'b' }), rule({ ruleId: 'a' }))));

  it('writes domains in their canonical form', () =>
    given(...acmeListed)
      .when(replace([rule({ matcher: { type: 'email_domain', domain: 'ACME.test', state: 'listed' } })]))
      .then(replaced(2, rule())));
});

describe('If-Match: the version of the list', () => {
  it('must be the present one, so that nobody overwrites what they have not seen', () => {
    given(...acmeListed, replaced(2))
      .when(replace([rule()], null, 1))
      .thenRejects('precondition_failed');
    given(...acmeListed, replaced(2))
      .when(replace([rule()], null, 2))
      .then(replaced(3, rule()));
  });

  it('is raised by flat fields that change the effective list, and only by those', () => {
    given(created)
      .when(update({ jitDefaults: { ssoAllowedConnections: [okta] } }))
      .then({
        type: 'DefaultJitRulesChanged',
        data: {
          defaults: {
            ssoJitProvisioning: 'ALL_ALLOWED',
            ssoAllowedConnections: [okta],
            emailJitProvisioning: 'NOT_ALLOWED',
            oauthTenantJitProvisioning: 'NOT_ALLOWED',
            allowedOauthTenants: {},
          },
          version: 1,
        },
      });
    given(...acmeListed)
      .when(update({ jitDefaults: { emailJitProvisioning: 'RESTRICTED' } }))
      .then({
        type: 'DefaultJitRulesChanged',
        data: {
          defaults: {
            ssoJitProvisioning: 'ALL_ALLOWED',
            ssoAllowedConnections: [],
            emailJitProvisioning: 'RESTRICTED',
            oauthTenantJitProvisioning: 'NOT_ALLOWED',
            allowedOauthTenants: {},
          },
          version: 2,
        },
      });
  });
});

describe('R35: the full form', () => {
  it('may shut every door', () =>
    given(created)
      .when(
        replace([], {
          ssoJitProvisioning: 'NOT_ALLOWED',
          emailJitProvisioning: 'NOT_ALLOWED',
          emailInvites: 'NOT_ALLOWED',
        }),
      )
      .then(
        {
          type: 'DefaultJitRulesChanged',
          data: {
            defaults: {
              ssoJitProvisioning: 'NOT_ALLOWED',
              ssoAllowedConnections: [],
              emailJitProvisioning: 'NOT_ALLOWED',
              oauthTenantJitProvisioning: 'NOT_ALLOWED',
              allowedOauthTenants: {},
            },
            version: 2,
          },
        },
        { type: 'InvitePolicyChanged', data: { emailInvites: 'NOT_ALLOWED' } },
      ));

  it('still needs lists for what it restricts', () =>
    given(created)
      .when(replace([], { emailInvites: 'RESTRICTED' }))
      .thenRejects('invalid_restricted_email_setting'));

  it('without defaults leaves the flat fields alone', () =>
    given(...acmeListed, { type: 'InvitePolicyChanged', data: { emailInvites: 'RESTRICTED' } })
      .when(replace([rule()]))
      .then(replaced(2, rule())));
});

describe('what a rule may not be', () => {
  const expectRefused = (change: Partial<CustomJitRule>, pointer: string) => {
    const command = replace([rule({ ruleId: 'good' }), rule(change)]);
    given(...acmeListed)
      .when(command)
      .thenRejects('invalid_jit_rules');
    expect(pointerOf(acmeListed, command)).toBe(pointer);
  };
  const domain = (text: string) =>
    ({ matcher: { type: 'email_domain', domain: text, state: 'listed' } }) as const;

  it('R33: about a public or disposable domain', () => {
    expectRefused(domain('gmail.com'), '/rules/1/matcher/domain');
    expectRefused(domain('mailinator.com'), '/rules/1/matcher/domain');
  });

  it('R33: about a public domain, even one that got onto the list before it was known as one', () =>
    given(created, listed('gmail.com'))
      .when(replace([rule(domain('gmail.com'))]))
      .thenRejects('invalid_jit_rules'));

  it('about a domain the organization does not list (phishing by a rule for a foreign domain)', () => {
    expectRefused(domain('victim.test'), '/rules/1/matcher/domain');
    expectRefused(domain('no domain'), '/rules/1/matcher/domain');
  });

  it('about something that is no connection, provider or tenant', () => {
    expectRefused(
      { matcher: { type: 'connection', connectionId: 'okta' } },
      '/rules/1/matcher/connection_id',
    );
    expectRefused(
      { matcher: { type: 'oauth_tenant', provider: 'google', tenant: 'T1' } },
      '/rules/1/matcher/provider',
    );
    expectRefused(
      { matcher: { type: 'oauth_tenant', provider: 'slack', tenant: 'T 1' } },
      '/rules/1/matcher/tenant',
    );
  });

  it('limited to nobody or to no day', () => {
    expectRefused({ cap: 0 }, '/rules/1/cap');
    expectRefused({ cap: 1.5 }, '/rules/1/cap');
    expectRefused({ cap: 1_000_001 }, '/rules/1/cap');
    expectRefused({ membershipDays: 0 }, '/rules/1/membership_days');
    expectRefused({ membershipDays: 36_501 }, '/rules/1/membership_days');
  });

  it('named as another one, as a default one, or with what no stream name takes', () => {
    expectRefused({ ruleId: 'good' }, '/rules/1/rule_id');
    expectRefused({ ruleId: 'default-sso' }, '/rules/1/rule_id');
    expectRefused({ ruleId: 'a b' }, '/rules/1/rule_id');
    expectRefused({ ruleId: 'x'.repeat(65) }, '/rules/1/rule_id');
  });

  it('a source of roles that do not exist or that everybody has', () => {
    given(...acmeListed)
      .when(replace([rule({ roles: ['wizard'] })]))
      .thenRejects('invalid_role');
    given(...acmeListed)
      .when(replace([rule({ roles: ['stytch_member'] })]))
      .thenRejects('cannot_assign_default_rbac_role_id');
    expect(pointerOf(acmeListed, replace([rule({ roles: ['editor', 'wizard'] })]))).toBe('/rules/0/roles/1');
  });

  it('one of more than a hundred', () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, index) => rule({ ruleId: `rule-${index}` }));
    given(...acmeListed)
      .when(replace(many(101)))
      .thenRejects('invalid_jit_rules');
    given(...acmeListed)
      .when(replace(many(100)))
      .then(replaced(2, ...many(100)));
  });
});

describe('the domains that discovery has to look at', () => {
  const domainsAfter = (...history: readonly OrganizationEvent[]) =>
    jitDomains(history.reduce(evolve, noOrganization));

  it('are none while e-mail JIT is off', () => expect(domainsAfter(...acmeListed)).toEqual([]));

  it('are all of the organization with e-mail JIT on', () =>
    expect(
      domainsAfter(
        ...acmeListed,
        listed('acme.example'),
        replaced(2, rule({ matcher: { type: 'any_listed_email_domain' }, mode: 'auto' })),
      ),
    ).toEqual(['acme.test', 'acme.example']));

  it('are those of rules that are not off and whose state the domain has reached', () => {
    const verifiedOnly = replaced(
      2,
      rule({ matcher: { type: 'email_domain', domain: 'acme.test', state: 'verified' } }),
    );
    expect(domainsAfter(...acmeListed, replaced(2, rule({ mode: 'off' })))).toEqual([]);
    expect(domainsAfter(...acmeListed, verifiedOnly)).toEqual([]);
    expect(domainsAfter(...acmeListed, verifiedOnly, challenged('acme.test'), verified('acme.test'))).toEqual(
      ['acme.test'],
    );
    expect(domainsAfter(...acmeListed, replaced(2, rule()))).toEqual(['acme.test']);
    expect(
      domainsAfter(...acmeListed, replaced(2, rule()), {
        type: 'EmailDomainUnlisted',
        data: { domain: 'acme.test' },
      }),
    ).toEqual([]);
  });
});
