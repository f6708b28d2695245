import { readFileSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { aCommit, door, writeTo } from '@muster/eventsourcing/testing';
import { SqliteEventLog } from './sqlite.event-log.ts';
import { testDirectory } from './testing/files.ts';

const path = testDirectory();

/** Five commits at positions 1–2, 3, 4–5, 6 and 7. */
const writeLog = async (): Promise<void> => {
  const log = await SqliteEventLog.open(path('events.db'));
  for (const [index, texts] of [['one', 'two'], ['three'], ['four', 'five'], ['six'], ['seven']].entries())
    await log.append(
      aCommit({
        commitId: `commit-${index + 1}`,
        writes: texts.map((text) => writeTo(door(text), [{ text }])),
        reservations: [{ op: 'reserve', key: `key-${index + 1}`, owner: 'ann', kind: 'slug' }],
      }),
    );
  await log.close();
};
const change = (sql: string): void => {
  const database = new DatabaseSync(path('events.db'));
  database.exec(sql);
  database.close();
};
const verify = async () => {
  const log = await SqliteEventLog.open(path('events.db'));
  try {
    return await log.verify();
  } finally {
    await log.close();
  }
};

const altered = /^commit \d was altered, or is not where it was$/;
const swap = (table: string, column: string, a: number, b: number) =>
  `UPDATE ${table} SET ${column} = -${a} WHERE ${column} = ${a};
   UPDATE ${table} SET ${column} = ${a} WHERE ${column} = ${b};
   UPDATE ${table} SET ${column} = ${b} WHERE ${column} = -${a};`;

describe('log verify', () => {
  beforeEach(writeLog);

  it.each<[what: string, sql: string, position: number, problem: RegExp]>([
    [
      'data',
      `UPDATE events SET data = '{"text":"5"}' WHERE position = 5`,
      5,
      /^the data of event 5 in commit 3 was altered$/,
    ],
    [
      'data with its hash',
      `UPDATE events SET data = (SELECT data FROM events WHERE position = 1), content_hash = (SELECT content_hash FROM events WHERE position = 1) WHERE position = 5`,
      4,
      altered,
    ],
    ['event type', `UPDATE events SET type = 'door.Closed' WHERE position = 5`, 4, altered],
    [
      'event id',
      `UPDATE events SET event_id = '019ab000-0000-7000-8000-000000000000' WHERE position = 5`,
      4,
      altered,
    ],
    ['schema version', 'UPDATE events SET schema_version = 2 WHERE position = 5', 4, altered],
    ['revision', 'UPDATE events SET revision = 1 WHERE position = 5', 4, altered],
    ['stream', 'UPDATE events SET stream_number = 1, revision = 9 WHERE position = 5', 4, altered],
    ["stream's name", `UPDATE streams SET name = 'door-other.five' WHERE number = 5`, 4, altered],
    ["stream's organization", 'UPDATE streams SET organization_id = NULL WHERE number = 5', 4, altered],
    ['commit id', `UPDATE commits SET commit_id = 'x' WHERE number = 3`, 4, altered],
    ['command hash', `UPDATE commits SET command_hash = 'close' WHERE number = 3`, 4, altered],
    [
      'actor',
      `UPDATE commits SET metadata = replace(metadata, 'project:', 'member:') WHERE number = 3`,
      4,
      altered,
    ],
    [
      'reservation',
      `UPDATE commits SET reservations = replace(reservations, 'ann', 'ben') WHERE number = 3`,
      4,
      altered,
    ],
    ['time', `UPDATE commits SET recorded_at = '2020-01-01T00:00:00.000Z' WHERE number = 3`, 4, altered],
    ['hash', `UPDATE commits SET hash = 'x' WHERE number = 3`, 4, altered],
    ['extent', 'UPDATE commits SET last_position = 6 WHERE number = 3', 6, /^event 6 was moved to commit 4$/],
    [
      'beginning',
      'UPDATE commits SET first_position = 5 WHERE number = 3',
      4,
      /^commit 3 was altered: it claims positions 5 to 5$/,
    ],
  ])('E4: names the commit whose %s was altered', async (_, sql, position, problem) => {
    change(sql);
    expect(await verify()).toStrictEqual({ ok: false, position, problem: expect.stringMatching(problem) });
  });

  it.each<[what: string, sql: string, position: number, problem: string]>([
    [
      'the first commit',
      'DELETE FROM commits WHERE number = 1; DELETE FROM events WHERE commit_number = 1',
      1,
      'commit 1 is missing',
    ],
    [
      'a commit in the middle',
      'DELETE FROM commits WHERE number = 3; DELETE FROM events WHERE commit_number = 3',
      4,
      'commit 3 is missing',
    ],
    [
      'the last commit',
      'DELETE FROM commits WHERE number = 5; DELETE FROM events WHERE commit_number = 5',
      7,
      'the log is cut off before its head 7',
    ],
    [
      'the record of the last commit',
      'DELETE FROM commits WHERE number = 5',
      7,
      'the log is cut off before its head 7',
    ],
    ['all', 'DELETE FROM commits; DELETE FROM events', 1, 'the log is cut off before its head 7'],
    ['one event', 'DELETE FROM events WHERE position = 5', 5, 'event 5 of commit 3 is missing'],
    ['the last event', 'DELETE FROM events WHERE position = 7', 7, 'event 7 of commit 5 is missing'],
  ])('E4: names what is missing: %s', async (_, sql, position, problem) => {
    change(sql);
    expect(await verify()).toStrictEqual({ ok: false, position, problem });
  });

  it('E4: names the first of two commits that changed places', async () => {
    change(swap('commits', 'number', 4, 5) + swap('commits', 'first_position', 6, 7));
    change(
      swap('commits', 'last_position', 6, 7) +
        swap('events', 'position', 6, 7) +
        swap('events', 'commit_number', 4, 5),
    );
    expect(await verify()).toStrictEqual({
      ok: false,
      position: 6,
      problem: 'commit 4 was altered, or is not where it was',
    });
  });

  it('E4: finds a commit that was put between two others, and one after the last', async () => {
    change(
      'INSERT INTO events SELECT 8, 6, 1, 1, event_id, type, schema_version, data, content_hash FROM events WHERE position = 1',
    );
    expect(await verify()).toStrictEqual({ ok: false, position: 8, problem: 'event 8 is of no commit' });
    change(
      `INSERT INTO commits SELECT 6, 'x', command_hash, 8, 8, recorded_at, metadata, reservations, hash FROM commits WHERE number = 5`,
    );
    expect(await verify()).toMatchObject({ ok: false, position: 8, problem: expect.stringMatching(altered) });
  });

  it('E4: finds a head that was moved back, and a log under the name of another', async () => {
    change(
      'UPDATE head SET commit_number = 4, position = 6, hash = (SELECT hash FROM commits WHERE number = 4)',
    );
    expect(await verify()).toStrictEqual({
      ok: false,
      position: 6,
      problem: 'the head 6 was altered: the log ends at 7',
    });
    change(`UPDATE about SET id = '019ab000-0000-7000-8000-000000000000'`);
    expect(await verify()).toMatchObject({ ok: false, position: 1, problem: expect.stringMatching(altered) });
  });

  it('E4: finds one flipped bit in the file', async () => {
    const bytes = readFileSync(path('events.db'));
    const at = bytes.indexOf('{"text":"five"}');
    expect(bytes.indexOf('{"text":"five"}', at + 1)).toBe(-1);
    bytes[at + 9]! ^= 1;
    writeFileSync(path('events.db'), bytes);
    expect(await verify()).toMatchObject({ ok: false, position: 5 });
  });

  it('E4: says so where the file itself is damaged', async () => {
    const database = new DatabaseSync(path('events.db'));
    const root = database.prepare(`SELECT rootpage FROM sqlite_schema WHERE name = 'events'`).get();
    database.close();
    const bytes = readFileSync(path('events.db'));
    bytes.fill(0xff, (Number(root?.['rootpage']) - 1) * 4_096, Number(root?.['rootpage']) * 4_096);
    writeFileSync(path('events.db'), bytes);
    expect(await verify()).toMatchObject({
      ok: false,
      problem: expect.stringMatching(/^the file is damaged/),
    });
  });

  it('E13: finds a payload that somebody took out of a permanent category', async () => {
    change('UPDATE events SET data = NULL WHERE position IN (4, 5)');
    expect(await verify()).toStrictEqual({
      ok: false,
      position: 4,
      problem: 'the payload of event 4 is gone, and door.Opened is permanent',
    });
  });

  it('E4: goes through a log of many pages with progress, and lets others write meanwhile', async () => {
    const log = await SqliteEventLog.open(path('events.db'));
    await Promise.all(Array.from({ length: 345 }, () => log.append(aCommit())));
    const progress: number[] = [];
    const appends: Promise<unknown>[] = [];
    const verified = await log.verify((position) => {
      progress.push(position);
      appends.push(log.append(aCommit()));
    });
    expect(verified).toStrictEqual({ ok: true, commits: 350, events: 352, aged: 0, head: 352 });
    expect(progress).toStrictEqual([102, 202, 302, 352]);
    await Promise.all(appends);
    expect(await log.verify()).toMatchObject({ ok: true, head: 356 });
    await log.close();
  });
});
