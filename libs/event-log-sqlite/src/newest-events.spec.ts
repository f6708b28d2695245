import type { RecordedEvent } from '@muster/eventsourcing';
import { aCommit, door, writeTo } from '@muster/eventsourcing/testing';
import { NewestEvents } from './newest-events.ts';
import { SqliteEventLog } from './sqlite.event-log.ts';
import { testDirectory } from './testing/files.ts';

const eventsFrom = (first: number, count: number) =>
  Array.from({ length: count }, (_, n) => ({ position: first + n }) as RecordedEvent);
const positions = (page: readonly RecordedEvent[] | undefined) => page?.map(({ position }) => position);

describe('the newest events', () => {
  let newest: NewestEvents;
  let now: number;
  beforeEach(() => {
    now = 0;
    newest = new NewestEvents(() => now);
    newest.add(eventsFrom(5, 2));
    newest.add(eventsFrom(7, 1));
  });

  it('E2: are given in order, from any of them on, as many as are asked for', () => {
    expect(positions(newest.after(4, 100))).toEqual([5, 6, 7]);
    expect(positions(newest.after(5, 1))).toEqual([6]);
    expect(positions(newest.after(6, 100))).toEqual([7]);
  });

  it('E2: are no answer to who is further behind, nor to who is ahead', () => {
    expect(newest.after(3, 100)).toBeUndefined();
    expect(newest.after(7, 100)).toBeUndefined();
    expect(newest.after(9, 100)).toBeUndefined();
    expect(new NewestEvents().after(0, 100)).toBeUndefined();
  });

  it('E2: go where another process appended in between', () => {
    newest.add(eventsFrom(9, 2));
    expect(newest.after(6, 100)).toBeUndefined();
    expect(newest.after(7, 100)).toBeUndefined();
    expect(positions(newest.after(8, 100))).toEqual([9, 10]);
  });

  it('are not told for long, since other processes append, too', () => {
    now = 10;
    expect(positions(newest.after(4, 100))).toEqual([5, 6, 7]);
    now = 11;
    expect(newest.after(4, 100)).toBeUndefined();
    newest.add(eventsFrom(8, 1));
    expect(positions(newest.after(4, 100))).toEqual([5, 6, 7, 8]);
  });

  it('are not all that ever were', () => {
    newest.add(eventsFrom(8, 2_000));
    expect(newest.after(7, 100)).toBeUndefined();
    expect(positions(newest.after(2_005, 100))).toEqual([2_006, 2_007]);
  });
});

describe('E24: what followers are told', () => {
  const file = testDirectory();

  it('is the same from memory as from the file, with another process in between', async () => {
    const path = file('events.db');
    const [log, other] = [await SqliteEventLog.open(path), await SqliteEventLog.open(path)];
    const twice = { writes: [writeTo(door('a'), [{ n: 1 }, { n: 2, absent: undefined as never }])] };
    const appended = [log, other, log].map((by) => async () => {
      const { position } = await by.append(aCommit(twice));
      return by.readAll(position - 2, 100);
    });
    const told: RecordedEvent[] = [];
    for (const append of appended) told.push(...(await append()));
    expect(positions(told)).toEqual([1, 2, 3, 4, 5, 6]);
    await Promise.all([log.close(), other.close()]);
    const reopened = await SqliteEventLog.open(path);
    expect(await reopened.readAll(0, 100)).toStrictEqual(told);
    await reopened.close();
  });
});
