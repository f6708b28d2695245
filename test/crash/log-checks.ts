import { join } from 'node:path';
import { SqliteEventLog } from '@muster/event-log-sqlite';
import type { EventLog, RecordedEvent } from '@muster/eventsourcing';
import { checkMailFacts, type MailFigures } from './mail-checks.ts';
import type { HandOver } from './smtp-capture.ts';

export type LogFigures = { readonly events: number; readonly commits: number };
type Checked = { readonly wrong: readonly string[]; readonly log: LogFigures; readonly mails: MailFigures };

const allOf = async (log: EventLog): Promise<readonly RecordedEvent[]> => {
  const events: RecordedEvent[] = [];
  for (let after = 0; ; after = events.at(-1)!.position) {
    const page = await log.readAll(after, 10_000);
    if (page.length === 0) return events;
    events.push(...page);
  }
};

const withLog = async <T>(dataDirectory: string, work: (log: EventLog) => Promise<T>): Promise<T> => {
  const log = await SqliteEventLog.open(join(dataDirectory, 'log.db'));
  try {
    return await work(log);
  } finally {
    await log.close();
  }
};

/** What the log itself says: whole, dense, every commit, fact and mail once, up to what was acknowledged. */
export const checkLog = (
  dataDirectory: string,
  acknowledgedPosition: number,
  handOvers: readonly HandOver[],
): Promise<Checked> =>
  withLog(dataDirectory, async (log) => {
    const wrong: string[] = [];
    const verification = await log.verify();
    if (!verification.ok)
      wrong.push(`the log does not verify at ${verification.position}: ${verification.problem}`);
    const events = await allOf(log);
    if (events.length < acknowledgedPosition)
      wrong.push(`position ${acknowledgedPosition} was acknowledged, the head is ${events.length}`);
    const mails = checkMailFacts(handOvers, events);
    wrong.push(...holesIn(events), ...doubledIn(events), ...mails.wrong);
    const commits = new Set(events.map(({ commitId }) => commitId)).size;
    return { wrong, log: { events: events.length, commits }, mails: mails.figures };
  });

const holesIn = (events: readonly RecordedEvent[]): readonly string[] => {
  const wrong: string[] = [];
  const revisions = new Map<string, number>();
  for (const [index, { position, stream, revision }] of events.entries()) {
    if (position !== index + 1) wrong.push(`event ${index + 1} is at position ${position}`);
    if (revision !== (revisions.get(stream) ?? -1) + 1) wrong.push(`${stream} jumps to revision ${revision}`);
    revisions.set(stream, revision);
  }
  return wrong;
};

/** Facts that a stream can hold once, and events that can be there once. */
const ONCE = new Set([
  'organization.OrganizationCreated',
  'member.MemberCreated',
  'session.SessionStarted',
  'session.SessionRevoked',
  'login.LoginStarted',
  'login.LoginCompleted',
  'emailLink.EmailLinkSent',
  'emailLink.EmailLinkRedeemed',
  'intermediateSession.IntermediateSessionStarted',
  'intermediateSession.IntermediateSessionConsumed',
  'effect.EffectRequested',
  'effect.EffectDone',
]);

const doubledIn = (events: readonly RecordedEvent[]): readonly string[] => {
  const wrong: string[] = [];
  const seen = new Set<string>();
  const positionsOf = new Map<string, number>();
  const once = (what: string) => {
    if (seen.has(what)) wrong.push(`doubled: ${what}`);
    seen.add(what);
  };
  for (const { eventId, type, stream, commitId, position } of events) {
    once(eventId);
    if (ONCE.has(type)) once(`${type} in ${stream}`);
    // A commit's events stand together: the same id further on would be a second commit.
    const last = positionsOf.get(commitId);
    if (last !== undefined && last !== position - 1) wrong.push(`doubled: commit ${commitId}`);
    positionsOf.set(commitId, position);
  }
  return wrong;
};

const ENDS_OF_LOGINS = new Set(['login.LoginCompleted', 'login.LoginRefused', 'login.LoginExpired']);

/** What was begun and has not come to its end: logins, admissions, mails. */
export const halfDone = (dataDirectory: string): Promise<readonly string[]> =>
  withLog(dataDirectory, async (log) => {
    const open = new Map<string, string>();
    for (const { type, stream, data } of await allOf(log)) {
      const admission = `admission ${data['admissionId'] as string}`;
      if (type === 'login.LoginStarted') open.set(stream, stream);
      else if (ENDS_OF_LOGINS.has(type)) open.delete(stream);
      else if (type === 'admissions.AdmissionGranted') open.set(admission, admission);
      else if (type === 'admissions.AdmissionSettled' || type === 'admissions.AdmissionWithdrawn')
        open.delete(admission);
      else if (type === 'effect.EffectRequested') open.set(stream, stream);
      else if (type === 'effect.EffectDone') open.delete(stream);
    }
    return [...open.values()];
  });
