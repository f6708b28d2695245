import { InMemoryEventLog } from '@muster/eventsourcing';
import { UnavailableError } from '@muster/kernel';
import { until } from '@muster/testkit';
import { anOrganization, LockerFeed } from '../testing/locker-feed.ts';
import { InMemoryEventBus } from '../testing/in-memory.event-bus.ts';
import { EventRelay, type EventRelayOptions } from './event-relay.ts';

/** A log that can be unreachable. */
class FaultyLog extends InMemoryEventLog {
  down = false;

  override async head(): Promise<number> {
    if (this.down) throw new UnavailableError('event log');
    return super.head();
  }

  override async readAll(after: number, limit: number) {
    if (this.down) throw new UnavailableError('event log');
    return super.readAll(after, limit);
  }
}

const [a, b] = [anOrganization(), anOrganization()];
const running: EventRelay[] = [];

const relayOf = (feed: LockerFeed, bus: InMemoryEventBus, more: Partial<EventRelayOptions> = {}) => {
  const { log, mapper, projectId } = feed;
  const quick = { heartbeatMilliseconds: 10, lookMilliseconds: 50, standbyMilliseconds: 20 };
  const relay = new EventRelay({ log, mapper, projectId, bus, ...quick, ...more });
  running.push(relay);
  return relay;
};

const setUp = () => {
  const log = new FaultyLog();
  return { log, feed: new LockerFeed(log), bus: new InMemoryEventBus() };
};

const positions = (bus: InMemoryEventBus) => bus.messages.map(({ place }) => place.position);
const arrived = (bus: InMemoryEventBus, expected: readonly number[]) =>
  until(`positions ${expected.join()}, not ${positions(bus).join()}`, async () =>
    positions(bus).join() === expected.join() ? true : undefined,
  );
const upTo = (head: number) => Array.from({ length: head }, (_, at) => at + 1);

afterEach(async () => {
  for (const relay of running.splice(0)) await relay.stop();
});

