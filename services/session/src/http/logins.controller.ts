import { Caller, type CallerContext, wireBody } from '@muster/nest-kit';
import { Body, Controller, Inject, Post } from '@nestjs/common';
import { DiscoveryService } from '../application/discovery.service.ts';
import { LoginService } from '../application/login.service.ts';
import { type ToCall } from './call.ts';
import {
  AuthenticateDiscoveryEmailCodeBody,
  AuthenticateDiscoveryMagicLinkBody,
  AuthenticateEmailCodeBody,
  AuthenticateMagicLinkBody,
  carriedBy,
} from './login.dto.ts';
import { wishesOf } from './session-wishes.dto.ts';
import { TO_CALL } from './tokens.ts';

/** Proofs come in here, at an organization or in discovery. */
@Controller('/v1/b2b')
export class LoginsController {
  constructor(
    private readonly logins: LoginService,
    private readonly discovery: DiscoveryService,
    @Inject(TO_CALL) private readonly toCall: ToCall,
  ) {}

  @Post('magic_links/authenticate')
  async authenticateMagicLink(
    @Caller() caller: CallerContext,
    @Body(wireBody(AuthenticateMagicLinkBody)) body: AuthenticateMagicLinkBody,
  ) {
    const answer = await this.logins.authenticateEmailLink(
      this.toCall(caller, 'AuthenticateMagicLink', body),
      { token: body.magic_links_token, codeVerifier: body.pkce_code_verifier ?? null },
      { ...wishesOf(body), carried: carriedBy(body) },
    );
    // Proving an address ends no other session of the member here, so none was reset.
    return { ...answer, reset_sessions: false };
  }

  @Post('otps/email/authenticate')
  authenticateEmailCode(
    @Caller() caller: CallerContext,
    @Body(wireBody(AuthenticateEmailCodeBody)) body: AuthenticateEmailCodeBody,
  ) {
    return this.logins.authenticateEmailCode(
      this.toCall(caller, 'AuthenticateEmailCode', body),
      { organization: body.organization_id, address: body.email_address, code: body.code },
      { ...wishesOf(body), carried: carriedBy(body) },
    );
  }

  @Post('magic_links/discovery/authenticate')
  authenticateDiscoveryMagicLink(
    @Caller() caller: CallerContext,
    @Body(wireBody(AuthenticateDiscoveryMagicLinkBody)) body: AuthenticateDiscoveryMagicLinkBody,
  ) {
    return this.discovery.authenticateEmailLink(this.toCall(caller, 'AuthenticateDiscoveryMagicLink', body), {
      token: body.discovery_magic_links_token,
      codeVerifier: body.pkce_code_verifier ?? null,
    });
  }

  @Post('otps/email/discovery/authenticate')
  authenticateDiscoveryEmailCode(
    @Caller() caller: CallerContext,
    @Body(wireBody(AuthenticateDiscoveryEmailCodeBody)) body: AuthenticateDiscoveryEmailCodeBody,
  ) {
    return this.discovery.authenticateEmailCode(this.toCall(caller, 'AuthenticateDiscoveryEmailCode', body), {
      address: body.email_address,
      code: body.code,
    });
  }
}
