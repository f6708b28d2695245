import type { JitMatcher, JitMode, JitRule } from '@muster/contracts';
import type { CustomJitRule, JitDefaults } from './organization.events.ts';

const defaultRule = (ruleId: string, matcher: JitMatcher, mode: JitMode): JitRule => ({
  ruleId,
  matcher,
  mode,
  roles: [],
  membershipDays: null,
  cap: null,
  endsAt: null,
  source: 'default',
});

const ssoRules = ({ ssoJitProvisioning, ssoAllowedConnections }: JitDefaults): readonly JitRule[] => {
  if (ssoJitProvisioning !== 'RESTRICTED')
    return [
      defaultRule(
        'default-sso',
        { type: 'any_connection' },
        ssoJitProvisioning === 'ALL_ALLOWED' ? 'auto' : 'off',
      ),
    ];
  return ssoAllowedConnections.map((connectionId) =>
    defaultRule(`default-sso-${connectionId}`, { type: 'connection', connectionId }, 'auto'),
  );
};

/** There is no matcher for "any tenant": shut, this door has no rule, and what no rule matches is not admitted. */
const tenantRules = (defaults: JitDefaults): readonly JitRule[] =>
  defaults.oauthTenantJitProvisioning === 'NOT_ALLOWED'
    ? []
    : Object.entries(defaults.allowedOauthTenants).flatMap(([provider, tenants]) =>
        tenants.map((tenant) =>
          defaultRule(`default-${provider}-${tenant}`, { type: 'oauth_tenant', provider, tenant }, 'auto'),
        ),
      );

/**
 * The fixed block of rules behind the flat fields (R35): RESTRICTED and ALL_ALLOWED admit (`auto`). Rules for a
 * connection or a tenant come before the one for e-mail domains, since who comes through one of them is decided by it:
 * e-mail JIT being off (the default) does not shut SSO, and e-mail JIT being on does not open it.
 */
export const defaultJitRules = (defaults: JitDefaults): readonly JitRule[] => [
  ...ssoRules(defaults),
  ...tenantRules(defaults),
  defaultRule(
    'default-email-domain',
    { type: 'any_listed_email_domain' },
    defaults.emailJitProvisioning === 'RESTRICTED' ? 'auto' : 'off',
  ),
];

/** The rules in the order in which they are tried: the author's own, then the fixed block (R31, R35). */
export const effectiveJitRules = (
  customRules: readonly CustomJitRule[],
  defaults: JitDefaults,
): readonly JitRule[] => [
  ...customRules.map((rule): JitRule => ({ ...rule, source: 'custom' })),
  ...defaultJitRules(defaults),
];
