import { createLogger } from '../logging.ts';
import { AnswerPurge } from './answer-purge.ts';
import type { Attempt } from './answer-store.ts';
import { InMemoryAnswerStore } from './in-memory.answer-store.ts';

const attempt = (n: number, request = 'request'): Attempt => ({
  name: `name-${n}`,
  request,
  owner: 'owner',
  at: '2026-11-24T08:00:00.000Z',
  leaseUntil: '2026-11-24T08:00:10.000Z',
  keptUntil: n === 0 ? '2026-11-25T08:00:00.000Z' : '2026-11-24T09:00:00.000Z',
});

describe('the purge of kept answers', () => {
  it('removes at start what is kept no longer, all of it, in batches, and then again and again', async () => {
    const store = new InMemoryAnswerStore();
    const batches: number[] = [];
    const purge = store.purge.bind(store);
    store.purge = async (at, limit) => {
      const removed = await purge(at, limit);
      batches.push(removed);
      return removed;
    };
    for (let n = 0; n <= 120; n++) await store.begin(attempt(n));
    let now = '2026-11-24T09:00:00.000Z';
    const purging = new AnswerPurge({ answers: store, clock: () => now, logger: createLogger('silent') }, 5);
    purging.start();
    while (batches.length < 4) await new Promise(setImmediate);
    expect(batches.slice(0, 4)).toEqual([50, 50, 20, 0]);
    expect((await store.begin(attempt(0, 'another'))).outcome).toBe('other-request');
    now = '2026-11-25T08:00:00.000Z';
    while (!batches.slice(4).includes(1)) await new Promise(setImmediate);
    await purging.stop();
    const after = batches.length;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(batches).toHaveLength(after);
  });

  it('tries again where the store fails', async () => {
    const store = new InMemoryAnswerStore();
    let calls = 0;
    store.purge = async () => {
      if (++calls === 1) throw new Error('full');
      return 0;
    };
    const clock = () => '2026-11-24T09:00:00.000Z';
    const purging = new AnswerPurge({ answers: store, clock, logger: createLogger('silent') }, 5);
    purging.start();
    while (calls < 2) await new Promise(setImmediate);
    await purging.stop();
    expect(calls).toBeGreaterThanOrEqual(2);
  });
});
