import {
  type AllowList,
  authMethods,
  type AuthMethod,
  type DoorSetting,
  mfaMethods,
  type MfaMethod,
} from '@muster/contracts';
import type { JsonObject } from '@muster/kernel';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { AsIs, IsTenantsByProvider } from './fields.ts';

const doors: readonly DoorSetting[] = ['ALL_ALLOWED', 'RESTRICTED', 'NOT_ALLOWED'];
const narrowDoors = ['RESTRICTED', 'NOT_ALLOWED'] as const;
const allowLists: readonly AllowList[] = ['ALL_ALLOWED', 'RESTRICTED'];
const MOST_LISTED = 1_000;
const MOST_CONNECTIONS = 100;

export class EmailImplicitRoleAssignmentBody {
  @IsString()
  domain: string;

  @IsString()
  role_id: string;
}

/** The settings that both creating and updating take: every parameter of the SDK. */
class OrganizationSettingsBody {
  @IsOptional()
  @IsString()
  organization_slug?: string;

  @IsOptional()
  @IsString()
  organization_logo_url?: string;

  @IsOptional()
  @IsObject()
  @AsIs()
  trusted_metadata?: JsonObject;

  @IsOptional()
  @IsString()
  organization_external_id?: string;

  @IsOptional()
  @IsIn(doors)
  sso_jit_provisioning?: DoorSetting;

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MOST_LISTED)
  @IsString({ each: true })
  email_allowed_domains?: string[];

  @IsOptional()
  @IsIn(narrowDoors)
  email_jit_provisioning?: (typeof narrowDoors)[number];

  @IsOptional()
  @IsIn(doors)
  email_invites?: DoorSetting;

  @IsOptional()
  @IsIn(allowLists)
  auth_methods?: AllowList;

  @IsOptional()
  @IsArray()
  @IsIn(authMethods, { each: true })
  allowed_auth_methods?: AuthMethod[];

  @IsOptional()
  @IsIn(['OPTIONAL', 'REQUIRED_FOR_ALL'])
  mfa_policy?: 'OPTIONAL' | 'REQUIRED_FOR_ALL';

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MOST_LISTED)
  @ValidateNested({ each: true })
  @Type(() => EmailImplicitRoleAssignmentBody)
  rbac_email_implicit_role_assignments?: EmailImplicitRoleAssignmentBody[];

  @IsOptional()
  @IsIn(allowLists)
  mfa_methods?: AllowList;

  @IsOptional()
  @IsArray()
  @IsIn(mfaMethods, { each: true })
  allowed_mfa_methods?: MfaMethod[];

  @IsOptional()
  @IsIn(narrowDoors)
  oauth_tenant_jit_provisioning?: (typeof narrowDoors)[number];

  @IsOptional()
  @IsTenantsByProvider()
  @AsIs()
  allowed_oauth_tenants?: Record<string, string[]>;

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MOST_LISTED)
  @IsString({ each: true })
  claimed_email_domains?: string[];

  @IsOptional()
  @IsIn(doors)
  first_party_connected_apps_allowed_type?: DoorSetting;

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MOST_LISTED)
  @IsString({ each: true })
  allowed_first_party_connected_apps?: string[];

  @IsOptional()
  @IsIn(doors)
  third_party_connected_apps_allowed_type?: DoorSetting;

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MOST_LISTED)
  @IsString({ each: true })
  allowed_third_party_connected_apps?: string[];
}

export class CreateOrganizationBody extends OrganizationSettingsBody {
  @IsString()
  organization_name: string;
}

export class UpdateOrganizationBody extends OrganizationSettingsBody {
  @IsOptional()
  @IsString()
  organization_name?: string;

  @IsOptional()
  @IsString()
  sso_default_connection_id?: string;

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MOST_CONNECTIONS)
  @IsString({ each: true })
  sso_jit_provisioning_allowed_connections?: string[];
}

export class SearchOperandBody {
  @IsString()
  filter_name: string;

  @AsIs()
  @IsOptional()
  filter_value: unknown;
}

export class SearchQueryBody {
  @IsIn(['AND', 'OR'])
  operator: 'AND' | 'OR';

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(100)
  @ValidateNested({ each: true })
  @Type(() => SearchOperandBody)
  operands?: SearchOperandBody[];
}

export class SearchOrganizationsBody {
  @IsOptional()
  @IsString()
  cursor?: string;

  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1_000)
  limit?: number;

  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => SearchQueryBody)
  query?: SearchQueryBody;
}
