import { DatabaseSync, StatementSync } from 'node:sqlite';
import { statSync } from 'node:fs';
import { jest } from '@jest/globals';
import { aCommit, door, noon, writeTo } from '@muster/eventsourcing/testing';
import { UnavailableError } from '@muster/kernel';
import { SqliteEventLog } from './sqlite.event-log.ts';
import { SqliteKeyStore } from './sqlite.key-store.ts';
import { testDirectory } from './testing/files.ts';

const path = testDirectory();
const masterKey = new Uint8Array(32).fill(7);

/** The next statement of that kind fails as SQLite fails, before or after it was carried out. */
const failOnce = (kind: string, errcode: number, carriedOut = false): void => {
  // oxlint-disable-next-line typescript/unbound-method -- called with the statement it belongs to
  const run = StatementSync.prototype.run;
  const spy = jest.spyOn(StatementSync.prototype, 'run').mockImplementation(function (
    this: StatementSync,
    ...parameters
  ) {
    if (!this.sourceSQL.startsWith(kind)) return run.apply(this, parameters as never);
    spy.mockRestore();
    if (carriedOut) run.apply(this, parameters as never);
    throw Object.assign(new Error('as a disk fails'), { code: 'ERR_SQLITE_ERROR', errcode });
  });
};
const DISK_ERROR = 10;
const DISK_FULL = 13;

describe('SqliteEventLog where something fails', () => {
  let log: SqliteEventLog;
  beforeEach(async () => {
    log = await SqliteEventLog.open(path('events.db'), { patience: 100 });
  });
  afterEach(() => log.close());

  it.each([
    ['was carried out', true, 1],
    ['was not', false, 0],
  ])(
    'E8: after a COMMIT that failed and %s the outcome is unknown, and the retry converges',
    async (_, carriedOut, head) => {
      failOnce('COMMIT', DISK_ERROR, carriedOut);
      const commit = aCommit({ commitId: 'c1' });
      await expect(log.append(commit)).rejects.toMatchObject({
        name: 'AppendOutcomeUnknown',
        commitId: 'c1',
        cause: { message: 'as a disk fails' },
      });
      expect(await log.head()).toBe(head);
      expect(await log.append(commit)).toMatchObject({ position: 1, duplicate: carriedOut });
      expect(await log.verify()).toMatchObject({ ok: true, commits: 1 });
    },
  );

  it('E8: where COMMIT fails, a commit that was rejected anyway has a known outcome', async () => {
    failOnce('COMMIT', DISK_ERROR);
    const impossible = aCommit({ conditions: [{ stream: door('none'), expect: 'exists' }] });
    const outcomes = await Promise.allSettled([log.append(aCommit()), log.append(impossible)]);
    expect(outcomes).toMatchObject([
      { reason: { name: 'AppendOutcomeUnknown' } },
      { reason: { name: 'UnavailableError' } },
    ]);
  });

  it.each([
    'INSERT INTO streams',
    'INSERT INTO events',
    'INSERT INTO commits',
    'INSERT OR REPLACE INTO head',
  ])('E1: a full disk at %s leaves nothing of the whole group, and says so', async (statement) => {
    failOnce(statement, DISK_FULL, true);
    const outcomes = await Promise.allSettled([log.append(aCommit()), log.append(aCommit())]);
    expect(outcomes).toMatchObject([
      { reason: { name: 'UnavailableError', dependency: 'event log' } },
      { reason: { name: 'UnavailableError' } },
    ]);
    expect(await log.head()).toBe(0);
    expect(await log.append(aCommit())).toMatchObject({ position: 1 });
    expect(await log.verify()).toMatchObject({ ok: true, commits: 1 });
  });

  it('waits for another process that writes, without holding up its own', async () => {
    const other = new DatabaseSync(path('events.db'));
    other.exec('BEGIN IMMEDIATE');
    const appending = log.append(aCommit());
    expect(await log.head()).toBe(0);
    other.exec('COMMIT');
    other.close();
    expect(await appending).toMatchObject({ position: 1 });
  });

  it('is unavailable, having written nothing, where another process does not let go', async () => {
    const other = new DatabaseSync(path('events.db'));
    other.exec('BEGIN IMMEDIATE');
    await expect(log.append(aCommit())).rejects.toThrow(UnavailableError);
    other.exec('ROLLBACK');
    other.close();
    expect(await log.append(aCommit())).toMatchObject({ position: 1 });
  });

  it('E7: answers after COMMIT: what is acknowledged can be read by another process', async () => {
    const other = new DatabaseSync(path('events.db'), { readOnly: true });
    const count = other.prepare('SELECT count(*) AS events FROM events');
    const appends = Array.from({ length: 5 }, async (_, index) => {
      await log.append(aCommit({ writes: [writeTo(door(`${index}`), [{}])] }));
      return count.get()?.['events'];
    });
    expect(await Promise.all(appends)).toStrictEqual([5, 5, 5, 5, 5]);
    other.close();
  });

  it('E7: keeps a write-ahead log and syncs every commit', async () => {
    const prepare = jest.spyOn(DatabaseSync.prototype, 'prepare');
    const second = await SqliteEventLog.open(path('second.db'));
    const connection = prepare.mock.contexts[0] as DatabaseSync;
    prepare.mockRestore();
    expect(second.durability).toBe('fsync');
    expect(connection.prepare('PRAGMA synchronous').get()).toMatchObject({ synchronous: 2 });
    expect(connection.prepare('PRAGMA journal_mode').get()).toMatchObject({ journal_mode: 'wal' });
    await second.close();
  });

  it('answers what it took before it closes, and takes nothing after', async () => {
    const appends = Array.from({ length: 300 }, () => log.append(aCommit()));
    const waiting = log.changed(1_000, new AbortController().signal);
    await log.close();
    expect(await Promise.all(appends)).toHaveLength(300);
    await waiting;
    await expect(log.append(aCommit())).rejects.toThrow(UnavailableError);
    await expect(log.head()).rejects.toThrow(UnavailableError);
    await log.close();
  });

  it('E1: the table of unique keys can be made anew from the commits', async () => {
    const at = { at: noon };
    const reserve = (key: string, owner: string, until?: string) =>
      ({ op: 'reserve', key, owner, kind: 'slug', ...(until && { until }) }) as const;
    await log.append(
      aCommit({ metadata: at, reservations: [reserve('a', 'ann'), reserve('b', 'ann', noon)] }),
    );
    await log.append(
      aCommit({
        metadata: at,
        reservations: [{ op: 'release', key: 'a', owner: 'ann' }, reserve('b', 'ben')],
      }),
    );
    await log.append(
      aCommit({
        metadata: at,
        reservations: [
          { op: 'release', key: 'b', owner: 'ann' },
          reserve('c', 'cem', '2026-11-24T00:00:00.000Z'),
        ],
      }),
    );
    const other = new DatabaseSync(path('events.db'));
    const rows = () => other.prepare('SELECT * FROM reservations ORDER BY key').all();
    const before = rows();
    other.exec(`DELETE FROM reservations; INSERT INTO reservations VALUES ('z', 'zoe', 'slug', NULL)`);

    await log.rebuildReservations();

    expect(rows()).toStrictEqual(before);
    expect(before).toMatchObject([
      { key: 'b', owner: 'ben', until: null },
      { key: 'c', owner: 'cem', until: '2026-11-24T00:00:00.000Z' },
    ]);
    other.close();
  });
});

