import type { Instant, JsonObject } from '@muster/kernel';
import type { WireMember } from './member.ts';
import type { WireOrganization } from './organization.ts';

/** One factor of a session as the wire shows it: common fields and one detail object named for the type. */
export type WireFactor = JsonObject & {
  readonly type: string;
  readonly delivery_method: string;
  readonly sequence_order: 'PRIMARY' | 'SECONDARY';
  readonly created_at: Instant;
  readonly updated_at: Instant;
  readonly last_authenticated_at: Instant;
};

export type WireMemberSession = {
  readonly member_session_id: string;
  readonly member_id: string;
  readonly organization_id: string;
  readonly organization_slug: string;
  readonly roles: readonly string[];
  readonly started_at: Instant;
  readonly last_accessed_at: Instant;
  readonly expires_at: Instant;
  readonly authentication_factors: readonly WireFactor[];
  readonly custom_claims: JsonObject;
};

/** Why a policy said no, for machines (R11, explained denials). `code` is stable; `details` says what would help. */
export type Reason = { readonly code: string; readonly message: string; readonly details: JsonObject };

export type WirePrimaryRequired = {
  readonly allowed_auth_methods: readonly string[];
  readonly reasons: readonly Reason[];
};
export type WireMfaRequired = {
  readonly member_options: {
    readonly mfa_phone_number: string;
    readonly totp_registration_id: string;
  } | null;
  readonly secondary_auth_initiated: string | null;
  readonly reasons: readonly Reason[];
};
export type WireReauthenticationRequired = {
  readonly allowed_auth_methods: readonly string[];
  readonly reasons: readonly Reason[];
};

/** What is still missing before a session can be minted; all null: nothing (R11). */
export type WireGap = {
  readonly primary_required: WirePrimaryRequired | null;
  readonly mfa_required: WireMfaRequired | null;
  readonly reauthentication_required: WireReauthenticationRequired | null;
};

export type WireDiscoveredOrganization = WireGap & {
  readonly organization: WireOrganization;
  readonly membership: {
    readonly type:
      | 'active_member'
      | 'pending_member'
      | 'invited_member'
      | 'eligible_to_join_by_email_domain'
      | 'eligible_to_join_by_oauth_tenant';
    readonly details: JsonObject | null;
    readonly member: WireMember | null;
  };
  readonly member_authenticated: boolean;
  /** The organization lost its last steward; its JIT doors are paused (R8). */
  readonly ownerless: boolean;
};
