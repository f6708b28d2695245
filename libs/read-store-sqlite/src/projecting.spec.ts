import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InMemoryReadStore, ProjectionRunner, type ReadStore } from '@muster/eventsourcing';
import { contentsOf, type DoorDocument, doorCodec, doorSlot, doorView } from '@muster/eventsourcing/testing';
import { SqliteReadStore } from './sqlite.read-store.ts';
import { doorLog } from './testing/door-log.ts';

const EVENTS = 2_000;
const KILLS = 10;
const root = fileURLToPath(new URL('../../../', import.meta.url));
const script = fileURLToPath(new URL('testing/projector.script.ts', import.meta.url));

const directory = mkdtempSync(join(tmpdir(), 'muster-crash-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** Another process that projects into the directory. */
const project = (file: string, pageSize: number): ChildProcess => {
  const command = ['--conditions=@muster/source', '--import', './tools/register.mjs', script, file];
  return spawn(process.execPath, [...command, `${EVENTS}`, `${pageSize}`], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
};

/** One that is killed at a moment of its work. */
const projectAndKill = async (file: string, pageSize: number): Promise<void> => {
  const child = project(file, pageSize);
  const exited = once(child, 'exit');
  await once(child.stdout!, 'data');
  setTimeout(() => child.kill('SIGKILL'), Math.random() * 100);
  await exited;
};

/** Brings the view to the head of the log. */
const projectHere = async (store: ReadStore, pageSize = 5_000): Promise<void> => {
  const log = await doorLog(EVENTS);
  const runner = new ProjectionRunner({ log, codec: doorCodec(), store }, doorView, { pageSize });
  runner.start();
  await runner.waitFor(EVENTS, 60_000);
  await runner.stop();
};

/** A view built in one go, in memory. */
const fresh = async (): Promise<ReadStore> => {
  const store = new InMemoryReadStore();
  await projectHere(store);
  return store;
};

/** What a complete view said when it was at a position: doors only ever gain positions. */
const asOf = async (complete: ReadStore, position: number): Promise<readonly string[]> => {
  const documents = await complete.find(doorSlot, { where: [], limit: 1_000 });
  return documents.flatMap(({ id, document }) => {
    const positions = (document as DoorDocument).positions.filter((each) => each <= position);
    return positions.length > 0 ? [`${id} ${JSON.stringify({ count: positions.length, positions })}`] : [];
  });
};

const idsByParity = async (store: ReadStore, parity: string): Promise<readonly string[]> => {
  const where = [{ field: 'parity', anyOf: [parity] }];
  return (await store.find(doorSlot, { where, limit: 1_000 })).map(({ id }) => id);
};

describe('a projection into SQLite', () => {
  it('E20: kill -9 at random moments loses nothing and doubles nothing', async () => {
    const file = join(directory, 'views');
    const complete = await fresh();
    for (let kills = 0; kills < KILLS;) {
      await projectAndKill(file, 1 + (kills % 4));
      const store = SqliteReadStore.open(file);
      const position = (await store.checkpoint(doorSlot))?.position ?? 0;
      expect(await contentsOf(store)).toStrictEqual(await asOf(complete, position));
      // Only a process that died at work counts; one that was done leaves nothing to do for the next.
      if (position === EVENTS) await store.drop(doorSlot);
      else if (position > 0) kills++;
      await store.close();
    }

    const store = SqliteReadStore.open(file);
    await projectHere(store);
    await expectSame(store, complete);
    await store.close();
  }, 60_000);

  it('E24: deleted and rebuilt with other pages it is the same, byte for byte (R50)', async () => {
    const store = SqliteReadStore.open(join(directory, 'rebuilt'));
    await projectHere(store, 100);
    const before = await contentsOf(store);
    await store.drop(doorSlot);
    await projectHere(store, 333);
    expect(await contentsOf(store)).toStrictEqual(before);
    await expectSame(store, await fresh());
    await store.close();
  });

  it('E21: several processes on one view lose nothing and double nothing', async () => {
    const file = join(directory, 'shared');
    const exits = await Promise.all([2, 3, 5].map((pageSize) => once(project(file, pageSize), 'exit')));
    expect(exits.map(([code]) => code as number)).toStrictEqual([0, 0, 0]);
    const store = SqliteReadStore.open(file);
    await expectSame(store, await fresh());
    await store.close();
  }, 60_000);
});

const expectSame = async (store: ReadStore, expected: ReadStore): Promise<void> => {
  expect(await contentsOf(store)).toStrictEqual(await contentsOf(expected));
  for (const parity of ['odd', 'even'])
    expect(await idsByParity(store, parity)).toStrictEqual(await idsByParity(expected, parity));
};
