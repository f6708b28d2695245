import { execFileSync } from 'node:child_process';
import { tail } from '@muster/eventsourcing';
import { aCommit, door } from '@muster/eventsourcing/testing';
import { SqliteEventLog } from './sqlite.event-log.ts';
import { testDirectory } from './testing/files.ts';
import { spawnWriter } from './testing/spawn-writer.ts';

const path = testDirectory();
const numbers = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** Takes a file for itself, in a process of its own, as who restores or compacts it does. */
const takenElsewhere = (file: string): void => {
  const code = `const { DatabaseSync } = require('node:sqlite');
    const file = new DatabaseSync(process.argv[1], { timeout: 0 });
    file.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; ROLLBACK');
    file.close();`;
  execFileSync(process.execPath, ['-e', code, file], { stdio: ['ignore', 'ignore', 'pipe'] });
};

describe('several processes on one file', () => {
  it('E7: a log that is opened twice in one process, as its worker thread does, stays locked', async () => {
    const file = path('events.db');
    const log = await SqliteEventLog.open(file);
    await log.append(aCommit());
    await (await SqliteEventLog.open(file)).close();
    expect(() => takenElsewhere(file)).toThrow('database is locked');
    await log.close();
    expect(() => takenElsewhere(file)).not.toThrow();
  });

  it('E2, E3: write one order without holes, that a reader in yet another process sees once', async () => {
    const file = path('events.db');
    const log = await SqliteEventLog.open(file);
    const names = ['a', 'b', 'c'];
    const perProcess = 60;
    const total = names.length * perProcess * 3;
    const seen: { position: number; stream: string; data: unknown }[] = [];
    const done = new AbortController();
    const reading = (async () => {
      for await (const page of tail(log, 0, done.signal)) {
        seen.push(...page);
        if (seen.length >= total) done.abort();
      }
    })();
    const writers = await Promise.all(
      names.map((name) => spawnWriter({ file, name, from: 1, count: perProcess })),
    );
    await reading;

    expect(writers.map(({ code }) => code)).toStrictEqual([0, 0, 0]);
    expect(seen.map(({ position }) => position)).toStrictEqual(numbers(1, total));
    const counted = seen.filter(({ stream }) => stream === door('counter')).map(({ data }) => data);
    expect(counted).toStrictEqual(numbers(0, 179).map((count) => ({ counted: count })));
    const positions = writers.flatMap(({ acknowledged }) => acknowledged.map(({ position }) => position));
    expect(new Set(positions).size).toBe(names.length * perProcess);
    expect(await log.verify()).toMatchObject({ ok: true, commits: 180, head: total });
    await log.close();
  }, 30_000);

  it('E1, E7: kill -9 at random moments loses nothing acknowledged, doubles nothing, leaves nothing half', async () => {
    const file = path('events.db');
    const acknowledged = new Map<number, number>();
    let kills = 0;
    for (let round = 0; round < 12; round++) {
      // Begins where the one before was killed: some of these commits were taken, and nobody heard of it.
      let from = 1;
      while (acknowledged.has(from)) from++;
      // The last one may finish.
      const heardBeforeKill = round === 11 ? Infinity : Math.floor(Math.random() * 60);
      const count = round === 11 ? 20 : 1_000_000;
      const { acknowledged: heard, code } = await spawnWriter(
        { file, name: 'w', from, count },
        (soFar, writer) => {
          if (soFar.length > heardBeforeKill) setTimeout(() => writer.kill('SIGKILL'), Math.random() * 5);
        },
      );
      if (code === null) kills++;
      for (const { n, position } of heard) acknowledged.set(n, position);
      const log = await SqliteEventLog.open(file);
      expect(await log.verify()).toMatchObject({ ok: true, head: await log.head() });
      for (const [n, position] of acknowledged)
        expect((await log.findCommit(`w-${n}`))?.events.at(-1)?.position).toBe(position);
      await log.close();
    }
    const log = await SqliteEventLog.open(file);
    const own = (await log.readStream(door('w'))).map(({ data }) => data['n']);
    const head = await log.head();
    await log.close();

    expect(kills).toBe(11);
    expect(acknowledged.size).toBeGreaterThanOrEqual(31);
    expect([...own].toSorted((a, b) => Number(a) - Number(b))).toStrictEqual(
      numbers(1, own.length / 2).flatMap((n) => [n, n]),
    );
    expect(head).toBe((own.length / 2) * 3);
  }, 60_000);
});
