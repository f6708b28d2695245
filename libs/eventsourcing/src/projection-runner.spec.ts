import { UnavailableError } from '@muster/kernel';
import { InMemoryEventLog } from './in-memory/in-memory.event-log.ts';
import { InMemoryReadStore } from './in-memory/in-memory.read-store.ts';
import { ProjectionRunner, type RunnerOptions } from './projection-runner.ts';
import { doorCodec, doorSlot, doorView, openDoor } from './testing/door-view.ts';
import { eventually } from './testing/eventually.ts';
import { FaultyEventLog, FaultyReadStore } from './testing/faulty.ts';
import { aCommit, projectId, writeTo } from './testing/commits.ts';

const quick = { backOff: { first: 1, most: 2 } };

describe('ProjectionRunner', () => {
  let log: FaultyEventLog;
  let store: FaultyReadStore;
  const runners: ProjectionRunner[] = [];
  const newRunner = (options: RunnerOptions = {}, projection = doorView) => {
    const runner = new ProjectionRunner({ log, codec: doorCodec(), store }, projection, {
      ...quick,
      ...options,
    });
    runners.push(runner);
    return runner;
  };
  const started = (options?: RunnerOptions) => {
    const runner = newRunner(options);
    runner.start();
    return runner;
  };
  const openElsewhere = (events: number) =>
    log.append(
      aCommit({
        writes: [
          writeTo(
            `window-${projectId}.w`,
            Array.from({ length: events }, () => ({})),
          ),
        ],
      }),
    );

  beforeEach(() => {
    log = new FaultyEventLog();
    store = new FaultyReadStore();
  });
  afterEach(() => Promise.all(runners.splice(0).map((runner) => runner.stop())));

  describe('follows the log', () => {
    it('from the start, and on as it grows', async () => {
      await openDoor(log, 'front', {}, {});
      const runner = started();
      await runner.waitFor(2, 5_000);
      expect(await store.get(doorSlot, 'front')).toStrictEqual({ count: 2, positions: [1, 2] });

      await runner.waitFor(await openDoor(log, 'front'), 5_000);
      expect(await store.get(doorSlot, 'front')).toStrictEqual({ count: 3, positions: [1, 2, 3] });
    });

    it('E20: from its stored checkpoint, not from the start', async () => {
      await openDoor(log, 'front', {}, {});
      const first = started();
      await first.waitFor(2, 5_000);
      await first.stop();
      await openDoor(log, 'front');
      await started().waitFor(3, 5_000);
      expect(await store.get(doorSlot, 'front')).toStrictEqual({ count: 3, positions: [1, 2, 3] });
      expect(await store.checkpoint(doorSlot)).toStrictEqual({ logId: log.logId, position: 3, revision: 2 });
    });

    it('reading each document once per page and writing it once, with all that happened to it', async () => {
      await openDoor(log, 'front', {}, { also: 'back' }, { remove: true }, {}, { also: 'back' });
      await started({ pageSize: 5 }).waitFor(5, 5_000);
      expect(await store.get(doorSlot, 'front')).toStrictEqual({ count: 2, positions: [4, 5] });
      expect(await store.get(doorSlot, 'back')).toStrictEqual({ count: 2, positions: [2, 5] });
      expect((await store.checkpoint(doorSlot))?.revision).toBe(1);
      expect(await store.count(doorSlot, [{ field: 'parity', anyOf: ['even'] }])).toBe(2);
    });

    it('events of other categories move its position, and its checkpoint only now and then', async () => {
      await openElsewhere(5);
      const runner = started();
      await runner.waitFor(5, 5_000);
      expect(await store.checkpoint(doorSlot)).toBeUndefined();
      for (let n = 0; n < 10; n++) await openElsewhere(1_000);
      await runner.waitFor(10_005, 5_000);
      expect((await store.checkpoint(doorSlot))?.position).toBeGreaterThanOrEqual(10_000);
      expect(await store.count(doorSlot, [])).toBe(0);
    });

    it('leaving the event loop to others between pages', async () => {
      store = new InMemoryReadStore() as FaultyReadStore;
      const plain = new InMemoryEventLog();
      await openDoor(plain, 'front', ...Array.from({ length: 200 }, () => ({})));
      const runner = new ProjectionRunner({ log: plain, codec: doorCodec(), store }, doorView, {
        pageSize: 1,
      });
      runners.push(runner);
      runner.start();
      const seen = new Set<number>();
      while (runner.position < 200)
        seen.add(await new Promise((resolve) => setImmediate(() => resolve(runner.position))));
      expect(seen.size).toBeGreaterThan(100);
    });
  });

  describe('E14: a checkpoint that is not of this log', () => {
    it.each([
      ['of another log', { logId: 'another', position: 1, revision: 1 }, 'follows log another; this is log'],
      ['past the head', { logId: '', position: 3, revision: 1 }, 'is at 3, past the head 2'],
    ])('%s halts the view and changes nothing', async (_, checkpoint, message) => {
      await openDoor(log, 'front', {}, {});
      const foreign = { ...checkpoint, logId: checkpoint.logId || log.logId };
      const changes = [{ id: 'old', document: { kept: true }, indexes: {} }];
      await store.write(doorSlot, {
        changes,
        expected: undefined,
        checkpoint: foreign,
        park: [],
        release: [],
      });
      const runner = started();
      await expect(runner.waitFor(1, 5_000)).rejects.toBeInstanceOf(UnavailableError);
      const { state, error } = await runner.state();
      expect(state).toBe('halted');
      expect(error).toContain('ForeignCheckpoint: view doors');
      expect(error).toContain(message);
      expect(await store.checkpoint(doorSlot)).toStrictEqual(foreign);
      expect(await store.get(doorSlot, 'front')).toBeUndefined();
    });

    it('the head itself is no foreign place', async () => {
      const first = started();
      await first.waitFor(await openDoor(log, 'front', {}, {}), 5_000);
      await first.stop();
      const second = started();
      await second.waitFor(2, 5_000);
      expect((await second.state()).state).toBe('running');
    });
  });

  describe('E26: waiting for a position', () => {
    it('costs nothing where the view is there already', async () => {
      await openDoor(log, 'front', {}, {});
      const runner = started();
      await runner.waitFor(2, 5_000);
      await expect(runner.waitFor(2, 0)).resolves.toBeUndefined();
      await runner.stop();
      await expect(runner.waitFor(1, 0)).resolves.toBeUndefined();
    });

    it('is over as soon as the view is there, and not before', async () => {
      const runner = started();
      let there: number | undefined;
      const waiting = runner.waitFor(2, 5_000).then(() => void (there = runner.position));
      await runner.waitFor(await openDoor(log, 'front'), 5_000);
      expect(there).toBeUndefined();
      await openDoor(log, 'front');
      await waiting;
      expect(there).toBe(2);
    });

    it('ends as unavailable when the time is up, never with a stale view', async () => {
      const runner = started();
      await openDoor(log, 'front');
      const error = await runner.waitFor(2, 20).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(UnavailableError);
      expect(String(error)).toContain('view doors is unavailable');
    });

    it('ends at once where nobody keeps the view up', async () => {
      const stopped = newRunner();
      await expect(stopped.waitFor(1, 60_000)).rejects.toBeInstanceOf(UnavailableError);
      const runner = started();
      const waiting = runner.waitFor(1, 60_000).catch((error: unknown) => error);
      await runner.stop();
      expect(await waiting).toBeInstanceOf(UnavailableError);
    });
  });

  describe('in the list of views', () => {
    it('tells how far it is and how far the log', async () => {
      const runner = newRunner();
      await openDoor(log, 'front', {}, {}, {});
      expect(await runner.state()).toStrictEqual({
        name: 'doors',
        version: 1,
        position: 0,
        head: 3,
        lag: 3,
        state: 'stopped',
        parked: [],
        error: undefined,
        eventsPerSecond: 0,
      });
      runner.start();
      await runner.waitFor(3, 5_000);
      const state = await runner.state();
      expect(state).toMatchObject({ position: 3, head: 3, lag: 0, state: 'running' });
      expect(state.eventsPerSecond).toBeGreaterThan(0);
    });

    it('does not know the head while the log does not answer, and says why it stands still', async () => {
      log.down = true;
      const runner = started();
      const problems: string[] = [];
      const loud = started({ onProblem: ({ kind, error }) => problems.push(`${kind} ${error}`) });
      await eventually(async () => (await runner.state()).error !== undefined && problems.length > 0);
      expect(await runner.state()).toMatchObject({ head: undefined, lag: undefined, state: 'running' });
      expect(problems[0]).toBe('retrying UnavailableError: event log is unavailable');
      log.down = false;
      await Promise.all(
        [runner, loud].map(async (each) => each.waitFor(await openDoor(log, 'front'), 5_000)),
      );
      expect((await runner.state()).error).toBeUndefined();
    });
  });

  it('a stop lets the current page finish; a start goes on', async () => {
    await openDoor(log, 'front', {}, {}, {});
    const runner = started({ pageSize: 2 });
    const stopping = new Promise<void>((resolve) => {
      store.fails = () => {
        resolve(runner.stop());
        return undefined;
      };
    });
    await stopping;
    expect(await store.get(doorSlot, 'front')).toStrictEqual({ count: 2, positions: [1, 2] });
    expect((await runner.state()).state).toBe('stopped');
    store.fails = () => undefined;
    runner.start();
    await runner.waitFor(3, 5_000);
    expect(await store.get(doorSlot, 'front')).toStrictEqual({ count: 3, positions: [1, 2, 3] });
  });
});
