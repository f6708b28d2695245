import { busPlaceIn, type BusPlace, busStreamOf } from '@muster/contracts';
import { InMemoryEventLog } from '@muster/eventsourcing';
import { describeWithNats, NatsServer, until } from '@muster/testkit';
import { jetstreamManager } from '@nats-io/jetstream';
import { NatsLink } from '../nats-link.ts';
import { anOrganization, LockerFeed } from '../testing/locker-feed.ts';
import { EventRelay } from './event-relay.ts';
import { JetStreamEventBus } from './jet-stream.event-bus.ts';

const timeoutMilliseconds = 1_000;

/** Relays of one feed against a real server, each over a connection of its own. */
class Setting {
  readonly feed = new LockerFeed(new InMemoryEventLog());
  private readonly parts: { readonly link: NatsLink; readonly relay: EventRelay }[] = [];
  private readonly organizations = [anOrganization(), anOrganization(), anOrganization()];

  private constructor(readonly nats: NatsServer) {}

  static async open(): Promise<Setting> {
    return new Setting(await NatsServer.start());
  }

  async relay(windowPositions = 100_000): Promise<EventRelay> {
    const { log, mapper, projectId } = this.feed;
    const link = await NatsLink.open({ url: this.nats.url });
    const bus = new JetStreamEventBus({ link, projectId, timeoutMilliseconds });
    const looks = { heartbeatMilliseconds: 100, lookMilliseconds: 200, standbyMilliseconds: 100 };
    const relay = new EventRelay({ log, mapper, projectId, bus, windowPositions, ...looks });
    this.parts.push({ link, relay });
    relay.start();
    return relay;
  }

  /** Commits as fast as the log takes them, public and internal facts of several organizations. */
  async load(commits: number): Promise<void> {
    for (let commit = 0; commit < commits; commit++) {
      const organization = this.organizations[commit % 3]!;
      if (commit % 5 === 0) await this.feed.keep(organization, 2);
      await this.feed.tell(organization, 1 + (commit % 3));
    }
  }

  /** Everything the stream holds, in its order. */
  async kept(): Promise<readonly (BusPlace & { readonly organization: string })[]> {
    const link = await NatsLink.open({ url: this.nats.url });
    const stream = busStreamOf(this.feed.projectId);
    const manager = await jetstreamManager(link.connection!);
    const { state } = await manager.streams.info(stream);
    const places = [];
    for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
      const message = (await manager.streams.getMessage(stream, { seq }))!;
      const place = busPlaceIn((name) => message.header.get(name))!;
      places.push({ ...place, organization: message.subject.split('.')[3]! });
    }
    await link.close();
    return places;
  }

  /** Waits until one relay has relayed all of the log. */
  async settled(): Promise<void> {
    const head = await this.feed.log.head();
    await until(
      'everything relayed',
      async () =>
        this.parts.some(({ relay: { status } }) => status.state === 'relaying' && status.position === head)
          ? true
          : undefined,
      20_000,
    );
  }

  /** Waits until there is a stream that holds something. */
  async streamIsThere(): Promise<void> {
    const link = await NatsLink.open({ url: this.nats.url });
    const manager = await jetstreamManager(link.connection!);
    await until('the stream', () =>
      manager.streams.info(busStreamOf(this.feed.projectId)).then(
        ({ state }) => (state.messages > 0 ? true : undefined),
        () => undefined,
      ),
    );
    await link.close();
  }

  async close(): Promise<void> {
    for (const { relay } of this.parts) await relay.stop();
    for (const { link } of this.parts) await link.close();
    await this.nats.stop();
  }
}

/** E30: from the first kept message on there is every public event, in order and once, with what was before it. */
const expectWhole = async (setting: Setting, from: number): Promise<void> => {
  const kept = await setting.kept();
  const { log, mapper } = setting.feed;
  const told = (await log.readAll(from, 1_000_000)).filter((event) => mapper.publicEvent(event));
  expect(kept.map(({ position }) => position)).toEqual(told.map(({ position }) => position));
  const last = new Map<string, number>();
  for (const [at, { previous, organization, organizationPrevious, position }] of kept.entries()) {
    expect(previous).toBe(kept[at - 1]?.position ?? from);
    const before = last.get(organization);
    if (before !== undefined) expect(organizationPrevious).toBe(before);
    last.set(organization, position);
  }
};

describeWithNats('the relay, its NATS server failing', 'own', () => {
  let setting: Setting;
  beforeEach(async () => {
    setting = await Setting.open();
  });
  afterEach(() => setting.close());

  it('E30: loses and doubles nothing when the server is killed again and again under load', async () => {
    await setting.relay();
    for (let round = 0; round < 3; round++) {
      await setting.load(300);
      await setting.nats.kill('SIGKILL');
      await setting.load(100);
      await setting.nats.restart();
      await setting.load(100);
    }
    await setting.settled();
    await expectWhole(setting, 0);
  });

  it('E30: relays of two replicas end with one feed, also when the server is killed between them', async () => {
    const [one] = [await setting.relay(), await setting.relay()];
    await setting.load(500);
    await setting.nats.kill('SIGKILL');
    await setting.nats.restart();
    await setting.load(500);
    await setting.settled();
    await one.stop();
    await setting.load(300);
    await setting.settled();
    await expectWhole(setting, 0);
  });

  it('E31: makes the stream again, with a window of events, when its files were lost with the server', async () => {
    const windowPositions = 500;
    await setting.relay(windowPositions);
    await setting.load(400);
    await setting.settled();
    await setting.nats.kill('SIGKILL');
    setting.nats.deleteStore();
    const before = await setting.feed.log.head();
    await setting.nats.restart();
    await setting.streamIsThere();
    await setting.load(100);
    await setting.settled();
    await expectWhole(setting, before - windowPositions);
  });

  it('E31: after the loss of the files under the running server, the first message that is left says what is missing before it', async () => {
    await setting.relay();
    await setting.load(300);
    await setting.settled();
    setting.nats.deleteStore();
    await setting.load(300);
    await setting.nats.restart();
    const restarted = await setting.feed.log.head();
    await setting.load(300);
    await setting.settled();
    const [first] = await setting.kept();
    expect(first!.previous).toBeLessThanOrEqual(restarted);
    await expectWhole(setting, first!.previous);
  });

  it('makes the stream again while nothing happens, so that subscribers find it', async () => {
    await setting.relay();
    await setting.load(50);
    await setting.settled();
    const link = await NatsLink.open({ url: setting.nats.url });
    const manager = await jetstreamManager(link.connection!);
    await manager.streams.delete(busStreamOf(setting.feed.projectId));
    await link.close();
    await setting.streamIsThere();
    await setting.settled();
    await expectWhole(setting, 0);
  });

  it('E30: an emptied stream is filled again once the server forgets what it had seen', async () => {
    const relay = await setting.relay();
    await setting.load(50);
    await setting.settled();
    await relay.stop();
    const link = await NatsLink.open({ url: setting.nats.url });
    const manager = await jetstreamManager(link.connection!);
    await manager.streams.purge(busStreamOf(setting.feed.projectId));
    await setting.nats.restart();
    await setting.relay();
    await setting.settled();
    await link.close();
    await expectWhole(setting, 0);
  });

  it('E35: a server that hangs slows no append and costs one page of memory', async () => {
    const relay = await setting.relay();
    await setting.load(50);
    await setting.settled();
    setting.nats.freeze(true);
    const began = performance.now();
    await setting.load(5_000);
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(await relay.lag()).toBeGreaterThan(9_000);
    setting.nats.freeze(false);
    await setting.settled();
    await expectWhole(setting, 0);
  });
});
