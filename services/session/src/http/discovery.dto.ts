import type { JsonObject } from '@muster/kernel';
import { IsArray, IsObject, IsOptional, IsString } from 'class-validator';
import { SessionWishesBody } from './session-wishes.dto.ts';

export class ListDiscoveredOrganizationsBody {
  @IsOptional()
  @IsString()
  intermediate_session_token?: string;

  @IsOptional()
  @IsString()
  session_token?: string;

  @IsOptional()
  @IsString()
  session_jwt?: string;
}

export class ExchangeIntermediateSessionBody extends SessionWishesBody {
  @IsString()
  intermediate_session_token: string;

  @IsString()
  organization_id: string;
}

/** Settings are checked where organizations are: here only their shape. */
export class CreateOrganizationBody extends SessionWishesBody {
  @IsString()
  intermediate_session_token: string;

  @IsOptional()
  @IsString()
  organization_name?: string;

  @IsOptional()
  @IsString()
  organization_slug?: string;

  @IsOptional()
  @IsString()
  organization_external_id?: string;

  @IsOptional()
  @IsString()
  organization_logo_url?: string;

  @IsOptional()
  @IsObject()
  trusted_metadata?: JsonObject;

  @IsOptional()
  @IsString()
  sso_jit_provisioning?: string;

  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  email_allowed_domains?: string[];

  @IsOptional()
  @IsString()
  email_jit_provisioning?: string;

  @IsOptional()
  @IsString()
  email_invites?: string;

  @IsOptional()
  @IsString()
  auth_methods?: string;

  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  allowed_auth_methods?: string[];

  @IsOptional()
  @IsString()
  mfa_policy?: string;

  @IsOptional()
  @IsArray()
  @IsObject({ each: true })
  rbac_email_implicit_role_assignments?: JsonObject[];

  @IsOptional()
  @IsString()
  mfa_methods?: string;

  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  allowed_mfa_methods?: string[];

  @IsOptional()
  @IsString()
  oauth_tenant_jit_provisioning?: string;

  @IsOptional()
  @IsObject()
  allowed_oauth_tenants?: JsonObject;

  @IsOptional()
  @IsString()
  first_party_connected_apps_allowed_type?: string;

  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  allowed_first_party_connected_apps?: string[];

  @IsOptional()
  @IsString()
  third_party_connected_apps_allowed_type?: string;

  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  allowed_third_party_connected_apps?: string[];
}

/** What of the call is about the organization. */
export const settingsOf = ({
  intermediate_session_token: _token,
  session_duration_minutes: _minutes,
  session_custom_claims: _claims,
  locale: _locale,
  telemetry_id: _telemetry,
  ...settings
}: CreateOrganizationBody): JsonObject => JSON.parse(JSON.stringify(settings)) as JsonObject;
