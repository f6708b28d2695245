import fc from 'fast-check';
import { InMemoryEventLog } from './in-memory/in-memory.event-log.ts';
import { InMemoryReadStore } from './in-memory/in-memory.read-store.ts';
import { ProjectionRunner, type RunnerOptions } from './projection-runner.ts';
import { type ReadStore, ViewConflict } from './read-store.ts';
import { door } from './testing/commits.ts';
import {
  contentsOf,
  type DoorDocument,
  doorCodec,
  doorSlot,
  doorView,
  openDoor,
} from './testing/door-view.ts';
import { FaultyReadStore } from './testing/faulty.ts';

const quick: RunnerOptions = { backOff: { first: 0, most: 1 } };
const runnerOn = (log: InMemoryEventLog, store: ReadStore, pageSize: number) =>
  new ProjectionRunner({ log, codec: doorCodec(), store }, doorView, { ...quick, pageSize });

/** What the view is when nothing goes wrong. */
const rebuilt = async (log: InMemoryEventLog): Promise<readonly string[]> => {
  const store = new InMemoryReadStore();
  const runner = runnerOn(log, store, 1_000_000);
  runner.start();
  await runner.waitFor(await log.head(), 5_000);
  await runner.stop();
  return contentsOf(store);
};

describe('what happens to a projection that is not alone, or is cut short', () => {
  const openMany = async (log: InMemoryEventLog, events: number) => {
    for (let n = 0; n < events; n++)
      await openDoor(log, `door-${n % 5}`, n % 7 === 0 ? { also: 'shared' } : {});
  };

  it('E20: writes that fail, before or after they were taken, lose and double nothing', async () => {
    const log = new InMemoryEventLog();
    await openMany(log, 300);
    const store = new FaultyReadStore();
    let writes = 0;
    const failures = ['before', undefined, 'after', undefined, undefined] as const;
    store.fails = () => failures[writes++ % failures.length];
    const runner = runnerOn(log, store, 7);
    runner.start();
    await runner.waitFor(300, 10_000);
    await runner.stop();
    expect(writes).toBeGreaterThan(43);
    expect(await contentsOf(store)).toStrictEqual(await rebuilt(log));
  });

  it('E21: owners of the same view that do not know of one another lose and double nothing', async () => {
    const log = new InMemoryEventLog();
    await openMany(log, 100);
    const store = new FaultyReadStore();
    const owners = [runnerOn(log, store, 3), runnerOn(log, store, 5), runnerOn(log, store, 11)];
    for (const owner of owners) owner.start();
    await openMany(log, 200);
    await Promise.all(owners.map((owner) => owner.waitFor(300, 10_000)));
    expect(store.mostWriting).toBeGreaterThan(1);
    await Promise.all(owners.map((owner) => owner.stop()));
    expect(await contentsOf(store)).toStrictEqual(await rebuilt(log));
    expect((await store.checkpoint(doorSlot))?.position).toBe(300);
  });

  describe('where a stream is stuck', () => {
    /** Owners with these page sizes, all of which parked the first three events; `fix` lets them take those. */
    const withStuckStream = async (events: InMemoryEventLog, ...pageSizes: readonly number[]) => {
      const store = new FaultyReadStore();
      let broken = true;
      const projection = {
        ...doorView,
        apply: (...[document, event, id]: Parameters<typeof doorView.apply>) => {
          if (broken && event.stream === door('stuck')) throw new Error('not yet');
          return doorView.apply(document, event, id);
        },
      };
      const owners = pageSizes.map(
        (pageSize) =>
          new ProjectionRunner({ log: events, codec: doorCodec(), store }, projection, {
            ...quick,
            pageSize,
          }),
      );
      for (const owner of owners) owner.start();
      await openDoor(events, 'stuck', {}, {}, {});
      await openMany(events, 10);
      await Promise.all(owners.map((owner) => owner.waitFor(13, 10_000)));
      return { store, owners, fix: () => void (broken = false) };
    };
    const untilReleased = async (owner: ProjectionRunner) => {
      while (!(await owner.release(door('stuck')).catch(ignoreConflict)));
    };

    it('E21: one owner never handles two pages, or a page and a release, at a time', async () => {
      const events = new InMemoryEventLog();
      const { store, owners, fix } = await withStuckStream(events, 2);
      fix();
      await openMany(events, 30);
      await Promise.all([untilReleased(owners[0]!), owners[0]!.waitFor(43, 10_000)]);
      await owners[0]!.stop();
      expect(store.mostWriting).toBe(1);
      expect(await contentsOf(store)).toStrictEqual(await rebuilt(events));
    });

    it('E21: a release by one owner is not undone by a page of another, nor done twice', async () => {
      const events = new InMemoryEventLog();
      const { store, owners, fix } = await withStuckStream(events, 2, 3);
      fix();
      const releases = owners.map(untilReleased);
      await openMany(events, 50);
      await openDoor(events, 'stuck', {});
      await Promise.all([...releases, ...owners.map((owner) => owner.waitFor(64, 10_000))]);
      await Promise.all(owners.map((owner) => owner.stop()));
      expect(await contentsOf(store)).toStrictEqual(await rebuilt(events));
      expect(((await store.get(doorSlot, 'stuck')) as DoorDocument).positions).toStrictEqual([1, 2, 3, 64]);
    });
  });

  it('E21: an owner that learns of another’s progress through a release takes no page twice', async () => {
    const log = new InMemoryEventLog();
    const store = new InMemoryReadStore();
    let gate: Promise<void> = Promise.resolve();
    const lagging: InMemoryEventLog = Object.create(log, {
      readAll: { value: (after: number, limit: number) => gate.then(() => log.readAll(after, limit)) },
    });
    const [behind, ahead] = [runnerOn(lagging, store, 100), runnerOn(log, store, 100)];
    for (const owner of [behind, ahead]) owner.start();
    await openMany(log, 3);
    await Promise.all([behind, ahead].map((owner) => owner.waitFor(3, 5_000)));

    let open: () => void = () => undefined;
    gate = new Promise((resolve) => (open = resolve));
    await openMany(log, 7);
    await ahead.waitFor(10, 5_000);
    await ahead.stop();
    await behind.release(door('none'));
    expect(behind.position).toBe(10);
    open();
    await behind.waitFor(await openDoor(log, 'front'), 5_000);
    await behind.stop();
    expect(await contentsOf(store)).toStrictEqual(await rebuilt(log));
  });

  it('E21: an owner never joins a checkpoint with the parked streams of an older one', async () => {
    const log = new InMemoryEventLog();
    const store = new InMemoryReadStore();
    const other = runnerOn(log, store, 100);
    other.start();
    await other.waitFor(await openDoor(log, 'front', {}), 5_000);
    let reads = 0;
    /** Between the two reads of the one, the other parks the stream. */
    const interrupted = async <T>(answer: T): Promise<T> => {
      if (reads++ === 0) await other.waitFor(await openDoor(log, 'front', { poison: 'front' }), 5_000);
      return answer;
    };
    const slow: InMemoryReadStore = Object.create(store, {
      checkpoint: { value: async () => interrupted(await store.checkpoint(doorSlot)) },
      parked: { value: async () => interrupted(await store.parked(doorSlot)) },
    });
    const one = runnerOn(log, slow, 100);
    one.start();
    await one.waitFor(2, 5_000);
    await other.stop();
    await one.waitFor(await openDoor(log, 'front', {}), 5_000);
    await one.stop();
    expect(await store.parked(doorSlot)).toMatchObject([{ stream: door('front'), position: 2 }]);
    expect(await store.get(doorSlot, 'front')).toStrictEqual({ count: 1, positions: [1] });
  });

  it('R50: a view that is dropped under its owner is rebuilt by it', async () => {
    const log = new InMemoryEventLog();
    await openMany(log, 20);
    const store = new InMemoryReadStore();
    const runner = runnerOn(log, store, 4);
    runner.start();
    await runner.waitFor(20, 5_000);
    await store.drop(doorSlot);
    await runner.waitFor(await openDoor(log, 'front'), 5_000);
    await runner.stop();
    expect(await contentsOf(store)).toStrictEqual(await rebuilt(log));
  });
});

