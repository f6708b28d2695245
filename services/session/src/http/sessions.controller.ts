import type { WireErrorType } from '@muster/contracts';
import { DomainError } from '@muster/kernel';
import { Caller, type CallerContext, wireBody } from '@muster/nest-kit';
import { Body, Controller, Get, Inject, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { SessionAuthenticationService } from '../application/session-authentication.service.ts';
import { SessionExchangeService } from '../application/session-exchange.service.ts';
import { SessionRevocationService } from '../application/session-revocation.service.ts';
import { SigningKeys } from '../application/signing-keys.ts';
import { type ToCall } from './call.ts';
import { wishesOf } from './session-wishes.dto.ts';
import {
  AuthenticateSessionBody,
  ExchangeSessionBody,
  GetSessionsQuery,
  RevokeSessionBody,
  sessionIn,
} from './sessions.dto.ts';
import { JWKS_MAX_AGE, PROJECT_ID, TO_CALL } from './tokens.ts';

/** Members' sessions, and the public keys their JWTs are checked with. */
@Controller('/v1/b2b/sessions')
export class SessionsController {
  constructor(
    private readonly authentication: SessionAuthenticationService,
    private readonly exchanges: SessionExchangeService,
    private readonly revocation: SessionRevocationService,
    private readonly keys: SigningKeys,
    @Inject(TO_CALL) private readonly toCall: ToCall,
    @Inject(PROJECT_ID) private readonly projectId: string,
    @Inject(JWKS_MAX_AGE) private readonly jwksMaxAge: number,
  ) {}

  @Get()
  async list(@Caller() caller: CallerContext, @Query(wireBody(GetSessionsQuery)) query: GetSessionsQuery) {
    const member_sessions = await this.revocation.list(this.toCall(caller, 'ListSessions', query), {
      organization: query.organization_id,
      memberId: query.member_id,
    });
    return { member_sessions };
  }

  @Post('authenticate')
  authenticate(
    @Caller() caller: CallerContext,
    @Body(wireBody(AuthenticateSessionBody)) body: AuthenticateSessionBody,
  ) {
    const check = body.authorization_check;
    return this.authentication.authenticate(this.toCall(caller, 'AuthenticateSession', body), {
      ...wishesOf(body),
      session: sessionIn(body),
      authorizationCheck: check
        ? { organizationId: check.organization_id, resourceId: check.resource_id, action: check.action }
        : null,
    });
  }

  @Post('exchange')
  exchange(@Caller() caller: CallerContext, @Body(wireBody(ExchangeSessionBody)) body: ExchangeSessionBody) {
    return this.exchanges.exchange(this.toCall(caller, 'ExchangeSession', body), {
      ...wishesOf(body),
      session: sessionIn(body),
      organization: body.organization_id,
    });
  }

  @Post('revoke')
  async revoke(@Caller() caller: CallerContext, @Body(wireBody(RevokeSessionBody)) body: RevokeSessionBody) {
    await this.revocation.revoke(this.toCall(caller, 'RevokeSession', body), caller, {
      ...sessionIn(body),
      memberSessionId: body.member_session_id ?? null,
      memberId: body.member_id ?? null,
    });
    return {};
  }

  @Get('jwks/:project_id')
  async jwks(
    @Param('project_id') projectId: string,
    @Res({ passthrough: true }) reply: Pick<FastifyReply, 'header'>,
  ) {
    if (projectId !== this.projectId) throw new DomainError<WireErrorType>('project_not_found');
    const keys = await this.keys.publicJwks();
    // A key is published for so long before it signs: who caches no longer never meets one they do not know.
    void reply.header('cache-control', `public, max-age=${this.jwksMaxAge}`);
    return { keys };
  }
}
