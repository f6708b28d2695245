import type { JsonObject } from '@muster/kernel';
import { IsArray, IsInt, IsObject, IsOptional, IsString, MaxLength } from 'class-validator';

const ID = 512;
const URL_LENGTH = 2_048;

/** Parameters that name a look or a language: Muster has one of each, so they change nothing. */
class LookBody {
  @IsOptional() @IsString() @MaxLength(ID) locale?: string;
}

export class LoginLinkBody extends LookBody {
  @IsString() @MaxLength(ID) organization_id: string;
  @IsString() @MaxLength(ID) email_address: string;
  @IsOptional() @IsString() @MaxLength(URL_LENGTH) login_redirect_url?: string;
  @IsOptional() @IsString() @MaxLength(URL_LENGTH) signup_redirect_url?: string;
  @IsOptional() @IsString() @MaxLength(ID) pkce_code_challenge?: string;
  @IsOptional() @IsString() @MaxLength(ID) login_template_id?: string;
  @IsOptional() @IsString() @MaxLength(ID) signup_template_id?: string;
  @IsOptional() @IsInt() login_expiration_minutes?: number;
  @IsOptional() @IsInt() signup_expiration_minutes?: number;
}

export class InviteBody extends LookBody {
  @IsString() @MaxLength(ID) organization_id: string;
  @IsString() @MaxLength(ID) email_address: string;
  @IsOptional() @IsString() @MaxLength(URL_LENGTH) invite_redirect_url?: string;
  @IsOptional() @IsString() @MaxLength(ID) invited_by_member_id?: string;
  @IsOptional() @IsString() name?: string;
  @IsOptional() @IsObject() trusted_metadata?: JsonObject;
  @IsOptional() @IsObject() untrusted_metadata?: JsonObject;
  @IsOptional() @IsString() @MaxLength(ID) invite_template_id?: string;
  @IsOptional() @IsArray() @IsString({ each: true }) roles?: string[];
  @IsOptional() @IsInt() invite_expiration_minutes?: number;
}

export class DiscoveryLinkBody extends LookBody {
  @IsString() @MaxLength(ID) email_address: string;
  @IsOptional() @IsString() @MaxLength(URL_LENGTH) discovery_redirect_url?: string;
  @IsOptional() @IsString() @MaxLength(ID) pkce_code_challenge?: string;
  @IsOptional() @IsString() @MaxLength(ID) login_template_id?: string;
  @IsOptional() @IsInt() discovery_expiration_minutes?: number;
}
