import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Latencies } from '../latencies.ts';
import { type AppendParameters, type AppendResult, EVENTS_PER_STREAM, payload } from './append.ts';

const schema = `
  PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
  CREATE TABLE commits (number INTEGER PRIMARY KEY, commit_id TEXT NOT NULL UNIQUE, recorded_at TEXT, metadata TEXT) STRICT;
  CREATE TABLE events (position INTEGER PRIMARY KEY, commit_number INTEGER, stream TEXT, revision INTEGER,
    event_id TEXT, type TEXT, data TEXT, UNIQUE (stream, revision)) STRICT;`;

type Waiting = { readonly stream: string; readonly revision: number; readonly done: () => void };

/** Equivalent rows by hand: no checks, no hashes; writers of one turn share a transaction, hence a sync. */
export const run = async ({ writers, seconds, directory }: AppendParameters): Promise<AppendResult> => {
  const database = new DatabaseSync(join(directory, 'raw.db'));
  database.exec(schema);
  const commit = database.prepare('INSERT INTO commits VALUES (?, ?, ?, ?)');
  const event = database.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)');
  let [number, scheduled] = [0, false];
  let waiting: Waiting[] = [];
  const flush = async (): Promise<void> => {
    await nextTurn();
    const group = waiting;
    [waiting, scheduled] = [[], false];
    database.exec('BEGIN IMMEDIATE');
    for (const { stream, revision } of group) {
      number++;
      const at = new Date().toISOString();
      const metadata = JSON.stringify({ actor: 'project:p', commandId: 'c', at });
      commit.run(number, randomUUID(), at, metadata);
      event.run(
        number,
        number,
        stream,
        revision,
        randomUUID(),
        'MemberRolesAssigned',
        JSON.stringify(payload(revision)),
      );
    }
    database.exec('COMMIT');
    for (const { done } of group) done();
  };
  const append = (stream: string, revision: number): Promise<void> =>
    new Promise((done) => {
      waiting.push({ stream, revision, done });
      if (scheduled) return;
      scheduled = true;
      void flush();
    });

  const latencies = new Latencies();
  const warm = performance.now() + 1_000;
  const until = warm + seconds * 1_000;
  const write = async (writer: number): Promise<void> => {
    for (let count = 0; ; count++) {
      const began = performance.now();
      if (began > until) return;
      await append(`member-${writer}-${Math.floor(count / EVENTS_PER_STREAM)}`, count % EVENTS_PER_STREAM);
      if (began > warm) latencies.add(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
  const took = performance.now() - warm;
  database.close();
  return {
    perSecond: (latencies.count / took) * 1_000,
    p50: latencies.quantile(0.5),
    p99: latencies.quantile(0.99),
  };
};
