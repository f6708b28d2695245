import { IsOptional, IsString } from 'class-validator';
import type { Carried } from '../application/session-wishes.ts';
import { SessionWishesBody } from './session-wishes.dto.ts';

/** A call that takes a session or an intermediate session along. */
export class CarryingBody extends SessionWishesBody {
  @IsOptional()
  @IsString()
  session_token?: string;

  @IsOptional()
  @IsString()
  session_jwt?: string;

  @IsOptional()
  @IsString()
  intermediate_session_token?: string;
}

export class AuthenticateMagicLinkBody extends CarryingBody {
  @IsString()
  magic_links_token: string;

  @IsOptional()
  @IsString()
  pkce_code_verifier?: string;
}

export class AuthenticateEmailCodeBody extends CarryingBody {
  @IsString()
  organization_id: string;

  @IsString()
  email_address: string;

  @IsString()
  code: string;
}

export class AuthenticateDiscoveryMagicLinkBody {
  @IsString()
  discovery_magic_links_token: string;

  @IsOptional()
  @IsString()
  pkce_code_verifier?: string;
}

export class AuthenticateDiscoveryEmailCodeBody {
  @IsString()
  email_address: string;

  @IsString()
  code: string;
}

export const carriedBy = (
  body: Pick<CarryingBody, 'session_token' | 'session_jwt' | 'intermediate_session_token'>,
): Carried => ({
  sessionToken: body.session_token ?? null,
  sessionJwt: body.session_jwt ?? null,
  intermediateSessionToken: body.intermediate_session_token ?? null,
});
