import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '@muster/kernel';
import type { CaughtMail, Mailbox } from '../application/mailbox.ts';
import type { Mail, Mailer } from '../application/ports.ts';

const CAPACITY = 1_000;

/**
 * Catches all mail instead of sending it: for development, never for production. Keeps the newest thousand, each
 * Message-ID once (E25), in a file of one line per mail, so that a link survives a restart as the log does.
 */
export class DevMailbox implements Mailer, Mailbox {
  private readonly mails: Map<string, CaughtMail>;
  private writing: Promise<void> = Promise.resolve();

  /** @param file null keeps nothing beyond the process */
  constructor(
    private readonly clock: Clock,
    private readonly file: string | null,
  ) {
    this.mails = new Map((file === null ? [] : kept(file)).map((mail) => [mail.id, mail]));
  }

  async send({ messageId, ...mail }: Mail): Promise<void> {
    if (this.mails.has(messageId)) return;
    const caught = { id: messageId, ...mail, sent_at: this.clock() };
    this.mails.set(messageId, caught);
    for (const id of this.mails.keys()) {
      if (this.mails.size <= CAPACITY) break;
      this.mails.delete(id);
    }
    const { file } = this;
    if (file !== null) await this.inTurn(async () => appendFileSync(file, lineOf(caught)));
  }

  async drop(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.mails.delete(id);
    const { file } = this;
    if (file === null || ids.length === 0) return;
    await this.inTurn(() => writeFile(file, [...this.mails.values()].map(lineOf).join(''), { mode: 0o600 }));
  }

  newestFirst(to?: string): readonly CaughtMail[] {
    const mails = [...this.mails.values()].toReversed();
    return to === undefined ? mails : mails.filter((mail) => mail.to === to);
  }

  async close(): Promise<void> {
    await this.writing;
  }

  /** A mail that is being appended must not follow on the file that was written without it. */
  private inTurn(write: () => Promise<void>): Promise<void> {
    const written = this.writing.then(write);
    this.writing = written.catch(() => undefined);
    return written;
  }
}

const lineOf = (mail: CaughtMail): string => `${JSON.stringify(mail)}\n`;

/** What an earlier process caught; the file is cut down to it. A line that a crash cut short is dropped. */
const kept = (file: string): readonly CaughtMail[] => {
  mkdirSync(dirname(file), { recursive: true });
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  const mails = lines.flatMap(parsed).slice(-CAPACITY);
  // Mails hold live links and codes: for the owner's eyes only.
  writeFileSync(file, mails.map(lineOf).join(''), { mode: 0o600 });
  return mails;
};

const parsed = (line: string): readonly CaughtMail[] => {
  try {
    return [JSON.parse(line) as CaughtMail];
  } catch {
    return [];
  }
};
