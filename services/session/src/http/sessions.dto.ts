import { Type } from 'class-transformer';
import { IsOptional, IsString, ValidateNested } from 'class-validator';
import type { SessionArguments } from '../application/session-lookup.ts';
import { SessionWishesBody } from './session-wishes.dto.ts';

export class AuthorizationCheckBody {
  @IsString()
  organization_id: string;

  @IsString()
  resource_id: string;

  @IsString()
  action: string;
}

export class AuthenticateSessionBody extends SessionWishesBody {
  @IsOptional()
  @IsString()
  session_token?: string;

  @IsOptional()
  @IsString()
  session_jwt?: string;

  @IsOptional()
  @ValidateNested()
  @Type(() => AuthorizationCheckBody)
  authorization_check?: AuthorizationCheckBody;
}

export class ExchangeSessionBody extends SessionWishesBody {
  @IsString()
  organization_id: string;

  @IsOptional()
  @IsString()
  session_token?: string;

  @IsOptional()
  @IsString()
  session_jwt?: string;
}

export class RevokeSessionBody {
  @IsOptional()
  @IsString()
  member_session_id?: string;

  @IsOptional()
  @IsString()
  session_token?: string;

  @IsOptional()
  @IsString()
  session_jwt?: string;

  @IsOptional()
  @IsString()
  member_id?: string;
}

export class GetSessionsQuery {
  @IsString()
  organization_id: string;

  @IsString()
  member_id: string;
}

export const sessionIn = (body: { session_token?: string; session_jwt?: string }): SessionArguments => ({
  sessionToken: body.session_token ?? null,
  sessionJwt: body.session_jwt ?? null,
});
