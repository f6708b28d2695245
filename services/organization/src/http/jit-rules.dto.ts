import type { DoorSetting, EmailDomainState, JitMode } from '@muster/contracts';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  ValidateNested,
} from 'class-validator';
import { AsIs, IsInstant, IsTenantsByProvider } from './fields.ts';

const types = [
  'email_domain',
  'any_listed_email_domain',
  'connection',
  'any_connection',
  'oauth_tenant',
] as const;
const modes: readonly JitMode[] = ['off', 'ask', 'approve', 'auto'];
const states: readonly EmailDomainState[] = ['listed', 'verified', 'claimed'];
const doors: readonly DoorSetting[] = ['ALL_ALLOWED', 'RESTRICTED', 'NOT_ALLOWED'];
const narrowDoors = ['RESTRICTED', 'NOT_ALLOWED'] as const;

/** `any_listed_email_domain` and `any_connection` need nothing more; anything else is another matcher's field. */
export class MatcherBody {
  @IsIn(types)
  type: (typeof types)[number];
}

export class EmailDomainMatcherBody extends MatcherBody {
  @IsString()
  domain: string;

  @IsOptional()
  @IsIn(states)
  state?: EmailDomainState | null;
}

export class ConnectionMatcherBody extends MatcherBody {
  @IsString()
  connection_id: string;
}

export class OauthTenantMatcherBody extends MatcherBody {
  @IsString()
  provider: string;

  @IsString()
  tenant: string;
}

export type AnyMatcherBody =
  | MatcherBody
  | EmailDomainMatcherBody
  | ConnectionMatcherBody
  | OauthTenantMatcherBody;

export class JitRuleBody {
  @IsOptional()
  @IsString()
  rule_id?: string | null;

  @IsObject()
  @ValidateNested()
  @Type(() => MatcherBody, {
    keepDiscriminatorProperty: true,
    discriminator: {
      property: 'type',
      subTypes: [
        { name: 'email_domain', value: EmailDomainMatcherBody },
        { name: 'connection', value: ConnectionMatcherBody },
        { name: 'oauth_tenant', value: OauthTenantMatcherBody },
      ],
    },
  })
  matcher: AnyMatcherBody;

  @IsIn(modes)
  mode: JitMode;

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(50)
  @IsString({ each: true })
  roles?: string[] | null;

  @IsOptional()
  @IsInt()
  membership_days?: number | null;

  @IsOptional()
  @IsInt()
  cap?: number | null;

  @IsOptional()
  @IsInstant()
  ends_at?: string | null;
}

export class JitDefaultsBody {
  @IsOptional()
  @IsIn(narrowDoors)
  email_jit_provisioning?: (typeof narrowDoors)[number];

  @IsOptional()
  @IsIn(doors)
  sso_jit_provisioning?: DoorSetting;

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(100)
  @IsString({ each: true })
  sso_jit_provisioning_allowed_connections?: string[];

  @IsOptional()
  @IsIn(narrowDoors)
  oauth_tenant_jit_provisioning?: (typeof narrowDoors)[number];

  @IsOptional()
  @IsTenantsByProvider()
  @AsIs()
  allowed_oauth_tenants?: Record<string, string[]>;

  @IsOptional()
  @IsIn(doors)
  email_invites?: DoorSetting;
}

export class ReplaceJitRulesBody {
  @IsArray()
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => JitRuleBody)
  rules: JitRuleBody[];

  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => JitDefaultsBody)
  defaults?: JitDefaultsBody | null;
}
