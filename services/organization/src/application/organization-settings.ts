import type { WireErrorType, WireOrganization } from '@muster/contracts';
import { DomainError } from '@muster/kernel';
import type { OrganizationSettings } from '../domain/organization/organization.commands.ts';

type Settable = Omit<
  WireOrganization,
  | 'organization_id'
  | 'organization_external_id'
  | 'sso_active_connections'
  | 'scim_active_connection'
  | 'sso_default_connection_id'
  | 'allowed_oauth_tenants'
  | 'custom_roles'
  | 'created_at'
  | 'updated_at'
>;

/** What a create or update call may say, in the wire's words. Absent and null: nothing is said. */
export type WireOrganizationSettings = { readonly [Name in keyof Settable]?: Settable[Name] | null } & {
  readonly organization_external_id?: string | null;
  readonly sso_default_connection_id?: string | null;
  readonly allowed_oauth_tenants?: Readonly<Record<string, readonly string[]>> | null;
};

/** Only what is said; undefined where nothing is. */
const said = <T extends object>(part: T): { readonly [K in keyof T]?: NonNullable<T[K]> } | undefined => {
  const entries = Object.entries(part).filter(([, value]) => value !== undefined && value !== null);
  return entries.length === 0
    ? undefined
    : (Object.fromEntries(entries) as { readonly [K in keyof T]?: NonNullable<T[K]> });
};

/**
 * The wire's words in the domain's.
 * @throws DomainError not_supported for a default connection: there are no connections that it could name
 */
export const settingsFrom = (wire: WireOrganizationSettings): OrganizationSettings => {
  if (wire.sso_default_connection_id)
    throw new DomainError<WireErrorType>('not_supported', { pointer: '/sso_default_connection_id' });
  const settings = said({
    name: wire.organization_name,
    slug: wire.organization_slug,
    logoUrl: wire.organization_logo_url,
    externalId: wire.organization_external_id,
    trustedMetadata: wire.trusted_metadata,
    authentication: said({ mode: wire.auth_methods, allowed: wire.allowed_auth_methods }),
    mfa: said({
      requirement: wire.mfa_policy,
      mode: wire.mfa_methods,
      allowed: wire.allowed_mfa_methods,
    }),
    emailInvites: wire.email_invites,
    jitDefaults: said({
      ssoJitProvisioning: wire.sso_jit_provisioning,
      ssoAllowedConnections: wire.sso_jit_provisioning_allowed_connections,
      emailJitProvisioning: wire.email_jit_provisioning,
      oauthTenantJitProvisioning: wire.oauth_tenant_jit_provisioning,
      allowedOauthTenants: wire.allowed_oauth_tenants,
    }),
    emailDomains: wire.email_allowed_domains,
    claimedDomains: wire.claimed_email_domains,
    implicitRoles: wire.rbac_email_implicit_role_assignments,
    firstPartyApps: said({
      mode: wire.first_party_connected_apps_allowed_type,
      allowed: wire.allowed_first_party_connected_apps,
    }),
    thirdPartyApps: said({
      mode: wire.third_party_connected_apps_allowed_type,
      allowed: wire.allowed_third_party_connected_apps,
    }),
  });
  return settings ?? {};
};
