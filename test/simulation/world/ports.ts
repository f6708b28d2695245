import type { Requester } from '@muster/contracts';
import {
  AppendOutcomeUnknown,
  type Commit,
  type EventLog,
  type KeyStore,
  type ReadStore,
} from '@muster/eventsourcing';
import { type Mail, type Mailer, MailRefused } from '@muster/identity';
import { UnavailableError } from '@muster/kernel';
import type { AnswerStore } from '@muster/nest-kit';
import type { Faults } from './faults.ts';
import type { Life, Wrap } from './life.ts';

/** A mail as it was handed over, once for every time it was: where the log was then, and how much had gone wrong. */
export type HandOver = Mail & { readonly life: number; readonly head: number; readonly faultsBefore: number };

/** What the outside of one life is made of. `crash` ends it there and then. */
export type Surroundings = { readonly life: Life; readonly faults: Faults; readonly crash: () => never };

/** The log: it may refuse, lose the request, lose the answer, or take the process with it. */
export const logPort = (
  log: EventLog,
  { life, faults, crash }: Surroundings,
  acknowledge: (commit: Commit, position: number) => void,
): EventLog => {
  const append = async (work: () => ReturnType<EventLog['append']>, commit: Commit) => {
    if (faults.strike('appendRefused')) throw new UnavailableError('event log');
    if (faults.strike('appendLost')) throw new AppendOutcomeUnknown(commit.commitId);
    if (faults.strike('crashBeforeAppend')) crash();
    const appended = await work();
    if (faults.strike('crashAfterAppend')) crash();
    if (faults.strike('appendUnanswered')) throw new AppendOutcomeUnknown(commit.commitId);
    acknowledge(commit, appended.position);
    return appended;
  };
  const read: Wrap = async (work) => {
    if (faults.strike('crashAnywhere')) crash();
    if (faults.strike('logReadFails')) throw new UnavailableError('event log');
    return work();
  };
  return life.through('log', log, { append, every: read }, ['changed', 'recentHead', 'close']);
};

export const keysPort = (keys: KeyStore, { life, faults, crash }: Surroundings): KeyStore =>
  life.through('keys', keys, {
    every: async (work) => {
      if (faults.strike('crashAnywhere')) crash();
      if (faults.strike('keysFail')) throw new UnavailableError('key store');
      const done = await work();
      if (faults.strike('keysUnanswered')) throw new UnavailableError('key store');
      return done;
    },
  });

/** The views: a write may be lost, or done without the writer hearing of it (E20). */
export const storePort = (store: ReadStore, { life, faults, crash }: Surroundings): ReadStore =>
  life.through('store', store, {
    write: async (work) => {
      if (faults.strike('crashAnywhere')) crash();
      if (faults.strike('viewWriteLost')) throw new UnavailableError('read store');
      await work();
      if (faults.strike('crashAnywhere')) crash();
      if (faults.strike('viewWriteUnanswered')) throw new UnavailableError('read store');
      return undefined;
    },
    every: async (work) => {
      if (faults.strike('viewReadFails')) throw new UnavailableError('read store');
      return work();
    },
  });

export const answersPort = (answers: AnswerStore, { life, faults }: Surroundings): AnswerStore =>
  life.through('answers', answers, {
    every: async (work) => {
      if (faults.strike('answersFail')) throw new UnavailableError('answer store');
      const done = await work();
      if (faults.strike('answersUnanswered')) throw new UnavailableError('answer store');
      return done;
    },
  });

/** Questions between services: lost, answered in vain, or heard twice. */
export const requesterPort = (requester: Requester, { life, faults }: Surroundings): Requester => ({
  ask: async (definition, payload, context) => {
    const { subject } = definition;
    const unavailable = () => new UnavailableError(subject.slice(0, subject.indexOf('.')));
    await life.turn(`ask ${subject}`, () => undefined);
    if (faults.strike('requestLost')) throw unavailable();
    const answer = requester.ask(definition, payload, context);
    const twin = faults.strike('requestDoubled') ? requester.ask(definition, payload, context) : undefined;
    void twin?.catch(() => undefined);
    if (!faults.strike('replyLost')) return answer;
    await answer.catch(() => undefined);
    throw unavailable();
  },
});

/** The mail server: takes no mail for a while, takes it without the sender hearing of it, or will never take it. */
export const mailerPort = (
  { log, handOvers }: { readonly log: EventLog; readonly handOvers: HandOver[] },
  { life, faults, crash }: Surroundings,
): Mailer => ({
  send: (mail) =>
    life.turn('mail', async () => {
      if (faults.strike('mailNotTaken')) throw new UnavailableError('mail');
      if (faults.strike('mailRefusedForGood')) throw new MailRefused(550);
      handOvers.push({ ...mail, life: life.number, head: await log.head(), faultsBefore: faults.struck });
      if (faults.strike('crashAnywhere')) crash();
      if (faults.strike('mailUnanswered')) throw new UnavailableError('mail');
    }),
  close: async () => undefined,
});
