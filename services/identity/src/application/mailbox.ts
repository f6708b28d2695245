import type { Instant } from '@muster/kernel';
import type { Mail } from './ports.ts';

/** A mail as the dev mailbox shows it. */
export type CaughtMail = Omit<Mail, 'messageId'> & { readonly id: string; readonly sent_at: Instant };

/** The mail that was caught instead of being sent. */
export interface Mailbox {
  /** All of it, or that to one canonical address. */
  newestFirst(to?: string): readonly CaughtMail[];
  /** Drops mails, also from where they are kept. */
  drop(ids: readonly string[]): Promise<void>;
}
