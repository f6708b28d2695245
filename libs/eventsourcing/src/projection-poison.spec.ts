import { UnavailableError } from '@muster/kernel';
import { InMemoryReadStore } from './in-memory/in-memory.read-store.ts';
import { ProjectionRunner, type RunnerOptions } from './projection-runner.ts';
import type { Projection } from './projection.ts';
import { aCommit, door, organizationId, projectId, writeTo } from './testing/commits.ts';
import {
  type DoorDocument,
  doorCodec,
  doorSlot,
  doorView,
  openDoor,
  openDoorOfUnknownType,
} from './testing/door-view.ts';
import { eventually } from './testing/eventually.ts';
import { FaultyEventLog, FaultyKeyStore } from './testing/faulty.ts';

const quick: RunnerOptions = { backOff: { first: 1, most: 2 } };
/** The same view after a fix: nothing is poison any more. */
const fixed: Projection<DoorDocument> = {
  ...doorView,
  apply: (document, event, id) =>
    doorView.apply(
      document,
      { ...event, event: { ...event.event, data: { ...event.event.data, poison: '' } } },
      id,
    ),
};

describe('E22: an event that a view cannot take', () => {
  let log: FaultyEventLog;
  let store: InMemoryReadStore;
  let keys: FaultyKeyStore;
  const runners: ProjectionRunner[] = [];
  const started = (projection: Projection<DoorDocument> = doorView, options: RunnerOptions = {}) => {
    const runner = new ProjectionRunner({ log, codec: doorCodec(keys), store }, projection, {
      ...quick,
      ...options,
    });
    runners.push(runner);
    runner.start();
    return runner;
  };
  const positions = async (id: string) =>
    ((await store.get(doorSlot, id)) as DoorDocument | undefined)?.positions;

  beforeEach(() => {
    [log, store, keys] = [new FaultyEventLog(), new InMemoryReadStore(), new FaultyKeyStore()];
  });
  afterEach(() => Promise.all(runners.splice(0).map((runner) => runner.stop())));

  describe.each([1, 2, 100])('parks its stream, with pages of %d', (pageSize) => {
    it('at that event; later events of the stream wait, all others go on', async () => {
      await openDoor(log, 'front', {}, { poison: 'front' }, {});
      await openDoor(log, 'back');
      const runner = started(doorView, { pageSize });
      await runner.waitFor(await openDoor(log, 'front'), 5_000);
      expect(await positions('front')).toStrictEqual([1]);
      expect(await positions('back')).toStrictEqual([4]);
      const parked = [{ stream: door('front'), position: 2, error: 'RangeError: no such handle' }];
      expect(await store.parked(doorSlot)).toStrictEqual(parked);
      expect((await runner.state()).parked).toStrictEqual(parked);
      expect((await runner.state()).state).toBe('running');
    });

    it('also after a restart', async () => {
      await openDoor(log, 'front', {}, { poison: 'front' });
      const first = started(doorView, { pageSize });
      await first.waitFor(2, 5_000);
      await first.stop();
      await started(fixed, { pageSize }).waitFor(await openDoor(log, 'front'), 5_000);
      expect(await positions('front')).toStrictEqual([1]);
      expect(await store.parked(doorSlot)).toHaveLength(1);
    });

    it('and applies what waited, in order, once it is released after a fix', async () => {
      await openDoor(log, 'front', {}, { poison: 'front' }, {}, {});
      const broken = started(doorView, { pageSize });
      await broken.waitFor(await openDoor(log, 'back'), 5_000);
      await broken.stop();
      const runner = started(fixed, { pageSize });
      expect(await runner.release(door('front'))).toBe(true);
      expect(await positions('front')).toStrictEqual([1, 2, 3, 4]);
      expect(await store.parked(doorSlot)).toStrictEqual([]);
      await runner.waitFor(await openDoor(log, 'front'), 5_000);
      expect(await positions('front')).toStrictEqual([1, 2, 3, 4, 6]);
      expect(await positions('back')).toStrictEqual([5]);
    });

    it('where its type is unknown here', async () => {
      await openDoor(log, 'front');
      await openDoorOfUnknownType(log, 'front');
      await openDoor(log, 'back', {}, {});
      const runner = started(doorView, { pageSize });
      await runner.waitFor(await openDoor(log, 'front'), 5_000);
      expect(await positions('front')).toStrictEqual([1]);
      expect(await positions('back')).toStrictEqual([3, 4]);
      expect(await store.parked(doorSlot)).toStrictEqual([
        {
          stream: door('front'),
          position: 2,
          error: 'UnknownEventType: event type door.Painted v1 is unknown here',
        },
      ]);
    });
  });

  it('does nothing at all, also not to documents that could have taken it', async () => {
    await openDoor(log, 'front', { also: 'back', poison: 'back' });
    await started().waitFor(1, 5_000);
    expect(await store.count(doorSlot, [])).toBe(0);
  });

  it('parks where the ids or the index entries cannot be told', async () => {
    const refuse = () => {
      throw new TypeError('no entries');
    };
    await openDoor(log, 'front');
    await started({ ...doorView, indexes: refuse }).waitFor(1, 5_000);
    await started({ ...doorView, name: 'others', documentIds: refuse }).waitFor(1, 5_000);
    const error = 'TypeError: no entries';
    expect(await store.parked(doorSlot)).toStrictEqual([{ stream: door('front'), position: 1, error }]);
    expect(await store.parked({ ...doorSlot, name: 'others' })).toHaveLength(1);
    expect(await store.count(doorSlot, [])).toBe(0);
  });

  it('a stream released before the fix stays parked, where it now stands', async () => {
    const runner = started();
    await runner.waitFor(await openDoor(log, 'front', { poison: 'front' }, {}), 5_000);
    expect(await runner.release(door('front'))).toBe(false);
    expect(await store.parked(doorSlot)).toMatchObject([{ position: 1 }]);
    await runner.stop();

    const half: Projection<DoorDocument> = {
      ...doorView,
      apply: (document, event, id) => (event.position === 1 ? fixed : doorView).apply(document, event, id),
    };
    const next = started(half);
    await next.waitFor(await openDoor(log, 'front', { poison: 'front' }, {}), 5_000);
    expect(await next.release(door('front'))).toBe(false);
    expect(await positions('front')).toStrictEqual([1, 2]);
    expect(await store.parked(doorSlot)).toMatchObject([{ stream: door('front'), position: 3 }]);
  });

  it('a stream that is not parked has nothing to release', async () => {
    const runner = started();
    await runner.waitFor(await openDoor(log, 'front'), 5_000);
    expect(await runner.release(door('front'))).toBe(true);
    expect(await positions('front')).toStrictEqual([1]);
  });

  it('is alarmed', async () => {
    const problems: unknown[] = [];
    const onProblem = (problem: unknown) => void problems.push(problem);
    await started(doorView, { onProblem }).waitFor(await openDoor(log, 'front', { poison: 'front' }), 5_000);
    const error = `${door('front')} at 1: RangeError: no such handle`;
    expect(problems).toStrictEqual([{ name: 'doors', version: 1, kind: 'parked', error }]);
  });

  describe('in a view that halts', () => {
    const halting: Projection<DoorDocument> = { ...doorView, onPoison: 'halt' };

    it('halts it: nothing after the event is taken, from any stream', async () => {
      await openDoor(log, 'front', {}, { poison: 'front' });
      await openDoor(log, 'back');
      const problems: unknown[] = [];
      const onProblem = ({ kind }: { kind: string }) => void problems.push(kind);
      const runner = started(halting, { pageSize: 1, onProblem });
      await expect(runner.waitFor(3, 60_000)).rejects.toBeInstanceOf(UnavailableError);
      expect(await runner.state()).toMatchObject({
        state: 'halted',
        position: 1,
        error: `PoisonEvent: door.Opened at 2 in ${door('front')}: RangeError: no such handle`,
      });
      expect(problems).toStrictEqual(['halted']);
      expect(await positions('back')).toBeUndefined();
      expect(await store.parked(doorSlot)).toStrictEqual([]);
      await expect(runner.waitFor(3, 60_000)).rejects.toBeInstanceOf(UnavailableError);
    });

    it('goes on where it stood after a fix', async () => {
      await openDoor(log, 'front', {}, { poison: 'front' }, {});
      const broken = started(halting, { pageSize: 1 });
      await eventually(async () => (await broken.state()).state === 'halted');
      await started({ ...fixed, onPoison: 'halt' }).waitFor(3, 5_000);
      expect(await positions('front')).toStrictEqual([1, 2, 3]);
    });
  });

  it('is not one whose key could not be asked for: that is tried again, and nothing is parked', async () => {
    const id = { projectId, organizationId, id: 'front' };
    const events = await doorCodec(keys).encode('door', id, [{ type: 'Opened', data: { note: 'Zoë' } }]);
    await log.append(aCommit({ writes: [{ ...writeTo(door('front'), []), events }] }));
    keys.down = true;
    const runner = started();
    await eventually(
      async () => (await runner.state()).error === 'UnavailableError: key store is unavailable',
    );
    expect(runner.position).toBe(0);
    keys.down = false;
    await runner.waitFor(1, 5_000);
    expect(await store.parked(doorSlot)).toStrictEqual([]);
    expect(await positions('front')).toStrictEqual([1]);
  });
});
