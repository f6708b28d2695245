import { join } from 'node:path';
import { EventCodec, FlowKeys, soleOwner, type View } from '@muster/eventsourcing';
import { HttpKitModule, openView, type Platform } from '@muster/nest-kit';
import { followUpOf } from '@muster/observability';
import {
  type DynamicModule,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type Provider,
} from '@nestjs/common';
import { DevMailbox } from './adapters/dev-mailbox.ts';
import { NodemailerMailer } from './adapters/nodemailer.mailer.ts';
import { organizationClient } from './adapters/organization.client.ts';
import { provisioningClient } from './adapters/provisioning.client.ts';
import { CodeRedemptionService } from './application/code-redemption.service.ts';
import { DiscoveryMailService } from './application/discovery-mail.service.ts';
import { EmailUpdateService } from './application/email-update.service.ts';
import { ForgottenMailService } from './application/forgotten-mail.service.ts';
import { InvitationService } from './application/invitation.service.ts';
import { LinkRedemptionService } from './application/link-redemption.service.ts';
import { LoginMailService } from './application/login-mail.service.ts';
import { MailComposer } from './application/mail-composer.ts';
import type { Mailbox } from './application/mailbox.ts';
import { NotificationService } from './application/notification.service.ts';
import type { Mailer } from './application/ports.ts';
import { ProofSender } from './application/proof-sender.ts';
import { WatchedMailer } from './application/watched-mailer.ts';
import { aggregates } from './domain/aggregates.ts';
import { MagicLinksController } from './http/magic-links.controller.ts';
import { MailboxController } from './http/mailbox.controller.ts';
import { OtpsController } from './http/otps.controller.ts';
import { CLOCK, MAILBOX } from './http/tokens.ts';
import { IdentityResponder } from './messages/identity.responder.ts';
import { MailReactor } from './reactors/mail.reactor.ts';
import { type OpenEffect, outboxProjection } from './read-models/outbox/outbox.projection.ts';
import { OutboxQueries } from './read-models/outbox/outbox.queries.ts';
import { templates } from './templates/templates.ts';

/** Discovery mail belongs to no organization. Its links live for a week at most. */
const DISCOVERY_KEY_DAYS = 8;

/** Mail goes out for as long as the service runs. */
class MailDelivery implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly view: View<OpenEffect>;
  private readonly reactor: MailReactor;
  private readonly flowKeys: FlowKeys;
  private readonly delivers: boolean;

  private readonly mailer: WatchedMailer;

  constructor(platform: Platform, parts: Parts, mailer: Mailer) {
    this.mailer = new WatchedMailer(mailer);
    platform.dependencies?.add({ name: 'mail', isThere: () => this.mailer.isThere });
    const { config, clock, keys, log, logger, ownership = soleOwner, maintenance = false } = platform;
    this.delivers = !maintenance;
    this.view = openView(platform, outboxProjection, parts.codec);
    this.reactor = new MailReactor({
      ...parts,
      outbox: new OutboxQueries(this.view),
      mailer: this.mailer,
      ownership,
      followUp: followUpOf(log, 'mail'),
      composer: new MailComposer({
        project: config.project.name,
        logId: log.logId,
        fromAddress: config.mailFrom.address,
        tokens: parts.tokens,
        templates,
      }),
      onFailure: (effectId, error) =>
        logger.warn(
          { effectId, failure: error instanceof Error ? error.name : 'unknown' },
          'mail not sent yet',
        ),
    });
    const { projectId, environment } = config.project;
    this.flowKeys = new FlowKeys(
      { keys, clock, onFailure: () => logger.warn('keys of ended discovery flows are not destroyed yet') },
      { projectId, idPrefix: `member-email-${environment}-`, days: DISCOVERY_KEY_DAYS },
    );
  }

  onApplicationBootstrap(): void {
    this.view.start();
    if (!this.delivers) return;
    this.reactor.start();
    this.flowKeys.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.reactor.stop(), this.flowKeys.stop()]);
    await this.view.stop();
    await this.mailer.close();
  }
}

/** Proofs of who somebody is: e-mail links and codes, and the mail they travel in. */
@Module({})
export class IdentityModule {
  /** @param mail who takes the mails; as the configuration says where not given */
  static register(platform: Platform, { mailer, mailbox }: MailParts = mailOf(platform)): DynamicModule {
    const parts = partsOf(platform);
    return {
      module: IdentityModule,
      imports: [HttpKitModule.register(platform)],
      controllers: [MagicLinksController, OtpsController, MailboxController, IdentityResponder],
      providers: [
        ...servicesOf(platform, parts),
        { provide: CLOCK, useValue: platform.clock },
        { provide: MAILBOX, useValue: mailbox },
        { provide: ForgottenMailService, useValue: new ForgottenMailService(platform.log, mailbox) },
        { provide: MailDelivery, useFactory: () => new MailDelivery(platform, parts, mailer) },
      ],
    };
  }
}

type Parts = ReturnType<typeof partsOf>;
type MailParts = { readonly mailer: Mailer; readonly mailbox: Mailbox | null };

const partsOf = ({ log, keys, keyring, config, clock, newId }: Platform) => ({
  log,
  codec: new EventCodec(keys, aggregates),
  lookupHash: keyring.lookupHash,
  tokens: keyring.tokens(config.project.projectId),
  clock,
  newId,
});

const mailOf = ({ config, clock }: Platform): MailParts => {
  if (config.smtpUrl !== null)
    return { mailer: new NodemailerMailer(config.smtpUrl, config.mailFrom), mailbox: null };
  if (config.production) throw new Error('production needs a mail server: set MUSTER_SMTP_URL');
  const mailbox = new DevMailbox(clock, join(config.dataDirectory, 'mailbox.jsonl'));
  return { mailer: mailbox, mailbox };
};

const servicesOf = ({ config, requester }: Platform, parts: Parts): readonly Provider[] => {
  const organizations = organizationClient(requester);
  const provisioning = provisioningClient(requester);
  const sender = new ProofSender(parts);
  const sending = { organizations, provisioning, sender, redirects: config.redirectUrls, newId: parts.newId };
  return [
    { provide: LoginMailService, useValue: new LoginMailService(sending) },
    { provide: InvitationService, useValue: new InvitationService(sending) },
    { provide: DiscoveryMailService, useValue: new DiscoveryMailService(sending) },
    { provide: EmailUpdateService, useValue: new EmailUpdateService(sending) },
    { provide: NotificationService, useValue: new NotificationService(parts) },
    { provide: LinkRedemptionService, useValue: new LinkRedemptionService(parts) },
    { provide: CodeRedemptionService, useValue: new CodeRedemptionService(parts) },
  ];
};
