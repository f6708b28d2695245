import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { age, type Ageing } from '@muster/eventsourcing';
import { aCommit, door, noon, projectId, visitAggregate, writeTo } from '@muster/eventsourcing/testing';
import { SqliteEventLog } from './sqlite.event-log.ts';
import { SqliteKeyStore } from './sqlite.key-store.ts';
import { testDirectory } from './testing/files.ts';
import { writeVisits } from './testing/visits.ts';

const path = testDirectory();
const masterKey = new Uint8Array(32).fill(7);
const login = (id: string): string => `login-${projectId}.${id}`;
const clock = () => noon;

const anAgeing = (streams: Ageing['streams']): Ageing => {
  const origin = { actor: 'system:ageing', correlationId: 'r', causationId: 'r' };
  const metadata = { projectId, ...origin, commandId: 'ageing', at: noon };
  return { commitId: 'ageing', metadata, before: noon, streams };
};
const change = (sql: string): void => {
  const database = new DatabaseSync(path('events.db'));
  database.exec(sql);
  database.close();
};
const withLog = async <T>(work: (log: SqliteEventLog) => Promise<T>): Promise<T> => {
  const log = await SqliteEventLog.open(path('events.db'), { clock });
  try {
    return await work(log);
  } finally {
    await log.close();
  }
};
const verify = () => withLog((log) => log.verify());

describe('payloads that are gone, and how', () => {
  /** Positions 1 and 2: login a; 3: login b; 4: a door; 5: the record that a has aged. */
  beforeEach(() =>
    withLog(async (log) => {
      const writes = [
        writeTo(login('a'), [{ secret: 'alpha-payload' }, { secret: 'alpha-again' }]),
        writeTo(login('b'), [{ secret: 'beta-payload' }]),
        writeTo(door('d'), [{ text: 'delta-payload' }]),
      ];
      await log.append(aCommit({ writes }));
      await log.age(anAgeing([{ stream: login('a'), revision: 1, positions: [1, 2] }]));
    }),
  );

  it('E13: by the command they leave the chain whole, and no byte of them in the file', async () => {
    expect(await verify()).toStrictEqual({ ok: true, commits: 2, events: 5, aged: 2, head: 5 });
    const bytes = readFileSync(path('events.db'));
    expect(bytes.includes('alpha')).toBe(false);
    expect(bytes.includes('beta-payload')).toBe(true);
    expect(bytes.includes('delta-payload')).toBe(true);
  });

  it.each<[what: string, sql: string, position: number, problem: string]>([
    [
      'taken by hand from a permanent category',
      'UPDATE events SET data = NULL WHERE position = 4',
      4,
      'the payload of event 4 is gone, and door.Opened is permanent',
    ],
    [
      'taken by hand from a category that may age',
      'UPDATE events SET data = NULL WHERE position = 3',
      3,
      'the payload of event 3 is gone, and no ageing is on record for it',
    ],
    [
      'explained by a record that somebody widened',
      `UPDATE events SET data = replace(data, '1-2', '1-3') WHERE position = 5;
       UPDATE events SET data = NULL WHERE position = 3`,
      5,
      'the data of event 5 in commit 2 was altered',
    ],
    [
      'aged, and written over with something else',
      `UPDATE events SET data = '{"secret":"omega"}' WHERE position = 1`,
      1,
      'the data of event 1 in commit 1 was altered',
    ],
    [
      'that of the record itself',
      'UPDATE events SET data = NULL WHERE position = 5',
      5,
      'the payload of event 5 is gone, and ageing.PayloadsDropped is permanent',
    ],
  ])('E4, E13: %s is found', async (_, sql, position, problem) => {
    change(sql);
    expect(await verify()).toStrictEqual({ ok: false, position, problem });
  });

  it('E13: a record of what is permanent would be worth nothing, and there is no way to write one', async () => {
    const forged = anAgeing([{ stream: door('d'), revision: 0, positions: [4] }]);
    await expect(withLog((log) => log.age(forged))).rejects.toMatchObject({ name: 'PermanentStream' });
    expect(await verify()).toMatchObject({ ok: true, aged: 2 });
  });
});

describe('ageing while others are at work', () => {
  const ids = Array.from({ length: 3_000 }, (_, n) => `visit-${n}`);
  beforeEach(async () => {
    const log = await SqliteEventLog.open(path('events.db'), { clock });
    const keys = await SqliteKeyStore.open(path('keys.db'), { masterKey });
    await writeVisits({ log, keys }, ids);
    await keys.close();
    await log.close();
  });

  it('E13: killed at any moment it leaves every flow whole or aged, and the next run ends it', async () => {
    let kills = 0;
    for (let round = 0; round < 6; round++) {
      const code = await ageInAnotherProcess(round < 5 ? Math.floor(Math.random() * 4) : undefined);
      if (code === null) kills++;
      expect(await verify()).toMatchObject({ ok: true });
      expect(halfAged()).toStrictEqual([]);
    }
    expect(kills).toBeGreaterThanOrEqual(1);
    expect(await verify()).toMatchObject({ ok: true, aged: 6_000 });
    expect((await withLog((log) => log.stats())).categories['login']).toStrictEqual({
      streams: 3_000,
      events: 6_000,
      bytes: 0,
      aged: 6_000,
    });
  }, 60_000);

  it('E7, E13: writers hardly wait', async () => {
    const log = await SqliteEventLog.open(path('events.db'), { clock });
    const keys = await SqliteKeyStore.open(path('keys.db'), { masterKey });
    const waits: number[] = [];
    let done = false;
    const writing = (async () => {
      while (!done) {
        const began = performance.now();
        await log.append(aCommit());
        waits.push(performance.now() - began);
      }
    })();
    const now = '2027-11-23T12:00:00.000Z';
    const given = { projectId, now, olderThanDays: 30, upTo: 6_000, actor: 'system:ageing' };
    const report = await age({ log, keys, aggregates: [visitAggregate] }, given);
    done = true;
    await writing;
    expect(report).toMatchObject({ total: { streams: 3_000, events: 6_000 }, keys: 1_995 });
    expect(waits.length).toBeGreaterThan(5);
    expect(waits.toSorted((a, b) => a - b)[waits.length >> 1]).toBeLessThan(250);
    expect(await log.verify()).toMatchObject({ ok: true, aged: 6_000 });
    await keys.close();
    await log.close();
  }, 30_000);

  /** Streams that have lost some of their payloads only. */
  const halfAged = (): readonly unknown[] => {
    const database = new DatabaseSync(path('events.db'), { readOnly: true });
    try {
      return database
        .prepare(
          'SELECT stream_number FROM events GROUP BY 1 HAVING count(data) > 0 AND count(data) < count(*)',
        )
        .all();
    } finally {
      database.close();
    }
  };

  /** Killed after so many of its commits, at whatever it is then doing. */
  const ageInAnotherProcess = (commits: number | undefined): Promise<number | null> => {
    const script = fileURLToPath(new URL('testing/ageing.script.ts', import.meta.url));
    const root = fileURLToPath(new URL('../../../', import.meta.url));
    const loader = ['--conditions=@muster/source', '--import', './tools/register.mjs'];
    const child = spawn(process.execPath, [...loader, script, path()], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let heard = 0;
    child.stdout.on('data', (marks: Buffer) => {
      heard += marks.length;
      if (commits !== undefined && heard > commits) child.kill('SIGKILL');
    });
    return new Promise((resolve) => child.once('close', resolve));
  };
});
