import type { JitMatcher } from '@muster/contracts';
import { instantAt } from '@muster/kernel';
import type { JitRuleDraft, JitRuleList } from '../application/organization.service.ts';
import {
  type AnyMatcherBody,
  ConnectionMatcherBody,
  EmailDomainMatcherBody,
  type JitDefaultsBody,
  type JitRuleBody,
  OauthTenantMatcherBody,
} from './jit-rules.dto.ts';

const matcherFrom = (body: AnyMatcherBody): JitMatcher => {
  if (body instanceof EmailDomainMatcherBody)
    return { type: 'email_domain', domain: body.domain, state: body.state ?? 'listed' };
  if (body instanceof ConnectionMatcherBody) return { type: 'connection', connectionId: body.connection_id };
  if (body instanceof OauthTenantMatcherBody)
    return { type: 'oauth_tenant', provider: body.provider, tenant: body.tenant };
  return { type: body.type === 'any_connection' ? 'any_connection' : 'any_listed_email_domain' };
};

/** A rule in the domain's words; without an id it gets a new one. */
export const ruleFrom = (body: JitRuleBody): JitRuleDraft => ({
  ruleId: body.rule_id ?? null,
  matcher: matcherFrom(body.matcher),
  mode: body.mode,
  roles: body.roles ?? [],
  membershipDays: body.membership_days ?? null,
  cap: body.cap ?? null,
  endsAt: body.ends_at ? instantAt(Date.parse(body.ends_at)) : null,
});

/** The flat fields in the domain's words; those not given stay as they are. */
export const defaultsFrom = (body: JitDefaultsBody | null | undefined): JitRuleList['defaults'] => {
  if (!body) return null;
  const fields = {
    emailJitProvisioning: body.email_jit_provisioning,
    ssoJitProvisioning: body.sso_jit_provisioning,
    ssoAllowedConnections: body.sso_jit_provisioning_allowed_connections,
    oauthTenantJitProvisioning: body.oauth_tenant_jit_provisioning,
    allowedOauthTenants: body.allowed_oauth_tenants,
    emailInvites: body.email_invites,
  };
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== null),
  );
};
