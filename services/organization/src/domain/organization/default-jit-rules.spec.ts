import type { JitRule } from '@muster/contracts';
import { defaultJitRules, effectiveJitRules } from './default-jit-rules.ts';
import type { JitDefaults } from './organization.events.ts';
import { rule } from '../../../test/organization-facts.ts';

const okta = 'saml-connection-test-01890000-0000-7000-8000-00000000000a';
const entra = 'oidc-connection-test-01890000-0000-7000-8000-00000000000b';

const shut: JitDefaults = {
  ssoJitProvisioning: 'NOT_ALLOWED',
  ssoAllowedConnections: [],
  emailJitProvisioning: 'NOT_ALLOWED',
  oauthTenantJitProvisioning: 'NOT_ALLOWED',
  allowedOauthTenants: {},
};
const fixed = (ruleId: string, matcher: JitRule['matcher'], mode: JitRule['mode']): JitRule => ({
  ruleId,
  matcher,
  mode,
  roles: [],
  membershipDays: null,
  cap: null,
  endsAt: null,
  source: 'default',
});
const ssoOff = fixed('default-sso', { type: 'any_connection' }, 'off');
const emailOff = fixed('default-email-domain', { type: 'any_listed_email_domain' }, 'off');

describe('R35: the fixed block behind the flat fields', () => {
  it('says off for every door that is shut', () => expect(defaultJitRules(shut)).toEqual([ssoOff, emailOff]));

  it('admits by any connection with ALL_ALLOWED', () =>
    expect(defaultJitRules({ ...shut, ssoJitProvisioning: 'ALL_ALLOWED' })).toEqual([
      fixed('default-sso', { type: 'any_connection' }, 'auto'),
      emailOff,
    ]));

  it('admits by each allowed connection with RESTRICTED, and by no other', () =>
    expect(
      defaultJitRules({ ...shut, ssoJitProvisioning: 'RESTRICTED', ssoAllowedConnections: [okta, entra] }),
    ).toEqual([
      fixed(`default-sso-${okta}`, { type: 'connection', connectionId: okta }, 'auto'),
      fixed(`default-sso-${entra}`, { type: 'connection', connectionId: entra }, 'auto'),
      emailOff,
    ]));

  it('does not look at the list of connections without RESTRICTED', () =>
    expect(defaultJitRules({ ...shut, ssoAllowedConnections: [okta] })).toEqual([ssoOff, emailOff]));

  it('admits by any listed e-mail domain with RESTRICTED', () =>
    expect(defaultJitRules({ ...shut, emailJitProvisioning: 'RESTRICTED' })).toEqual([
      ssoOff,
      fixed('default-email-domain', { type: 'any_listed_email_domain' }, 'auto'),
    ]));

  it('admits by each allowed tenant with RESTRICTED, and has no rule for tenants otherwise', () => {
    const allowedOauthTenants = { slack: ['T1'], github: ['42', '43'] };
    expect(
      defaultJitRules({ ...shut, oauthTenantJitProvisioning: 'RESTRICTED', allowedOauthTenants }),
    ).toEqual([
      ssoOff,
      fixed('default-slack-T1', { type: 'oauth_tenant', provider: 'slack', tenant: 'T1' }, 'auto'),
      fixed('default-github-42', { type: 'oauth_tenant', provider: 'github', tenant: '42' }, 'auto'),
      fixed('default-github-43', { type: 'oauth_tenant', provider: 'github', tenant: '43' }, 'auto'),
      emailOff,
    ]);
    expect(defaultJitRules({ ...shut, allowedOauthTenants })).toEqual([ssoOff, emailOff]);
  });

  it('decides who comes through a connection before it looks at e-mail domains', () => {
    const types = defaultJitRules({
      ssoJitProvisioning: 'ALL_ALLOWED',
      ssoAllowedConnections: [],
      emailJitProvisioning: 'RESTRICTED',
      oauthTenantJitProvisioning: 'RESTRICTED',
      allowedOauthTenants: { hubspot: ['7'] },
    }).map(({ matcher }) => matcher.type);
    expect(types).toEqual(['any_connection', 'oauth_tenant', 'any_listed_email_domain']);
  });
});

describe('R31: the effective list', () => {
  it("is the author's own rules in their order, then the fixed block", () =>
    expect(
      effectiveJitRules([rule({ ruleId: 'second' }), rule({ ruleId: 'first' })], shut).map(
        ({ ruleId, source }) => [ruleId, source],
      ),
    ).toEqual([
      ['second', 'custom'],
      ['first', 'custom'],
      ['default-sso', 'default'],
      ['default-email-domain', 'default'],
    ]));
});
