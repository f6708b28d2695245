import { DatabaseSync } from 'node:sqlite';
import type { PublicEvent } from '@muster/contracts';
import { until } from '@muster/testkit';
import { MemorySubscriptionStore } from './stores/memory.subscription-store.ts';
import { SqliteSubscriptionStore } from './stores/sqlite.subscription-store.ts';
import type { SubscriptionStore } from './stores/subscription-store.ts';
import { type SubscribeOptions, type Subscription, subscribe } from './subscribe.ts';
import { eventAt, logId, piece } from './testing/events.ts';
import { MadeUpSource } from './testing/made-up.source.ts';

const name = 'copy';

/** A subscription, and what its handler was given. */
const follow = <T>(
  source: MadeUpSource,
  store: SubscriptionStore<T>,
  options: Partial<SubscribeOptions<'muster.*', T>> = {},
) => {
  const handled: number[] = [];
  const problems: string[] = [];
  const subscription = subscribe<'muster.*', T>({
    source,
    name,
    store,
    firstPauseMilliseconds: 1,
    handler: ({ position }) => void handled.push(Number(position)),
    onProblem: (error) => problems.push((error as Error).message),
    ...options,
  });
  return { subscription, handled, problems };
};

const reached = (subscription: Subscription, position: number) =>
  until(`position ${position}`, async () =>
    subscription.checkpoint?.position === position ? true : undefined,
  );

