import { UnavailableError } from '@muster/kernel';
import type { RecordedEvent } from './event-log.ts';
import { LiveTable, type LiveTableOptions } from './live-table.ts';
import { openDoor } from './testing/door-view.ts';
import { eventually } from './testing/eventually.ts';
import { FaultyEventLog } from './testing/faulty.ts';

describe('E27: a table that follows the log for decisions that may not lag', () => {
  let log: FaultyEventLog;
  let now: number;
  let taken: number[];
  const take = (events: readonly RecordedEvent[]) =>
    void taken.push(...events.map(({ position }) => position));
  const tables: LiveTable[] = [];
  const newTable = (
    options: LiveTableOptions = {},
    after = 0,
    handler: (events: readonly RecordedEvent[]) => void = take,
  ) => {
    const quick = { backOff: { first: 1, most: 2 }, confirmEveryMilliseconds: 1 };
    const table = new LiveTable(log, after, handler, { ...quick, now: () => now, ...options });
    tables.push(table);
    return table;
  };
  const started = (...args: Parameters<typeof newTable>) => {
    const table = newTable(...args);
    table.start();
    return table;
  };
  const many = (events: number) => Array.from({ length: events }, () => ({}));

  beforeEach(() => {
    [log, now, taken] = [new FaultyEventLog(), 1_000_000, []];
  });
  afterEach(() => Promise.all(tables.splice(0).map((table) => table.stop())));

  it.each([1, 3, 5_000])('takes every event once, in order, in pages of %d', async (pageSize) => {
    await openDoor(log, 'front', ...many(7));
    const table = started({ pageSize });
    await table.catchUp(7);
    expect(taken).toStrictEqual([1, 2, 3, 4, 5, 6, 7]);
    await table.catchUp(await openDoor(log, 'back', {}, {}));
    expect(taken).toStrictEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(table.position).toBe(9);
  });

  it('starts after the position it is given', async () => {
    await openDoor(log, 'front', ...many(5));
    const table = started({}, 3);
    expect(table.position).toBe(3);
    await table.catchUp(5);
    expect(taken).toStrictEqual([4, 5]);
  });

  it('holds what it has taken, and nothing more once it stands still', async () => {
    const table = started();
    await table.catchUp(await openDoor(log, 'front', ...many(2)));
    expect([table.holds(2), table.holds(3)]).toStrictEqual([true, false]);
    await table.stop();
    expect(table.holds(2)).toBe(false);
    const broken = started({}, 0, () => {
      throw new Error('planted');
    });
    await eventually(() => broken.error !== undefined);
    expect(broken.holds(0)).toBe(false);
  });

  describe('knows how fresh it is', () => {
    it('not before it has reached the head once', async () => {
      await openDoor(log, 'front', ...many(4));
      const confirmedWhileLoading: boolean[] = [];
      const table = newTable(
        { pageSize: 1 },
        0,
        () => void confirmedWhileLoading.push(table.confirmedWithin(1_000)),
      );
      expect(table.confirmedWithin(1_000)).toBe(false);
      table.start();
      await table.catchUp(4);
      expect(confirmedWhileLoading).toStrictEqual([false, false, false, false]);
      await eventually(() => table.confirmedWithin(0));
    });

    it('at an empty log and at a quiet one: the head is confirmed again and again', async () => {
      const table = started();
      await eventually(() => table.confirmedWithin(0));
      now += 60_000;
      expect(table.confirmedWithin(1_000)).toBe(false);
      await eventually(() => table.confirmedWithin(0));
    });

    it('up to the millisecond, from when the log was asked', async () => {
      const table = started();
      await eventually(() => table.confirmedWithin(0));
      await table.stop();
      now += 1_000;
      expect(table.confirmedWithin(1_000)).toBe(true);
      expect(table.confirmedWithin(999)).toBe(false);
    });

    it('an answer that took long confirms the moment of the question', async () => {
      log.head = async () => {
        now += 5_000;
        return 0;
      };
      const table = started({ confirmEveryMilliseconds: 60_000 });
      await eventually(() => table.confirmedWithin(5_000));
      expect(table.confirmedWithin(4_999)).toBe(false);
    });

    it('while others write without a pause, too', async () => {
      log = new (class extends FaultyEventLog {
        override async readAll(after: number, limit: number) {
          const page = await super.readAll(after, limit);
          now += 100;
          if (page.at(-1)!.position < 100) await openDoor(this, 'front');
          return page;
        }
      })();
      await openDoor(log, 'front');
      const confirmed: boolean[] = [];
      const table = started({}, 0, (events) => {
        take(events);
        confirmed.push(table.confirmedWithin(200));
      });
      await table.catchUp(100);
      expect(confirmed.slice(1)).not.toContain(false);
    });
  });

  describe('where the log is unreachable', () => {
    it('no longer confirms, and does again once the log is back', async () => {
      const problems: string[] = [];
      const table = started({ onProblem: (error) => void problems.push(error) });
      await eventually(() => table.confirmedWithin(0));
      log.down = true;
      await eventually(() => problems.length > 2);
      now += 1_001;
      expect(table.confirmedWithin(1_000)).toBe(false);
      expect(table.error).toBe('UnavailableError: event log is unavailable');
      await expect(table.catchUp(1, 20)).rejects.toBeInstanceOf(UnavailableError);

      log.down = false;
      await table.catchUp(await openDoor(log, 'front'));
      await eventually(() => table.confirmedWithin(0));
      expect(table.error).toBeUndefined();
      expect(taken).toStrictEqual([1]);
    });

    it('no longer confirms where the log does not even refuse', async () => {
      const table = started();
      await eventually(() => table.confirmedWithin(0));
      let answer: (position: number) => void = () => undefined;
      let asked = false;
      log.head = () => {
        asked = true;
        return new Promise((resolve) => (answer = resolve));
      };
      await eventually(() => asked);
      now += 1_001;
      expect(table.confirmedWithin(1_000)).toBe(false);
      answer(0);
    });
  });

  describe('catching up', () => {
    it('does not wait for the log to say that something changed', async () => {
      log.changed = (_, signal) =>
        new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      const table = started({ confirmEveryMilliseconds: 60_000 });
      await eventually(() => table.confirmedWithin(0));
      await openDoor(log, 'front');
      await table.catchUp(1);
      expect(taken).toStrictEqual([1]);
    });

    it('costs nothing where the table is there, and ends as unavailable when the time is up', async () => {
      await openDoor(log, 'front');
      const table = started();
      await table.catchUp(1);
      await expect(table.catchUp(1, 0)).resolves.toBeUndefined();
      await expect(table.catchUp(2, 20)).rejects.toBeInstanceOf(UnavailableError);
    });

    it('is refused by a table that is not kept up, even where it was there once', async () => {
      const table = newTable();
      await expect(table.catchUp(0)).rejects.toBeInstanceOf(UnavailableError);
      table.start();
      await table.stop();
      await expect(table.catchUp(0)).rejects.toBeInstanceOf(UnavailableError);
    });
  });

  describe('fails closed', () => {
    it('E22: an event the handler cannot take stops the table; it confirms nothing any more', async () => {
      const poisoned = (events: readonly RecordedEvent[]) => {
        take(events);
        if (events.some(({ position }) => position === 2)) throw new TypeError('no epoch');
      };
      await openDoor(log, 'front');
      const table = started({}, 0, poisoned);
      await eventually(() => table.confirmedWithin(0));
      const waiting = table.catchUp(2, 60_000).catch((error: unknown) => error);
      await openDoor(log, 'front', {}, {});
      expect(await waiting).toBeInstanceOf(UnavailableError);
      expect(table.confirmedWithin(1_000)).toBe(false);
      expect(table.error).toBe('TypeError: no epoch');
      expect(table.position).toBe(1);
      await expect(table.catchUp(1)).rejects.toBeInstanceOf(UnavailableError);
      const before = taken.length;
      await openDoor(log, 'front');
      await table.stop();
      expect(taken).toHaveLength(before);
    });

    it('E14: a position past the head is another log’s: never confirmed', async () => {
      await openDoor(log, 'front', {}, {});
      const table = started({}, 3);
      await eventually(() => table.error !== undefined);
      expect(table.error).toBe('ForeignCheckpoint: position 3 is past the head 2 of the log');
      expect(table.confirmedWithin(1_000_000)).toBe(false);
      const atHead = started({}, 2);
      await eventually(() => atHead.confirmedWithin(0));
    });
  });
});
