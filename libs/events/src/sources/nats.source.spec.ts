import { describeWithNats, until } from '@muster/testkit';
import { MemorySubscriptionStore } from '../stores/memory.subscription-store.ts';
import { subscribe, type Subscription } from '../subscribe.ts';
import { Bus } from '../testing/bus.ts';
import { eventAt } from '../testing/events.ts';
import { MadeUpSource } from '../testing/made-up.source.ts';
import { natsOrganizationSource } from './nats-organization.source.ts';
import { natsSource } from './nats.source.ts';

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => from + n);

describeWithNats('events from the bus', 'own', () => {
  let bus: Bus;
  let open: Subscription[] = [];
  const positions: number[] = [];
  let feed: MadeUpSource;
  beforeEach(async () => {
    bus = await Bus.start();
    feed = new MadeUpSource(positions);
    positions.length = 0;
  }, 30_000);
  afterEach(async () => {
    await Promise.all(open.map((subscription) => subscription.close().catch(() => undefined)));
    open = [];
    await bus.stop();
  });

  const follow = (after: number, options: { organization?: string } = {}) => {
    const handled: number[] = [];
    const { connection, projectId } = bus;
    const subscription = subscribe({
      source: natsSource({ connection, projectId, feed }),
      name: 'copy',
      store: new MemorySubscriptionStore(),
      from: after,
      handler: ({ position }) => void handled.push(Number(position)),
      ...options,
    });
    open.push(subscription);
    const reached = (position: number) =>
      until(
        `position ${position}`,
        async () => (subscription.checkpoint?.position === position ? true : undefined),
        20_000,
      );
    return { handled, reached, subscription };
  };

  it('E31: begin behind any position that the stream holds, without the feed', async () => {
    await bus.makeStream();
    await bus.tell(0, ...numbers(1, 40).map((n) => n * 3));
    for (const after of [0, 3, 58, 119]) {
      const { handled, reached, subscription } = follow(after);
      await reached(120);
      await subscription.close();
      expect(handled).toEqual(
        numbers(1, 40)
          .map((n) => n * 3)
          .filter((position) => position > after),
      );
    }
    expect(feed.asked).toEqual([]);
  });

  it('E31: come from the feed where the stream begins later', async () => {
    positions.push(...numbers(1, 9));
    await bus.makeStream();
    await bus.tell(6, 7, 8, 9);
    const { handled, reached } = follow(0);
    await reached(9);
    expect(handled).toEqual(numbers(1, 9));
    expect(feed.asked).toEqual([0, 3]);
  });

  it('E31: come from the feed while there is no stream', async () => {
    positions.push(1, 2, 3, 4);
    const { handled, reached } = follow(0);
    await reached(4);
    expect(handled).toEqual([1, 2, 3, 4]);
  });

  it('E31: go on when the stream was lost and is made anew, its numbers beginning again', async () => {
    await bus.makeStream();
    positions.push(...numbers(1, 30));
    await bus.tell(0, ...numbers(1, 30));
    const { handled, reached } = follow(0);
    await reached(30);
    await bus.loseStream();
    await bus.makeStream();
    positions.push(31, 32);
    await bus.tell(30, 31, 32);
    for (let n = 0; n < 3; n++) bus.beat({ position: 32, previous: 32 });
    await reached(32);
    positions.push(33);
    await bus.tell(32, 33);
    const beating = setInterval(() => bus.beat({ position: 33, previous: 33 }), 100);
    await reached(33).finally(() => clearInterval(beating));
    expect(handled).toEqual(numbers(1, 33));
  });

  it('E30: a heartbeat moves the position over what is nobody’s business', async () => {
    await bus.makeStream();
    await bus.tell(0, 5);
    const { reached } = follow(0);
    await reached(5);
    const beating = setInterval(() => bus.beat({ position: 90, previous: 5 }), 100);
    await reached(90).finally(() => clearInterval(beating));
    expect(feed.asked).toEqual([]);
  });

  it('of one organization: what the relay does not know, the feed tells', async () => {
    positions.push(2, 4);
    await bus.makeStream();
    const { organizationPrevious: _, ...place } = {
      logId: 'log-1',
      position: 4,
      previous: 3,
      organizationPrevious: 0,
    };
    await bus.publish(eventAt(4), place);
    const { handled, reached } = follow(0, { organization: bus.organizationId });
    await reached(4);
    expect(handled).toEqual([2, 4]);
  });

  it('E35: are not fetched ahead without end while the handler is busy', async () => {
    await bus.makeStream();
    await bus.tell(0, ...numbers(1, 1_000));
    let go = (): void => undefined;
    const held = new Promise<void>((resolve) => (go = resolve));
    const { connection, projectId } = bus;
    const before = connection.stats().inMsgs;
    const subscription = subscribe({
      source: natsSource({ connection, projectId, feed, messagesAhead: 50 }),
      name: 'slow',
      store: new MemorySubscriptionStore(),
      batch: 20,
      handler: () => held,
    });
    open.push(subscription);
    await until('messages to come', async () => (connection.stats().inMsgs - before > 20 ? true : undefined));
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(connection.stats().inMsgs - before).toBeLessThan(300);
    go();
    await until(
      'the end',
      async () => (subscription.checkpoint?.position === 1_000 ? true : undefined),
      20_000,
    );
  });

  describe('with the credentials of one organization', () => {
    const own = (store: MemorySubscriptionStore, onEvent: (position: number) => void | Promise<void>) => {
      const { connection, projectId, organizationId } = bus;
      const subscription = subscribe({
        source: natsOrganizationSource({ connection, projectId, organizationId }),
        name: 'copy',
        store,
        firstPauseMilliseconds: 1,
        attempts: 1,
        handler: ({ position }) => onEvent(Number(position)),
      });
      open.push(subscription);
      return subscription;
    };

    it('E31: are acknowledged only once they are handled, and go on where the checkpoint is', async () => {
      await bus.makeStream();
      await bus.tell(0, 1, 2, 3, 4);
      const store = new MemorySubscriptionStore();
      const halted = own(store, (position) => {
        if (position === 3) throw new Error('not yet');
      });
      await expect(halted.done).rejects.toThrow('at 3 cannot be handled');
      // Two were handled, together with what follows or by themselves.
      expect(await bus.pending()).toBeGreaterThanOrEqual(2);
      expect(await store.checkpoint('copy')).toEqual({ logId: 'log-1', position: 2 });
    });

    it('are all acknowledged in the end', async () => {
      await bus.makeStream();
      await bus.tell(0, ...numbers(1, 300));
      const handled: number[] = [];
      own(new MemorySubscriptionStore(), (position) => void handled.push(position));
      await until('all', async () => (handled.length === 300 ? true : undefined), 20_000);
      await until('the acknowledgements', async () => ((await bus.pending()) === 0 ? true : undefined));
      expect(handled).toEqual(numbers(1, 300));
    });

    it('E31: halt at what the bus has lost, for there is no feed to ask', async () => {
      await bus.makeStream();
      await bus.tell(7, 8);
      const subscription = own(new MemorySubscriptionStore(), () => undefined);
      await expect(subscription.done).rejects.toThrow('behind 0, up to 7, is not on the bus');
    });
  });
});