describe('the relay from the log to the bus', () => {
  it('E30: publishes every committed public event in order, each naming the one before', async () => {
    const { feed, bus } = setUp();
    await feed.tell(a);
    await feed.keep(a, 2);
    await feed.tell(b, 2);
    relayOf(feed, bus).start();
    await arrived(bus, [1, 4, 5]);
    await feed.tell(a);
    await feed.tell(null);
    await arrived(bus, [1, 4, 5, 6, 7]);
    const { logId } = feed.log;
    expect(bus.messages.map(({ place }) => place)).toEqual([
      { logId, position: 1, previous: 0, organizationPrevious: 0 },
      { logId, position: 4, previous: 1, organizationPrevious: 0 },
      { logId, position: 5, previous: 4, organizationPrevious: 4 },
      { logId, position: 6, previous: 5, organizationPrevious: 1 },
      { logId, position: 7, previous: 6 },
    ]);
    expect(bus.messages.map(({ event }) => event.id)).toEqual([1, 4, 5, 6, 7].map((at) => `${logId}:${at}`));
  });

  it('leaves out what another project of the same log did', async () => {
    const { log, feed, bus } = setUp();
    const other = new LockerFeed(log);
    await feed.tell(a);
    await other.tell(b);
    await feed.tell(a);
    relayOf(feed, bus).start();
    await arrived(bus, [1, 3]);
    expect(bus.messages.map(({ event }) => event.organizationid)).toEqual([a, a]);
  });

  it('E30: goes on behind the last message after a restart, and still knows what an organization was told', async () => {
    const { feed, bus } = setUp();
    await feed.tell(a);
    await feed.tell(b);
    const first = relayOf(feed, bus);
    first.start();
    await arrived(bus, [1, 2]);
    await first.stop();
    await feed.tell(a);
    await feed.tell(anOrganization());
    relayOf(feed, bus).start();
    await arrived(bus, [1, 2, 3, 4]);
    expect(bus.messages[2]!.place).toMatchObject({ previous: 2, organizationPrevious: 1 });
    expect(bus.messages[3]!.place).not.toHaveProperty('organizationPrevious');
  });

  it('E30: a batch of which only the beginning arrived is completed, without doubles', async () => {
    const { feed, bus } = setUp();
    await feed.tell(a, 40);
    bus.breaksAfter = 17;
    const problems: string[] = [];
    relayOf(feed, bus, { batchSize: 32, onProblem: (problem) => problems.push(problem) }).start();
    await arrived(bus, upTo(40));
    expect(problems).toEqual(['nats is unavailable']);
  });

  it('E30: two relays never interleave; when one ends the other goes on', async () => {
    const { feed, bus } = setUp();
    const [one, two] = [relayOf(feed, bus, { batchSize: 3 }), relayOf(feed, bus, { batchSize: 5 })];
    one.start();
    two.start();
    for (let round = 0; round < 20; round++) await feed.tell(round % 2 ? a : b, 25);
    await arrived(bus, upTo(500));
    await one.stop();
    await feed.tell(a, 10);
    await arrived(bus, upTo(510));
    expect(bus.messages.map(({ place }) => place.previous)).toEqual(upTo(510).map((at) => at - 1));
    const last = new Map<string, number>();
    const astray = bus.messages.filter(({ event, place: { position, organizationPrevious } }) => {
      const before = last.get(event.organizationid!);
      last.set(event.organizationid!, position);
      return organizationPrevious !== undefined && before !== undefined && organizationPrevious !== before;
    });
    expect(astray).toEqual([]);
  });

  it('E31: what the bus lost is published again, a window of it, as if it had begun there', async () => {
    const { feed, bus } = setUp();
    await feed.tell(a, 10);
    relayOf(feed, bus, { windowPositions: 4 }).start();
    await arrived(bus, [7, 8, 9, 10]);
    expect(bus.messages[0]!.place).toMatchObject({ previous: 6, organizationPrevious: 6 });
    await feed.tell(b);
    await arrived(bus, [7, 8, 9, 10, 11]);
    bus.lose();
    await arrived(bus, [8, 9, 10, 11]);
    expect(bus.messages[0]!.place).toMatchObject({ previous: 7, organizationPrevious: 7 });
  });

  it('what only grew too old is not published again', async () => {
    const { feed, bus } = setUp();
    await feed.tell(a, 3);
    const relay = relayOf(feed, bus, { lookMilliseconds: 5 });
    relay.start();
    await arrived(bus, [1, 2, 3]);
    bus.expire();
    const beats = bus.beats.length;
    await until('looks', async () => (bus.beats.length > beats + 5 ? true : undefined));
    await feed.tell(a);
    await arrived(bus, [4]);
    expect(bus.messages[0]!.place).toMatchObject({ previous: 3, organizationPrevious: 3 });
  });

  it('E11: halts before what it does not know, publishes all before it, and says why', async () => {
    const { feed, bus } = setUp();
    await feed.tell(a, 2);
    await feed.puzzle(a);
    await feed.tell(a);
    const relay = relayOf(feed, bus);
    relay.start();
    await arrived(bus, [1, 2]);
    await until('a problem', async () => (relay.status.state === 'failing' ? true : undefined));
    expect(relay.status).toEqual({
      state: 'failing',
      position: 2,
      problem: 'event type locker.LockerPainted v1 is unknown here',
    });
    expect(await relay.lag()).toBe(2);
    expect(positions(bus)).toEqual([1, 2]);
  });

  it('E14: does not touch a bus that holds the events of another log', async () => {
    const { feed, bus } = setUp();
    await feed.tell(a);
    relayOf(feed, bus).start();
    await arrived(bus, [1]);
    await running[0]!.stop();
    const other = new LockerFeed(new FaultyLog(), feed.projectId);
    await other.tell(a, 3);
    const relay = relayOf(other, bus);
    relay.start();
    await until('a problem', async () => (relay.status.state === 'failing' ? true : undefined));
    expect(relay.status.problem).toMatch(/^the bus holds events of the log /);
    expect(positions(bus)).toEqual([1]);
  });

  it('E14: does not publish behind a bus that is ahead of its log', async () => {
    const { feed, bus } = setUp();
    await feed.tell(a, 3);
    relayOf(feed, bus).start();
    await arrived(bus, [1, 2, 3]);
    await running[0]!.stop();
    const restored = new FaultyLog();
    Object.defineProperty(restored, 'logId', { value: feed.log.logId });
    const relay = relayOf(new LockerFeed(restored, feed.projectId), bus);
    relay.start();
    await until('a problem', async () => (relay.status.state === 'failing' ? true : undefined));
    expect(relay.status.problem).toBe('the bus holds position 3, past the head 0 of the log');
  });

  it.each(['bus', 'log'] as const)('goes on when the %s is back', async (which) => {
    const { log, feed, bus } = setUp();
    await feed.tell(a);
    const relay = relayOf(feed, bus);
    relay.start();
    await arrived(bus, [1]);
    (which === 'bus' ? bus : log).down = true;
    await until('a problem', async () => (relay.status.state === 'failing' ? true : undefined));
    expect(relay.status.problem).toBe(which === 'bus' ? 'nats is unavailable' : 'event log is unavailable');
    await feed.tell(a);
    (which === 'bus' ? bus : log).down = false;
    await arrived(bus, [1, 2]);
    await until('no problem', async () => (relay.status.state === 'relaying' ? true : undefined));
    expect(relay.status).toEqual({ state: 'relaying', position: 2, problem: undefined });
  });

  it('E35: a bus that is gone slows no append, and has no more than one batch on its way once it is back', async () => {
    const { feed, bus } = setUp();
    bus.down = true;
    relayOf(feed, bus, { batchSize: 16 }).start();
    for (let commit = 0; commit < 100; commit++) await feed.tell(a, 20);
    bus.down = false;
    await arrived(bus, upTo(2_000));
    expect(bus.mostAtOnce).toBe(16);
  });

  it('says every so often how far it is, past what nobody is told', async () => {
    const { feed, bus } = setUp();
    await feed.tell(a, 2);
    await feed.keep(a, 3);
    const relay = relayOf(feed, bus);
    relay.start();
    const { logId } = feed.log;
    await until('a heartbeat', async () => (bus.beats.at(-1)?.position === 5 ? true : undefined));
    expect(bus.beats.at(-1)).toEqual({ logId, position: 5, previous: 2 });
    await relay.stop();
    const beats = bus.beats.length;
    await feed.tell(a);
    expect(bus.beats).toHaveLength(beats);
    expect(relay.status.state).toBe('stopped');
  });
});
