// Loaded into the server's process before its own code: see planted.ts. Each bug shows again in every life of the server.
import { setTimeout as pause } from 'node:timers/promises';
import { isMainThread } from 'node:worker_threads';
import { SqliteEventLog } from '@muster/event-log-sqlite';
import type { Appended, Commit, RecordedEvent } from '@muster/eventsourcing';
import { SqliteReadStore } from '@muster/read-store-sqlite';
import Mail from 'nodemailer/lib/mailer/index.js';
import type { PlantedName } from './planted.ts';
import { replace } from './replace.ts';

const started = new Date().toISOString();
const log = SqliteEventLog.prototype;
const store = SqliteReadStore.prototype;
const mail = Mail.prototype as {
  sendMail: (this: unknown, message: { readonly messageId: string }) => Promise<unknown>;
};

const nobodys = (event: RecordedEvent): RecordedEvent => ({ ...event, type: 'x.X', stream: 'x-x.x' });

/** Followers of the log do not see one new event, and go on after it. */
const skipEvent = (): void =>
  replace(log, 'readAll', (readAll) => {
    let skipped: number | undefined;
    return async function (this: SqliteEventLog, after, limit) {
      const page = await readAll.call(this, after, limit);
      skipped ??= page.find(
        ({ type, recordedAt }) => type === 'session.SessionStarted' && recordedAt > started,
      )?.position;
      return page.map((event) => (event.position === skipped ? nobodys(event) : event));
    };
  });

/** Every fifth mail is sent once more, with the Message-ID it has or with another. */
const sendTwice = (again: (messageId: string) => string) => (): void =>
  replace(mail, 'sendMail', (sendMail) => {
    let sent = 0;
    return async function (message) {
      const answer = await sendMail.call(this, message);
      sent += 1;
      if (sent % 5 === 0) await sendMail.call(this, { ...message, messageId: again(message.messageId) });
      return answer;
    };
  });

/** A view's checkpoint moves on, once, without the documents it stands for. */
const loseCheckpoint = (): void =>
  replace(store, 'write', (write) => {
    let lost = false;
    return function (this: SqliteReadStore, slot, request) {
      const loses = !lost && slot.name === 'session-sessions-by-member' && request.changes.length > 0;
      lost ||= loses;
      return write.call(this, slot, loses ? { ...request, changes: [] } : request);
    };
  });

const LATE_MILLISECONDS = 300;
const EARLY = new Set(['organization.OrganizationRenamed', 'organization.SessionPolicyChanged']);

/** What an organization decided is acknowledged before it is in the log: who is killed at once has never heard of it. */
const loseWrite = (): void =>
  replace(
    log,
    'append',
    (append) =>
      async function (this: SqliteEventLog, commit) {
        const types = commit.writes.flatMap(({ events }) => events.map(({ type }) => type));
        if (!types.some((type) => EARLY.has(type))) return append.call(this, commit);
        void pause(LATE_MILLISECONDS).then(() => append.call(this, commit).catch(() => undefined));
        return promised(commit, await this.head());
      },
  );

const promised = ({ commitId, metadata, writes }: Commit, head: number): Appended => {
  const events = writes.flatMap(({ stream, organizationId, expect, events: written }) =>
    written.map((event, n) => {
      const first = typeof expect === 'object' ? expect.revision + 1 : 0;
      return { ...event, stream, organizationId, commitId, metadata, revision: first + n };
    }),
  );
  return {
    position: head + events.length,
    duplicate: false,
    events: events.map((event, n) => ({ ...event, position: head + 1 + n, recordedAt: metadata.at })),
  };
};

/** The log takes a command's facts and does not know later that it has handled it: a repeat is a new command. */
const forgetCommand = (): void =>
  replace(log, 'append', (append) => {
    let commits = 0;
    return function (this: SqliteEventLog, commit) {
      commits += 1;
      return append.call(this, { ...commit, commitId: `${commit.commitId}-${process.pid}-${commits}` });
    };
  });

const bugs: Readonly<Record<PlantedName, () => void>> = {
  'skip-event': skipEvent,
  'double-mail': sendTwice((messageId) => messageId),
  'rename-mail': sendTwice((messageId) => messageId.replace('<', '<again.')),
  'lose-checkpoint': loseCheckpoint,
  'lose-write': loseWrite,
  'forget-command': forgetCommand,
};

if (isMainThread) bugs[process.env['PLANTED'] as PlantedName]();