describe('a subscription', () => {
  it('E31: hands on each event once and in order, and keeps how far it is', async () => {
    const source = new MadeUpSource([1, 2, 5]);
    source.rounds.push([piece(0, 1), piece(2, 5), piece(0, 1), piece(1, 2)]);
    const store = new MemorySubscriptionStore();
    const { subscription, handled } = follow(source, store);
    await reached(subscription, 5);
    await subscription.close();
    expect(handled).toEqual([1, 2, 5]);
    expect(await store.checkpoint(name)).toEqual({ logId, position: 5 });
    expect(source.asked).toEqual([]);
  });

  it('E31: asks the feed for what the bus leaves out', async () => {
    const source = new MadeUpSource([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    source.rounds.push([piece(0, 1), piece(8, 9)]);
    const { subscription, handled } = follow(source, new MemorySubscriptionStore());
    await reached(subscription, 9);
    await subscription.close();
    expect(handled).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(source.asked).toEqual([1, 4, 7]);
  });

  it('E31: fills a hole in time, though more comes behind it all the while', async () => {
    const source = new MadeUpSource([1, 2]);
    const many = Array.from({ length: 2_000 }, (_, n) => piece(n + 2, n + 3));
    source.rounds.push([piece(0, 1), ...many]);
    const { subscription, handled } = follow(source, new MemorySubscriptionStore());
    await until('the hole to be filled', async () => (handled.includes(900) ? true : undefined));
    await subscription.close().catch(() => undefined);
    expect(handled.slice(0, 900)).toEqual(Array.from({ length: 900 }, (_, n) => n + 1));
  });

  it('E31: halts at a hole that no feed can fill', async () => {
    const source = new MadeUpSource();
    source.hasFeed = false;
    source.rounds.push([piece(3, 5)]);
    const { subscription, handled } = follow(source, new MemorySubscriptionStore());
    await expect(subscription.done).rejects.toThrow('behind 0, up to 3, is not on the bus');
    expect(handled).toEqual([]);
  });

  it('begins with what the bus still keeps where it is told to', async () => {
    const source = new MadeUpSource();
    source.hasFeed = false;
    source.rounds.push([piece(3, 5), piece(5, 6)]);
    const { subscription, handled } = follow(source, new MemorySubscriptionStore(), { from: 'kept' });
    await reached(subscription, 6);
    await subscription.close();
    expect(handled).toEqual([5, 6]);
  });

  it('begins with what comes next where it is told to, and stays with that', async () => {
    const source = new MadeUpSource([1, 2, 3]);
    const store = new MemorySubscriptionStore();
    const { subscription } = follow(source, store, { from: 'now' });
    await reached(subscription, 3);
    await subscription.close();
    expect(await store.checkpoint(name)).toEqual({ logId, position: 3 });
  });

  it('E14: takes nothing of another log', async () => {
    const store = new MemorySubscriptionStore();
    await store.advance(name, { logId: 'another', position: 1 }, async () => undefined);
    const source = new MadeUpSource([2]);
    source.rounds.push([piece(1, 2)]);
    const { subscription, handled } = follow(source, store);
    await expect(subscription.done).rejects.toThrow('follows the log another, not log-1');
    await expect(subscription.close()).rejects.toThrow('another');
    expect(handled).toEqual([]);
  });

  it('goes on where it was when its source breaks', async () => {
    const source = new MadeUpSource([1, 2]);
    source.rounds.push([piece(0, 1), new Error('connection lost')], [piece(0, 1), piece(1, 2)]);
    const { subscription, handled, problems } = follow(source, new MemorySubscriptionStore());
    await reached(subscription, 2);
    await subscription.close();
    expect([handled, problems]).toEqual([[1, 2], ['connection lost']]);
  });

  it('E35: takes no more ahead than a batch while its handler is slow', async () => {
    const source = new MadeUpSource();
    source.rounds.push(Array.from({ length: 1_000 }, (_, n) => piece(n, n + 1)));
    let go = (): void => undefined;
    const held = new Promise<void>((resolve) => (go = resolve));
    const { subscription } = follow(source, new MemorySubscriptionStore(), {
      batch: 10,
      handler: () => held,
    });
    for (let n = 0; n < 200; n++) await new Promise((resolve) => setImmediate(resolve));
    expect(source.taken).toBeLessThanOrEqual(25);
    go();
    await reached(subscription, 1_000);
    await subscription.close();
  });

  it('lets what is under way end before it is closed', async () => {
    const source = new MadeUpSource();
    source.rounds.push([piece(0, 1)]);
    const store = new MemorySubscriptionStore();
    let go = (): void => undefined;
    const held = new Promise<void>((resolve) => (go = resolve));
    let began = false;
    const { subscription } = follow(source, store, { handler: () => ((began = true), held) });
    await until('the handler to begin', async () => (began ? true : undefined));
    const closing = subscription.close();
    go();
    await closing;
    expect(await store.checkpoint(name)).toEqual({ logId, position: 1 });
  });
});

describe.each([
  ['memory', () => new MemorySubscriptionStore()],
  ['SQLite', () => new SqliteSubscriptionStore(new DatabaseSync(':memory:'))],
])('an event that cannot be handled, its checkpoint in %s', (_, newStore) => {
  const failing = (poisonous: (event: PublicEvent) => boolean, handled: number[]) => (event: PublicEvent) => {
    if (poisonous(event)) throw new Error('unknown member');
    handled.push(Number(event.position));
  };
  const sourceOf = (...events: readonly PublicEvent[]) => {
    const source = new MadeUpSource();
    const upTo = Number(events.at(-1)!.position);
    source.rounds.push([{ logId, after: 0, upTo, events }]);
    return source;
  };

  it('E22: is tried again, and what was handled before it is kept', async () => {
    const handled: number[] = [];
    let failures = 2;
    const source = sourceOf(eventAt(1), eventAt(2), eventAt(3));
    const store = newStore();
    const { subscription } = follow<unknown>(source, store as SubscriptionStore<unknown>, {
      handler: failing(({ position }) => position === '2' && failures-- > 0, handled),
    });
    await reached(subscription, 3);
    await subscription.close();
    expect(handled.slice(-2)).toEqual([2, 3]);
    expect([...new Set(handled)]).toEqual([1, 2, 3]);
    expect(await store.parked(name)).toEqual([]);
  });

  it('E22: halts the subscription before it, unless told otherwise', async () => {
    const handled: number[] = [];
    const store = newStore();
    const source = sourceOf(eventAt(1), eventAt(2), eventAt(3));
    const { subscription } = follow<unknown>(source, store as SubscriptionStore<unknown>, {
      attempts: 3,
      handler: failing(({ position }) => position === '2', handled),
    });
    await expect(subscription.done).rejects.toThrow('muster.member.activated.v1 at 2 cannot be handled');
    expect(await store.checkpoint(name)).toEqual({ logId, position: 1 });
    expect(handled).not.toContain(3);
  });

  it('E22: is parked with what comes of its subject, and released in order', async () => {
    const handled: number[] = [];
    let isBroken = true;
    const store = newStore();
    const source = sourceOf(
      eventAt(1),
      eventAt(2, { subject: 'member-2' }),
      eventAt(3),
      eventAt(4, { subject: 'member-2' }),
    );
    const { subscription } = follow<unknown>(source, store as SubscriptionStore<unknown>, {
      attempts: 2,
      onPoison: 'park',
      handler: failing(({ position }) => isBroken && position === '2', handled),
    });
    await reached(subscription, 4);
    expect(handled.slice(-1)).toEqual([3]);
    expect((await subscription.parked()).map(({ event, error }) => [event.position, error])).toEqual([
      ['2', 'unknown member'],
      ['4', 'an earlier event of its subject is parked'],
    ]);
    await expect(subscription.release('member-2')).rejects.toThrow('unknown member');
    isBroken = false;
    await subscription.release('member-2');
    expect(handled.slice(-2)).toEqual([2, 4]);
    expect(await subscription.parked()).toEqual([]);
    await subscription.close();
  });

  it('E22: stays parked over a restart', async () => {
    const store = newStore();
    const handled: number[] = [];
    const handler = failing(({ position }) => position === '1', handled);
    const options = { attempts: 1, onPoison: 'park' as const, handler };
    const first = follow<unknown>(sourceOf(eventAt(1)), store as SubscriptionStore<unknown>, options);
    await reached(first.subscription, 1);
    await first.subscription.close();
    const source = new MadeUpSource();
    source.rounds.push([piece(1, 2)]);
    const second = follow<unknown>(source, store as SubscriptionStore<unknown>, options);
    await reached(second.subscription, 2);
    await second.subscription.close();
    expect((await store.parked(name)).map(({ event }) => event.position)).toEqual(['1', '2']);
    expect(handled).toEqual([]);
  });
});
