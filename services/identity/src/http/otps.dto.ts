import { IsInt, IsOptional, IsString, MaxLength } from 'class-validator';

const ID = 512;

export class LoginCodeBody {
  @IsString() @MaxLength(ID) organization_id: string;
  @IsString() @MaxLength(ID) email_address: string;
  @IsOptional() @IsString() @MaxLength(ID) login_template_id?: string;
  @IsOptional() @IsString() @MaxLength(ID) signup_template_id?: string;
  @IsOptional() @IsString() @MaxLength(ID) locale?: string;
  @IsOptional() @IsInt() login_expiration_minutes?: number;
  @IsOptional() @IsInt() signup_expiration_minutes?: number;
}

export class DiscoveryCodeBody {
  @IsString() @MaxLength(ID) email_address: string;
  @IsOptional() @IsString() @MaxLength(ID) login_template_id?: string;
  @IsOptional() @IsString() @MaxLength(ID) locale?: string;
  @IsOptional() @IsInt() discovery_expiration_minutes?: number;
}