describe('opening a file', () => {
  const sql = (name: string, statements: string): void => {
    const database = new DatabaseSync(path(name));
    database.exec(statements);
    database.close();
  };

  it('refuses one that a newer version wrote', async () => {
    await (await SqliteEventLog.open(path('events.db'))).close();
    sql('events.db', 'UPDATE about SET schema_version = 2');
    await expect(SqliteEventLog.open(path('events.db'))).rejects.toThrow(
      /events\.db was written by a newer version of Muster: schema 2, known up to 1$/,
    );
  });

  it('refuses one that is something else, and leaves it as it was', async () => {
    sql('other.db', 'CREATE TABLE things (name TEXT)');
    await (await SqliteKeyStore.open(path('keys.db'), { masterKey })).close();
    for (const name of ['other.db', 'keys.db'])
      await expect(SqliteEventLog.open(path(name))).rejects.toThrow(`${name} is not a Muster event log`);
    sql('other.db', 'DROP TABLE things');
  });

  it('makes one file, readable by its owner only, however many open it at once', async () => {
    const logs = await Promise.all([1, 2, 3].map(() => SqliteEventLog.open(path('events.db'))));
    expect(new Set(logs.map(({ logId }) => logId)).size).toBe(1);
    expect(logs[0]!.logId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    await logs[0]!.append(aCommit());
    expect(await logs[1]!.append(aCommit())).toMatchObject({ position: 2 });
    for (const file of ['events.db', 'events.db-wal']) expect(statSync(path(file)).mode & 0o777).toBe(0o600);
    for (const log of logs) await log.close();
  });
});
