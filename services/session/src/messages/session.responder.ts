import { type MemberCaller, type PayloadOf, type RequestContext, sessionRequests } from '@muster/contracts';
import { Answers } from '@muster/nest-kit';
import { Controller } from '@nestjs/common';
import { SessionAuthenticationService } from '../application/session-authentication.service.ts';

/** What other services ask about sessions. */
@Controller()
export class SessionResponder {
  constructor(private readonly authentication: SessionAuthenticationService) {}

  @Answers(sessionRequests.resolve)
  resolve(
    { sessionToken, sessionJwt }: PayloadOf<typeof sessionRequests.resolve>,
    context: RequestContext,
  ): Promise<MemberCaller> {
    const session = { sessionToken: sessionToken ?? null, sessionJwt: sessionJwt ?? null };
    return this.authentication.resolve(session, context);
  }
}
