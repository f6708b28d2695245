import { type Mail, type Mailer, MailRefused } from './ports.ts';

/** A mailer that knows whether the mail server took the last mail: a refused mail is an answer, too. */
export class WatchedMailer implements Mailer {
  private answered = true;

  constructor(private readonly mailer: Mailer) {}

  /** Mails that could not be handed over are tried again, so this mends itself as soon as one is taken. */
  get isThere(): boolean {
    return this.answered;
  }

  async send(mail: Mail): Promise<void> {
    try {
      await this.mailer.send(mail);
      this.answered = true;
    } catch (error) {
      this.answered = error instanceof MailRefused;
      throw error;
    }
  }

  close(): Promise<void> {
    return this.mailer.close();
  }
}
