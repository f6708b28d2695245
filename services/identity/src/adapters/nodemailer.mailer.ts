import { parseEmailAddress, UnavailableError } from '@muster/kernel';
import { createTransport, type Transporter } from 'nodemailer';
import { type Mail, type Mailer, MailRefused } from '../application/ports.ts';

type Sender = { readonly name: string; readonly address: string };

const TIMEOUT_MILLISECONDS = 10_000;
/** RFC 5321 §4.2.2. */
const MAILBOX_NAME_NOT_ALLOWED = 553;

/** Mail by SMTP. Addresses are handed over as objects with an envelope of their own: nothing is parsed out of text. */
export class NodemailerMailer implements Mailer {
  private readonly transport: Transporter;

  /** @param smtpUrl `smtp://` or `smtps://`, with user and password where the server asks for them */
  constructor(
    smtpUrl: string,
    private readonly from: Sender,
  ) {
    this.transport = createTransport({
      url: smtpUrl,
      pool: true,
      connectionTimeout: TIMEOUT_MILLISECONDS,
      greetingTimeout: TIMEOUT_MILLISECONDS,
      socketTimeout: TIMEOUT_MILLISECONDS,
    });
  }

  async send({ messageId, to, subject, text, html }: Mail): Promise<void> {
    // The library takes `a@x, b@y` for two recipients wherever it meets it.
    if (parseEmailAddress(to)?.address !== to) throw new MailRefused(MAILBOX_NAME_NOT_ALLOWED);
    try {
      await this.transport.sendMail({
        envelope: { from: this.from.address, to: [to] },
        from: this.from,
        to: { name: '', address: to },
        messageId,
        subject,
        text,
        html,
        headers: { 'Auto-Submitted': 'auto-generated' },
        disableFileAccess: true,
        disableUrlAccess: true,
      });
    } catch (error) {
      const replyCode = refusalIn(error);
      throw replyCode === undefined
        ? new UnavailableError('mail', { cause: error })
        : new MailRefused(replyCode);
    }
  }

  async close(): Promise<void> {
    this.transport.close();
  }
}

/** The server's permanent no (5xx, RFC 5321 §4.2.1) to this envelope or message; anything else may pass. */
const refusalIn = (error: unknown): number | undefined => {
  const { code, responseCode } = error as { readonly code?: string; readonly responseCode?: number };
  const aboutTheMail = code === 'EENVELOPE' || code === 'EMESSAGE';
  return aboutTheMail && responseCode !== undefined && responseCode >= 500 ? responseCode : undefined;
};
