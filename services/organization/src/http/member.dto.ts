import type { JsonObject } from '@muster/kernel';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsDefined,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { AsIs } from './fields.ts';

const MOST_LISTED = 1_000;
const MOST_FOUND = 1_000;
const ID = 512;
const URL_LENGTH = 2_048;

/** What creating and updating take alike: every parameter of the SDK. */
class MemberFieldsBody {
  @IsOptional()
  @IsString()
  name?: string;

  @IsOptional()
  @IsObject()
  @AsIs()
  trusted_metadata?: JsonObject;

  @IsOptional()
  @IsObject()
  @AsIs()
  untrusted_metadata?: JsonObject;

  @IsOptional()
  @IsBoolean()
  is_breakglass?: boolean;

  @IsOptional()
  @IsString()
  mfa_phone_number?: string;

  @IsOptional()
  @IsBoolean()
  mfa_enrolled?: boolean;

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MOST_LISTED)
  @IsString({ each: true })
  roles?: string[];

  @IsOptional()
  @IsString()
  external_id?: string;
}

export class CreateMemberBody extends MemberFieldsBody {
  @IsString()
  email_address: string;

  @IsOptional()
  @IsBoolean()
  create_member_as_pending?: boolean;
}

export class UpdateMemberBody extends MemberFieldsBody {
  @IsOptional()
  @IsString()
  email_address?: string;

  @IsOptional()
  @IsString()
  default_mfa_method?: string;

  @IsOptional()
  @IsBoolean()
  unlink_email?: boolean;

  /** There are no roles by connection yet, so no session has to be ended with one: nothing to preserve. */
  @IsOptional()
  @IsBoolean()
  preserve_existing_sessions?: boolean;
}

export class GetMemberQuery {
  @IsOptional()
  @IsString()
  @MaxLength(ID)
  member_id?: string;

  @IsOptional()
  @IsString()
  @MaxLength(ID)
  email_address?: string;
}

export class DangerouslyGetMemberQuery {
  @IsOptional()
  @IsIn(['true', 'false'])
  include_deleted?: 'true' | 'false';
}

export class UnlinkRetiredEmailBody {
  @IsOptional()
  @IsString()
  @MaxLength(ID)
  email_id?: string;

  @IsOptional()
  @IsString()
  @MaxLength(ID)
  email_address?: string;
}

export class StartEmailUpdateBody {
  @IsString()
  @MaxLength(ID)
  email_address: string;

  @IsOptional()
  @IsString()
  @MaxLength(URL_LENGTH)
  login_redirect_url?: string;

  @IsOptional()
  @IsString()
  @MaxLength(ID)
  locale?: string;

  @IsOptional()
  @IsString()
  @MaxLength(ID)
  login_template_id?: string;

  @IsOptional()
  @IsIn(['EMAIL_MAGIC_LINK', 'EMAIL_OTP'])
  delivery_method?: 'EMAIL_MAGIC_LINK' | 'EMAIL_OTP';
}

export class MemberSearchOperandBody {
  @IsString()
  filter_name: string;

  @IsDefined()
  @AsIs()
  filter_value: unknown;
}

export class MemberSearchQueryBody {
  @IsIn(['AND', 'OR'])
  operator: 'AND' | 'OR';

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MOST_LISTED)
  @ValidateNested({ each: true })
  @Type(() => MemberSearchOperandBody)
  operands?: MemberSearchOperandBody[];
}

export class SearchMembersBody {
  @IsArray()
  @ArrayMaxSize(MOST_LISTED)
  @IsString({ each: true })
  organization_ids: string[];

  @IsOptional()
  @IsString()
  @MaxLength(ID)
  cursor?: string;

  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MOST_FOUND)
  limit?: number;

  @IsOptional()
  @ValidateNested()
  @Type(() => MemberSearchQueryBody)
  query?: MemberSearchQueryBody;
}