const ignoreConflict = (error: unknown): false => {
  if (error instanceof ViewConflict) return false;
  throw error;
};

describe('E24: a view is a function of the events', () => {
  const id = fc.constantFrom('a', 'b', 'c');
  const event = fc.record({ id, also: fc.option(id, { nil: undefined }), remove: fc.boolean() });
  type Example = { readonly id: string; readonly also: string | undefined; readonly remove: boolean };

  const append = async (log: InMemoryEventLog, events: readonly Example[]) => {
    for (const { id: to, also, remove } of events)
      await openDoor(log, to, { ...(also === undefined ? {} : { also }), ...(remove ? { remove } : {}) });
  };

  it('deleted and rebuilt it is the same, byte for byte, whatever the pages and restarts (R50)', async () => {
    const runs = fc.array(
      fc.record({ events: fc.array(event, { maxLength: 12 }), pageSize: fc.integer({ min: 1, max: 6 }) }),
      {
        minLength: 1,
        maxLength: 4,
      },
    );
    await fc.assert(
      fc.asyncProperty(runs, fc.integer({ min: 1, max: 50 }), async (live, rebuildPageSize) => {
        const log = new InMemoryEventLog();
        const store = new InMemoryReadStore();
        for (const { events, pageSize } of live) {
          const runner = runnerOn(log, store, pageSize);
          runner.start();
          await append(log, events);
          await runner.waitFor(await log.head(), 5_000);
          await runner.stop();
        }
        const before = await contentsOf(store);
        const found = await store.find(doorSlot, { where: [{ field: 'parity', anyOf: ['odd'] }], limit: 99 });

        await store.drop(doorSlot);
        const rebuild = runnerOn(log, store, rebuildPageSize);
        rebuild.start();
        await rebuild.waitFor(await log.head(), 5_000);
        await rebuild.stop();

        expect(await contentsOf(store)).toStrictEqual(before);
        expect(
          await store.find(doorSlot, { where: [{ field: 'parity', anyOf: ['odd'] }], limit: 99 }),
        ).toStrictEqual(found);
      }),
      { numRuns: 60 },
    );
  });
});
