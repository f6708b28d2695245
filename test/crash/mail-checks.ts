import type { RecordedEvent } from '@muster/eventsourcing';
import type { HandOver } from './smtp-capture.ts';
import type { Told } from './told.ts';

type Mails = { readonly missing: readonly string[]; readonly tooMany: readonly string[] };

/** What was asked for over HTTP has come, and nothing that nobody asked for. */
export const checkMail = (handOvers: readonly HandOver[], told: Told): Mails => {
  const missing: string[] = [];
  const tooMany: string[] = [];
  const mailsTo = new Map<string, Set<string>>();
  for (const { messageId, to, link, code } of handOvers)
    if (link ?? code) mailsTo.set(to, (mailsTo.get(to) ?? new Set()).add(messageId));
  for (const [address, { acknowledged, perhaps }] of told.mails) {
    const sent = mailsTo.get(address)?.size ?? 0;
    if (sent < acknowledged) missing.push(`lost mail: ${sent} of ${acknowledged} to ${address}`);
    if (sent > acknowledged + perhaps)
      tooMany.push(`doubled mail: ${sent} to ${address}, ${acknowledged} (+${perhaps}) asked for`);
  }
  return { missing, tooMany };
};

export type MailFigures = {
  readonly sent: number;
  /** Mails that were handed over once more, by the process after the one that died while it sent them. */
  readonly extraHandOvers: number;
  /** The most of these that one kill led to. */
  readonly mostExtraPerKill: number;
};

/**
 * The mails of the log and those that were handed over are the same (E25): each that is done was handed over, each once
 * in a life of the server, none after it was done, and each under the Message-ID that follows from its position.
 */
export const checkMailFacts = (
  handOvers: readonly HandOver[],
  events: readonly RecordedEvent[],
): { readonly wrong: readonly string[]; readonly figures: MailFigures } => {
  const wrong: string[] = [];
  const mails = mailsIn(events);
  const extra = new Map<number, number>();
  for (const [messageId, times] of byMessage(handOvers)) {
    const mail = mails.get(positionIn(messageId));
    if (!mail) wrong.push(`mail from nowhere: ${messageId}`);
    else mail.handedOver = true;
    const lives = times.map(({ life }) => life);
    if (new Set(lives).size < lives.length) wrong.push(`sent twice without a kill between: ${messageId}`);
    if (times.some(({ at }) => mail?.doneAt !== undefined && at > mail.doneAt))
      wrong.push(`sent again after it was done: ${messageId}`);
    for (const life of lives.slice(0, -1)) extra.set(life, (extra.get(life) ?? 0) + 1);
  }
  for (const [position, { outcome, handedOver }] of mails)
    if (outcome === 'sent' && !handedOver) wrong.push(`lost mail: the one of ${position} counts as sent`);
    else if (outcome !== 'sent') wrong.push(`the mail of ${position} was not sent: ${outcome}`);
  const extras = [...extra.values()];
  return {
    wrong,
    figures: {
      sent: mails.size,
      extraHandOvers: extras.reduce((sum, count) => sum + count, 0),
      mostExtraPerKill: Math.max(0, ...extras),
    },
  };
};

type LoggedMail = { doneAt?: number; outcome?: string; handedOver: boolean };

/** By the position of what asked for them. */
const mailsIn = (events: readonly RecordedEvent[]): ReadonlyMap<number, LoggedMail> => {
  const mails = new Map<number, LoggedMail>();
  const byStream = new Map<string, LoggedMail>();
  for (const { type, stream, position, data, recordedAt } of events)
    if (type === 'effect.EffectRequested') {
      const mail = { handedOver: false };
      mails.set(position, mail);
      byStream.set(stream, mail);
    } else if (type === 'effect.EffectDone')
      Object.assign(byStream.get(stream) ?? {}, {
        doneAt: Date.parse(recordedAt),
        outcome: data['outcome'],
      });
  return mails;
};

const byMessage = (handOvers: readonly HandOver[]): ReadonlyMap<string, readonly HandOver[]> => {
  const times = new Map<string, HandOver[]>();
  for (const handOver of handOvers) {
    const { messageId } = handOver;
    times.set(messageId, [...(times.get(messageId) ?? []), handOver]);
  }
  return times;
};

/** `<log.position@domain>` */
const positionIn = (messageId: string): number => Number(/^<[^.]+\.(\d+)@/.exec(messageId)?.[1]);
