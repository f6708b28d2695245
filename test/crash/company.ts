import { setTimeout as pause } from 'node:timers/promises';
import { type SeededRandom, until, type WireAnswer, type WireClient } from '@muster/testkit';
import type { HandOver, SmtpCapture } from './smtp-capture.ts';
import type { Told } from './told.ts';
import type { Victim } from './victim.ts';

/** The step ends here: its answer was lost and nobody asks again. */
export class GivenUp extends Error {}

type Send = (wire: WireClient, headers: Readonly<Record<string, string>>) => Promise<WireAnswer>;

const MAIL_MILLISECONDS = 120_000;
/** How often a lost answer is left at that, so that something stays half done. */
const GIVE_UP = 0.15;

const AGAIN_MILLISECONDS = 250;
/** Nothing but 'not now' for longer than this is an answer that never comes. */
const NOT_NOW_MILLISECONDS = 90_000;

/** Not available now, or the call that was cut off still holds the key until its lease ends. */
const isToBeAskedAgain = ({ status, body }: WireAnswer): boolean =>
  status === 503 || body?.error_type === 'idempotency_key_in_flight';

/** One customer's backend with the people behind it: a client that repeats what was not answered. */
export class Company {
  people: readonly string[] = [];
  home = '';
  other = '';
  private readonly opened = new Set<string>();
  private readonly wire: WireClient;
  private serial = 0;

  constructor(
    readonly name: string,
    readonly random: SeededRandom,
    readonly told: Told,
    private readonly victim: Victim,
    private readonly smtp: SmtpCapture,
  ) {
    this.wire = victim.wire();
  }

  /** A name nobody else has. */
  unique(word: string): string {
    this.serial += 1;
    return `${word}${this.serial}-${this.name}`;
  }

  address(word: string, domain = `${this.name}.example`): string {
    const address = `${this.unique(word)}@${domain}`;
    this.told.addresses.add(address);
    return address;
  }

  /** One of the members who can be expected to open their mail. */
  person(): string {
    if (this.people.length === 0) throw new GivenUp();
    return this.random.pick(this.people);
  }

  /** Nobody knows what mail is under way to that address: what comes would be taken for an answer to something else. */
  private lose(address: string): void {
    this.told.mail(address, false);
    this.people = this.people.filter((person) => person !== address);
  }

  /**
   * Asks until there is an answer; always with the same Idempotency-Key, so that a repeat is the same command (E5).
   * @throws GivenUp where the answer was lost and nobody asks again, which only happens where `mayGiveUp`
   */
  async ask(send: Send, { mayGiveUp = false } = {}): Promise<WireAnswer> {
    const headers = { 'idempotency-key': this.unique('key') };
    const latest = Date.now() + NOT_NOW_MILLISECONDS;
    for (let lost = 0; ;) {
      await this.victim.up();
      const answer = await send(this.wire, headers).catch(() => undefined);
      if (answer && !isToBeAskedAgain(answer)) {
        if (lost > 0) this.told.retried += 1;
        this.told.acknowledge(Number(answer.headers.get('muster-position') ?? 0));
        this.victim.pass('acknowledged');
        return answer;
      }
      if (answer) {
        if (Date.now() > latest) throw new Error(`answered nothing but ${answer.status}: ${answer.text}`);
        await pause(AGAIN_MILLISECONDS);
        continue;
      }
      lost += 1;
      this.told.unanswered += 1;
      if (mayGiveUp && this.random.chance(GIVE_UP)) {
        this.told.abandoned += 1;
        throw new GivenUp();
      }
    }
  }

  /** The body of an answer that has to be a success. */
  async granted(send: Send, options?: { readonly mayGiveUp?: boolean }) {
    const { status, body, text } = await this.ask(send, options);
    if (status !== 200) throw new Error(`answered ${status}: ${text}`);
    return body;
  }

  /** Has a mail with a link or a code sent, and opens it. A request that is given up may have sent it or not. */
  async mailed(to: string, send: Send): Promise<HandOver> {
    try {
      await this.granted(send, { mayGiveUp: true });
    } catch (error) {
      if (error instanceof GivenUp) this.lose(to);
      throw error;
    }
    this.told.mail(to, true);
    return until(
      `mail to ${to}`,
      async () => {
        const mail = this.smtp
          .to(to)
          .find(({ messageId, link, code }) => (link ?? code) !== undefined && !this.opened.has(messageId));
        if (mail) this.opened.add(mail.messageId);
        return mail;
      },
      MAIL_MILLISECONDS,
    );
  }
}
