import type { Instant, JsonObject } from '@muster/kernel';

export type MemberStatus = 'pending' | 'invited' | 'active' | 'deleted';

export type WireRoleSource = {
  readonly type:
    | 'direct_assignment'
    | 'email_assignment'
    | 'sso_connection'
    | 'sso_connection_group'
    | 'scim_connection_group';
  readonly details: JsonObject;
};
export type WireMemberRole = { readonly role_id: string; readonly sources: readonly WireRoleSource[] };

/** A member as the wire shows them. Field semantics are those of the reference API. */
export type WireMember = {
  readonly organization_id: string;
  readonly member_id: string;
  readonly external_id: string | null;
  readonly email_address: string;
  readonly email_address_verified: boolean;
  readonly retired_email_addresses: readonly { readonly email_id: string; readonly email_address: string }[];
  readonly status: MemberStatus;
  readonly name: string;
  readonly is_breakglass: boolean;
  readonly is_admin: boolean;
  readonly roles: readonly WireMemberRole[];
  readonly mfa_enrolled: boolean;
  readonly mfa_phone_number: string;
  readonly mfa_phone_number_verified: boolean;
  readonly default_mfa_method: string;
  readonly totp_registration_id: string;
  readonly member_password_id: string;
  readonly sso_registrations: readonly JsonObject[];
  readonly oauth_registrations: readonly JsonObject[];
  readonly scim_registration: JsonObject | null;
  readonly is_locked: boolean;
  readonly lock_created_at: Instant | null;
  readonly lock_expires_at: Instant | null;
  readonly trusted_metadata: JsonObject;
  readonly untrusted_metadata: JsonObject;
  readonly created_at: Instant;
  readonly updated_at: Instant;
};
