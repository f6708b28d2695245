import { identityRequests, type PayloadOf, type RedeemedProof, type RequestContext } from '@muster/contracts';
import { type CommandContext, commandContext } from '@muster/eventsourcing';
import type { Clock, Instant, Json } from '@muster/kernel';
import { Answers } from '@muster/nest-kit';
import { Controller, Inject } from '@nestjs/common';
import { CodeRedemptionService } from '../application/code-redemption.service.ts';
import { EmailUpdateService } from '../application/email-update.service.ts';
import { ForgottenMailService } from '../application/forgotten-mail.service.ts';
import { LinkRedemptionService } from '../application/link-redemption.service.ts';
import { NotificationService } from '../application/notification.service.ts';
import { CLOCK } from '../http/tokens.ts';

/** What the other services ask: is this proof good, and please send this mail. */
@Controller()
export class IdentityResponder {
  constructor(
    private readonly links: LinkRedemptionService,
    private readonly codes: CodeRedemptionService,
    private readonly emailUpdates: EmailUpdateService,
    private readonly notifications: NotificationService,
    private readonly forgottenMail: ForgottenMailService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Answers(identityRequests.redeemEmailLink)
  redeemEmailLink(
    payload: PayloadOf<typeof identityRequests.redeemEmailLink>,
    context: RequestContext,
  ): Promise<RedeemedProof> {
    return this.links.redeem(payload, context);
  }

  @Answers(identityRequests.redeemEmailCode)
  redeemEmailCode(
    payload: PayloadOf<typeof identityRequests.redeemEmailCode>,
    context: RequestContext,
  ): Promise<RedeemedProof> {
    return this.codes.redeem(payload, context);
  }

  @Answers(identityRequests.sendEmailUpdate)
  sendEmailUpdate(
    payload: PayloadOf<typeof identityRequests.sendEmailUpdate>,
    context: RequestContext,
  ): Promise<{ expiresAt: Instant }> {
    const { organizationId, memberId, delivery, redirectUrl } = payload;
    const content = { organizationId, memberId, delivery, redirectUrl };
    return this.emailUpdates.send(payload, this.command(payload.commandId, content, context), context);
  }

  @Answers(identityRequests.notify)
  async notify(
    payload: PayloadOf<typeof identityRequests.notify>,
    context: RequestContext,
  ): Promise<Record<string, never>> {
    const { template, organizationId, memberId } = payload;
    await this.notifications.notify(
      payload,
      this.command(payload.commandId, { template, organizationId, memberId }, context),
    );
    return {};
  }

  @Answers(identityRequests.forgetMember)
  async forgetMember(
    payload: PayloadOf<typeof identityRequests.forgetMember>,
  ): Promise<Record<string, never>> {
    await this.forgottenMail.forget(payload);
    return {};
  }

  /** Without address and words: the log keeps a hash of the content, and neither is to be guessed from it. */
  private command(commandId: string, content: Json, context: RequestContext): CommandContext {
    return commandContext(context, { commandId, at: this.clock(), content });
  }
}
