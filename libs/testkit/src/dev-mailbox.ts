import { until } from './until.ts';

/** A mail as the dev mailbox shows it. */
export type CaughtMail = {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly links: readonly string[];
  readonly codes: readonly string[];
  readonly sent_at: string;
};

/**
 * Reads a running server's dev mailbox as its recipients would: every mail is opened once, and waiting for one means
 * waiting for one not opened yet.
 */
export class DevMailbox {
  private readonly opened = new Set<string>();

  constructor(private readonly url: () => string) {}

  /** All mail to an address, newest first, opened or not. */
  async messages(to: string): Promise<readonly CaughtMail[]> {
    const answer = await fetch(`${this.url()}/dev/mailbox.json?to=${encodeURIComponent(to)}`);
    if (!answer.ok) throw new Error(`the dev mailbox answered ${answer.status}`);
    return (await answer.json()) as readonly CaughtMail[];
  }

  /** The newest mail to an address that was not opened yet; waits for it. */
  latest(to: string): Promise<CaughtMail> {
    return this.open(to, 'mail', (mail) => mail);
  }

  /**
   * The token in the newest unopened link to an address; waits for it.
   * @param type what the link is for (`discovery`, …), where there may be several
   */
  linkToken(to: string, type?: string): Promise<string> {
    return this.open(to, `a link ${type ?? ''}`, (mail) =>
      mail.links
        .filter((link) => type === undefined || tokenTypeIn(link) === type)
        .map(tokenIn)
        .find((token) => token !== undefined),
    );
  }

  /** The newest unopened code to an address; waits for it. */
  code(to: string): Promise<string> {
    return this.open(to, 'a code', (mail) => mail.codes[0]);
  }

  private open<T>(to: string, what: string, read: (mail: CaughtMail) => T | undefined): Promise<T> {
    return until(`${what} to ${to}`, async () => {
      const messages = await this.messages(to);
      for (const mail of messages.filter(({ id }) => !this.opened.has(id))) {
        const found = read(mail);
        if (found === undefined) continue;
        messages.forEach(({ id }) => this.opened.add(id));
        return found;
      }
      return undefined;
    });
  }
}

/** The token in a link that was mailed. */
export const tokenIn = (link: string): string | undefined =>
  URL.parse(link)?.searchParams.get('token') ?? undefined;

const tokenTypeIn = (link: string): string | null | undefined =>
  URL.parse(link)?.searchParams.get('stytch_token_type');
