import type { JitMatcher, JitRule, WireOrganization } from '@muster/contracts';
import { readable } from '@muster/eventsourcing';
import type { JsonObject } from '@muster/kernel';
import { effectiveJitRules } from '../../domain/organization/default-jit-rules.ts';
import { domainChallenge } from '../../domain/organization/domain-challenge.ts';
import type { HeldDomain } from '../../domain/organization/organization.state.ts';
import type { OrganizationDocument } from './organizations.projection.ts';

/** The organization as the wire shows it. The flat door fields are a view over the rules (R35). */
export const toWire = (document: OrganizationDocument): WireOrganization => {
  const { authentication, mfa, jitDefaults, domains, firstPartyApps, thirdPartyApps } = document;
  return {
    organization_id: document.organizationId,
    organization_name: document.name,
    organization_logo_url: document.logoUrl,
    organization_slug: document.slug,
    organization_external_id: document.externalId,
    sso_jit_provisioning: jitDefaults.ssoJitProvisioning,
    sso_jit_provisioning_allowed_connections: jitDefaults.ssoAllowedConnections,
    sso_active_connections: [],
    sso_default_connection_id: null,
    scim_active_connection: null,
    email_allowed_domains: domains.map(({ domain }) => domain),
    email_jit_provisioning: jitDefaults.emailJitProvisioning,
    email_invites: document.emailInvites,
    oauth_tenant_jit_provisioning: jitDefaults.oauthTenantJitProvisioning,
    allowed_oauth_tenants: jitDefaults.allowedOauthTenants,
    auth_methods: authentication.mode,
    allowed_auth_methods: authentication.allowed,
    mfa_policy: mfa.requirement,
    mfa_methods: mfa.mode,
    allowed_mfa_methods: mfa.allowed,
    rbac_email_implicit_role_assignments: document.implicitRoles,
    claimed_email_domains: domains.filter(({ state }) => state === 'claimed').map(({ domain }) => domain),
    first_party_connected_apps_allowed_type: firstPartyApps.mode,
    allowed_first_party_connected_apps: firstPartyApps.allowed,
    third_party_connected_apps_allowed_type: thirdPartyApps.mode,
    allowed_third_party_connected_apps: thirdPartyApps.allowed,
    custom_roles: [],
    trusted_metadata: readable(document.trustedMetadata) ?? {},
    created_at: document.createdAt,
    updated_at: document.updatedAt,
  };
};

const wireMatcher = (matcher: JitMatcher): JsonObject => {
  switch (matcher.type) {
    case 'connection':
      return { type: matcher.type, connection_id: matcher.connectionId };
    default:
      return matcher;
  }
};

const wireRule = (rule: JitRule): JsonObject => ({
  rule_id: rule.ruleId,
  matcher: wireMatcher(rule.matcher),
  mode: rule.mode,
  roles: rule.roles,
  membership_days: rule.membershipDays,
  cap: rule.cap,
  ends_at: rule.endsAt,
  source: rule.source,
});

/** The rules in the order in which they are tried, and the flat fields that the fixed block follows from. */
export const toWireJitRules = (document: OrganizationDocument) => {
  const { customJitRules, jitDefaults, jitRulesVersion, emailInvites } = document;
  return {
    version: jitRulesVersion,
    rules: effectiveJitRules(customJitRules, jitDefaults).map(wireRule),
    defaults: {
      email_jit_provisioning: jitDefaults.emailJitProvisioning,
      sso_jit_provisioning: jitDefaults.ssoJitProvisioning,
      sso_jit_provisioning_allowed_connections: jitDefaults.ssoAllowedConnections,
      oauth_tenant_jit_provisioning: jitDefaults.oauthTenantJitProvisioning,
      allowed_oauth_tenants: jitDefaults.allowedOauthTenants,
      email_invites: emailInvites,
    },
  };
};

export const toWireSessionPolicy = ({ session }: OrganizationDocument) => ({
  maximum_duration_minutes: session.maximumDurationMinutes,
  idle_timeout_minutes: session.idleTimeoutMinutes,
  reauthentication_interval_minutes: session.reauthenticationIntervalMinutes,
});

/** A domain with what its DNS must show; null until verification was started. */
export const toWireDomain = ({ domain, state, challenge }: HeldDomain) => ({
  domain,
  state,
  verification: challenge === null ? null : wireChallenge(domain, challenge),
});

const wireChallenge = (domain: string, challenge: string) => {
  const { name, text } = domainChallenge(domain, challenge);
  return { record_name: name, record_type: 'TXT', record_value: text };
};
