import type { Instant, JsonObject } from '@muster/kernel';

export type AllowList = 'ALL_ALLOWED' | 'RESTRICTED';
export type DoorSetting = 'ALL_ALLOWED' | 'RESTRICTED' | 'NOT_ALLOWED';

/** Primary methods an organization can allow. */
export const authMethods = [
  'sso',
  'magic_link',
  'email_otp',
  'password',
  'google_oauth',
  'microsoft_oauth',
  'slack_oauth',
  'github_oauth',
  'hubspot_oauth',
] as const;
export type AuthMethod = (typeof authMethods)[number];

export const mfaMethods = ['sms_otp', 'totp'] as const;
export type MfaMethod = (typeof mfaMethods)[number];

export type EmailImplicitRoleAssignment = { readonly domain: string; readonly role_id: string };

/** An organization as the wire shows it. Field semantics are those of the reference API. */
export type WireOrganization = {
  readonly organization_id: string;
  readonly organization_name: string;
  readonly organization_logo_url: string;
  readonly organization_slug: string;
  readonly organization_external_id: string | null;
  readonly sso_jit_provisioning: DoorSetting;
  readonly sso_jit_provisioning_allowed_connections: readonly string[];
  readonly sso_active_connections: readonly JsonObject[];
  readonly sso_default_connection_id: string | null;
  readonly scim_active_connection: JsonObject | null;
  readonly email_allowed_domains: readonly string[];
  readonly email_jit_provisioning: 'RESTRICTED' | 'NOT_ALLOWED';
  readonly email_invites: DoorSetting;
  readonly oauth_tenant_jit_provisioning: 'RESTRICTED' | 'NOT_ALLOWED';
  readonly allowed_oauth_tenants: JsonObject;
  readonly auth_methods: AllowList;
  readonly allowed_auth_methods: readonly AuthMethod[];
  readonly mfa_policy: 'OPTIONAL' | 'REQUIRED_FOR_ALL';
  readonly mfa_methods: AllowList;
  readonly allowed_mfa_methods: readonly MfaMethod[];
  readonly rbac_email_implicit_role_assignments: readonly EmailImplicitRoleAssignment[];
  readonly claimed_email_domains: readonly string[];
  readonly first_party_connected_apps_allowed_type: DoorSetting;
  readonly allowed_first_party_connected_apps: readonly string[];
  readonly third_party_connected_apps_allowed_type: DoorSetting;
  readonly allowed_third_party_connected_apps: readonly string[];
  readonly custom_roles: readonly JsonObject[];
  readonly trusted_metadata: JsonObject;
  readonly created_at: Instant;
  readonly updated_at: Instant;
};
