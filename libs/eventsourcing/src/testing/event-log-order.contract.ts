import { type EventLog, tail } from '../event-log.ts';
import { aCommit, door, writeTo } from './commits.ts';

const numbers = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** Order, density and wake-up. */
export const orderContract = (log: () => EventLog, setClock: (instant: string) => void): void => {
  tailing(log);
  waiting(log);

  it('E2: a clock that goes back moves neither positions nor `recordedAt` back', async () => {
    for (const now of ['2026-11-23T12:00:05.000Z', '2026-11-23T11:00:00.000Z', '2026-11-23T12:00:06.000Z']) {
      setClock(now);
      await log().append(aCommit());
    }
    const events = await log().readAll(0, 10);
    expect(events.map(({ position, recordedAt }) => [position, recordedAt])).toStrictEqual([
      [1, '2026-11-23T12:00:05.000Z'],
      [2, '2026-11-23T12:00:05.000Z'],
      [3, '2026-11-23T12:00:06.000Z'],
    ]);
  });
};

const tailing = (log: () => EventLog): void => {
  it('E2: a reader that tails 32 writers sees every event once, in order, without holes', async () => {
    const perWriter = 25;
    const total = 32 * perWriter * 2;
    const seen: string[] = [];
    const positions: number[] = [];
    const done = new AbortController();
    const reading = (async () => {
      for await (const page of tail(log(), 0, done.signal, 50)) {
        for (const { position, stream, revision } of page) {
          positions.push(position);
          seen.push(`${stream}@${revision}`);
        }
        if (positions.length >= total) done.abort();
      }
    })();
    const writer = async (id: number) => {
      for (let n = 0; n < perWriter; n++)
        await log().append(
          aCommit({ writes: [writeTo(door(`w${id}`), [{ n }]), writeTo(door(`s${n % 3}`), [{ id }])] }),
        );
    };
    await Promise.all([...numbers(1, 32).map(writer), reading]);

    expect(positions).toStrictEqual(numbers(1, total));
    expect(new Set(seen).size).toBe(total);
    for (const id of numbers(1, 32))
      expect(seen.filter((at) => at.startsWith(`${door(`w${id}`)}@`))).toStrictEqual(
        numbers(0, perWriter - 1).map((revision) => `${door(`w${id}`)}@${revision}`),
      );
  });
};

const waiting = (log: () => EventLog): void => {
  const never = new AbortController().signal;

  it('E2: who waits for a change wakes on the next commit, and can read it then', async () => {
    const { position } = await log().append(aCommit());
    const changed = log().changed(position, never);
    await log().append(aCommit());
    await changed;
    expect(await log().readAll(position, 10)).toHaveLength(1);
  });

  it('E2: who is behind does not wait, and who waits for more sleeps on', async () => {
    await log().append(aCommit());
    await log().changed(0, never);
    let woken = false;
    const later = log()
      .changed(2, never)
      .then(() => (woken = true));
    await log().append(aCommit());
    await log().changed(1, never);
    expect(woken).toBe(false);
    await log().append(aCommit());
    await later;
  });

  it('E2: waiting ends when its signal aborts, before or while it waits', async () => {
    await log().changed(0, AbortSignal.abort());
    const controller = new AbortController();
    const changed = log().changed(0, controller.signal);
    controller.abort();
    await expect(changed).resolves.toBeUndefined();
  });
};
