import type { identityRequests, PayloadOf } from '@muster/contracts';
import { type CommandContext, type CommandDependencies, handleCommand } from '@muster/eventsourcing';
import { type NewId, plusDays } from '@muster/kernel';
import { effectAggregate } from '../domain/effect/effect.decider.ts';
import { addressIn } from './request-checks.ts';

type Notification = PayloadOf<typeof identityRequests.notify>;

/** A notice that could not be delivered for so long is not news any more. */
const NOTICE_DAYS = 3;

/** Tells a member by mail that something happened. */
export class NotificationService {
  constructor(private readonly dependencies: CommandDependencies & { readonly newId: NewId }) {}

  async notify(notification: Notification, command: CommandContext): Promise<void> {
    const { template, organizationId, memberId, values } = notification;
    const recipient = addressIn(notification.address);
    const expiresAt = plusDays(command.at, NOTICE_DAYS);
    await handleCommand(this.dependencies, command, async (unit) => {
      const id = this.dependencies.newId('mail');
      const effect = await unit.load(effectAggregate, { projectId: command.projectId, organizationId, id });
      const data = { template, subjectId: memberId, recipient, values, proof: null, expiresAt };
      effect.execute({ type: 'RequestMail', data, at: command.at });
    });
  }
}
