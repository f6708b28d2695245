import type { identityRequests, PayloadOf } from '@muster/contracts';
import type { EventLog } from '@muster/eventsourcing';
import type { CaughtMail, Mailbox } from './mailbox.ts';

/** Of a Message-ID: the log, and the position of what asked for the mail (E25). */
const MESSAGE_ID = /^<(?<logId>.+)\.(?<position>\d+)@/;

/** Forgets the mail of people who were erased, where a mailbox caught it (R54). Elsewhere mail is not kept. */
export class ForgottenMailService {
  constructor(
    private readonly log: Pick<EventLog, 'logId' | 'readAll'>,
    private readonly mailbox: Mailbox | null,
  ) {}

  async forget(member: PayloadOf<typeof identityRequests.forgetMember>): Promise<void> {
    if (!this.mailbox) return;
    const ids: string[] = [];
    for (const mail of this.mailbox.newestFirst()) if (await this.isOf(mail, member)) ids.push(mail.id);
    await this.mailbox.drop(ids);
  }

  /** By the event that asked for it: its mail to the same address for another organization stays (R3). */
  private async isOf(
    { id }: CaughtMail,
    { organizationId, memberId }: PayloadOf<typeof identityRequests.forgetMember>,
  ): Promise<boolean> {
    const { logId, position } = MESSAGE_ID.exec(id)?.groups ?? {};
    if (logId !== this.log.logId) return false;
    const [requested] = await this.log.readAll(Number(position) - 1, 1);
    return requested?.organizationId === organizationId && requested.data['subjectId'] === memberId;
  }
}
