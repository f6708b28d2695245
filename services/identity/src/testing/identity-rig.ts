import { randomBytes } from 'node:crypto';
import type { RequestContext } from '@muster/contracts';
import {
  type CommandContext,
  commandContext,
  EventCodec,
  type EventLog,
  InMemoryEventLog,
  InMemoryKeyStore,
  InMemoryReadStore,
  type Ownership,
  View,
} from '@muster/eventsourcing';
import { type Instant, plusMinutes } from '@muster/kernel';
import { Keyring, newIdIn } from '@muster/nest-kit';
import { v7 as uuidv7 } from 'uuid';
import { DevMailbox } from '../adapters/dev-mailbox.ts';
import { CodeRedemptionService } from '../application/code-redemption.service.ts';
import { DiscoveryMailService } from '../application/discovery-mail.service.ts';
import { EmailUpdateService } from '../application/email-update.service.ts';
import { InvitationService } from '../application/invitation.service.ts';
import { LinkRedemptionService } from '../application/link-redemption.service.ts';
import { LoginMailService } from '../application/login-mail.service.ts';
import { MailComposer } from '../application/mail-composer.ts';
import { NotificationService } from '../application/notification.service.ts';
import type { AllowedRedirect, Mailer } from '../application/ports.ts';
import { ProofSender } from '../application/proof-sender.ts';
import { aggregates } from '../domain/aggregates.ts';
import { MailReactor } from '../reactors/mail.reactor.ts';
import { outboxProjection } from '../read-models/outbox/outbox.projection.ts';
import { OutboxQueries } from '../read-models/outbox/outbox.queries.ts';
import { templates } from '../templates/templates.ts';
import { projectId } from './facts.ts';
import { InMemoryOrganizations, provisioningByDomain } from './in-memory.organizations.ts';

const redirects: readonly AllowedRedirect[] = [
  { type: 'LOGIN', url: 'https://app.acme.test/login', isDefault: true },
  { type: 'LOGIN', url: 'https://app.acme.test/login?from=mail', isDefault: false },
  { type: 'SIGNUP', url: 'https://app.acme.test/signup', isDefault: true },
  { type: 'INVITE', url: 'https://app.acme.test/invite', isDefault: true },
  { type: 'DISCOVERY', url: 'https://app.acme.test/discover', isDefault: true },
];

export const requestContext: RequestContext = {
  projectId,
  actor: `project:${projectId}`,
  requestId: 'request-1',
  correlationId: 'request-1',
  causationId: 'request-1',
};

/** What outlives a process: the log with its keys, and the deployment's secret. */
const durable = () => ({
  log: new InMemoryEventLog() as EventLog,
  keys: new InMemoryKeyStore(),
  keyring: new Keyring(randomBytes(32)),
  mailbox: new DevMailbox(() => '2026-11-23T09:00:00.000Z', null),
});
export type Durable = ReturnType<typeof durable>;

/** The whole service in memory, with a clock that only tests move. */
export const identityRig = (
  kept: Durable = durable(),
  mailer: Mailer = kept.mailbox,
  ownership?: Ownership,
) => {
  const { log, keys, keyring, mailbox } = kept;
  let now: Instant = '2026-11-23T09:00:00.000Z';
  const clock = () => now;
  const newId = newIdIn('test');
  const tokens = keyring.tokens(projectId);
  const codec = new EventCodec(keys, aggregates);
  const parts = { log, codec, lookupHash: keyring.lookupHash, tokens, clock, newId };
  const organizations = new InMemoryOrganizations(newId);
  const sender = new ProofSender(parts);
  const sending = { ...parts, organizations, provisioning: provisioningByDomain, sender, redirects };
  const view = new View(outboxProjection, { log, codec, store: new InMemoryReadStore() });
  const fromAddress = 'no-reply@muster.test';
  const composer = new MailComposer({ project: 'Muster', logId: log.logId, fromAddress, tokens, templates });
  const failed: string[] = [];
  const onFailure = (effectId: string) => failed.push(effectId);
  const outbox = new OutboxQueries(view);
  const reactor = new MailReactor({
    ...parts,
    outbox,
    composer,
    mailer,
    onFailure,
    backOff: () => 1,
    ...(ownership ? { ownership } : {}),
  });
  return {
    kept,
    parts,
    log,
    keys,
    tokens,
    mailbox,
    organizations,
    view,
    reactor,
    failed,
    loginMail: new LoginMailService(sending),
    invitations: new InvitationService(sending),
    discoveryMail: new DiscoveryMailService(sending),
    emailUpdates: new EmailUpdateService(sending),
    notifications: new NotificationService(parts),
    links: new LinkRedemptionService(parts),
    codes: new CodeRedemptionService(parts),
    command: (commandId: string = uuidv7(), content = commandId): CommandContext =>
      commandContext(requestContext, { commandId, at: now, content }),
    passMinutes: (minutes: number) => (now = plusMinutes(now, minutes)),
    setClock: (instant: Instant) => (now = instant),
    /** Sends all that is open, as the running reactor would. */
    deliver: async () => {
      view.start();
      await reactor.sendOpen();
    },
    stop: async () => {
      await reactor.stop();
      await view.stop();
    },
  };
};

export type IdentityRig = ReturnType<typeof identityRig>;
