import { heartbeatSubjectOf, busStreamOf } from '@muster/contracts';
import { UnavailableError } from '@muster/kernel';
import { type AnyNats, describeWithNats, NatsServer, startNats } from '@muster/testkit';
import { jetstreamManager } from '@nats-io/jetstream';
import { NatsLink } from '../nats-link.ts';
import { eventBusContract, messageAt } from '../testing/event-bus.contract.ts';
import { anOrganization, aProject } from '../testing/locker-feed.ts';
import { JetStreamEventBus } from './jet-stream.event-bus.ts';

describeWithNats('JetStream', 'any', () => {
  let nats: AnyNats;
  let link: NatsLink;
  beforeAll(async () => {
    nats = await startNats();
    link = await NatsLink.open({ url: nats.url });
  });
  afterAll(async () => {
    await link.close();
    await nats.stop();
  });

  eventBusContract('JetStreamEventBus', async (projectId) => ({
    open: () => new JetStreamEventBus({ link, projectId }),
  }));

  it('E32: a message is the event as the feed tells it, with its place in headers', async () => {
    const [projectId, organization] = [aProject(), anOrganization()];
    const bus = new JetStreamEventBus({ link, projectId });
    await bus.end();
    const message = messageAt(7, organization, projectId);
    const place = { ...message.place, organizationPrevious: 2 };
    await bus.publish([{ event: message.event, place }], 0);
    const manager = await jetstreamManager(link.connection!);
    const stored = (await manager.streams.getMessage(busStreamOf(projectId), { seq: 1 }))!;
    expect(stored.subject).toBe(`muster.v1.${projectId}.${organization}.member.activated`);
    expect(stored.string()).toBe(JSON.stringify(message.event));
    const header = (name: string) => stored.header.get(name);
    expect(header('Nats-Msg-Id')).toBe('log-1:7');
    expect(header('Content-Type')).toBe('application/cloudevents+json');
    expect(header('Muster-Log')).toBe('log-1');
    expect(header('Muster-Position')).toBe('7');
    expect(header('Muster-Previous')).toBe('6');
    expect(header('Muster-Organization-Previous')).toBe('2');
  });

  it('a heartbeat has a place and no body, and no stream keeps it', async () => {
    const projectId = aProject();
    const bus = new JetStreamEventBus({ link, projectId });
    await bus.end();
    const heard = link.connection!.subscribe(heartbeatSubjectOf(projectId), { max: 1 });
    bus.beat({ logId: 'log-1', position: 9, previous: 7 });
    for await (const beat of heard) {
      expect(beat.headers!.get('Muster-Position')).toBe('9');
      expect(beat.headers!.get('Muster-Previous')).toBe('7');
      expect(beat.data).toHaveLength(0);
    }
    expect(await bus.end()).toEqual({ sequence: 0, last: undefined });
  });

  it('takes new limits over to a stream that is there', async () => {
    const projectId = aProject();
    await new JetStreamEventBus({ link, projectId }).end();
    const limits = { maxAgeMilliseconds: 60_000, maxBytes: 1_000_000 };
    await new JetStreamEventBus({ link, projectId, limits }).end();
    const manager = await jetstreamManager(link.connection!);
    const { config } = await manager.streams.info(busStreamOf(projectId));
    expect(config).toMatchObject({ max_age: 60_000_000_000, max_bytes: 1_000_000, storage: 'file' });
  });

  it('forgets the oldest messages at its limit, and still knows where it ends', async () => {
    const [projectId, organization] = [aProject(), anOrganization()];
    const bus = new JetStreamEventBus({ link, projectId, limits: { maxBytes: 20_000 } });
    await bus.end();
    const messages = Array.from({ length: 100 }, (_, at) => messageAt(at + 1, organization, projectId));
    await bus.publish(messages, 0);
    expect(await bus.end()).toMatchObject({ sequence: 100, last: { position: 100 } });
    const manager = await jetstreamManager(link.connection!);
    const { state } = await manager.streams.info(busStreamOf(projectId));
    expect(state.messages).toBeLessThan(50);
  });

  it('makes the stream again where it was deleted', async () => {
    const [projectId, organization] = [aProject(), anOrganization()];
    const bus = new JetStreamEventBus({ link, projectId, timeoutMilliseconds: 1_000 });
    await bus.end();
    await bus.publish([messageAt(1, organization, projectId)], 0);
    const manager = await jetstreamManager(link.connection!);
    await manager.streams.delete(busStreamOf(projectId));
    await expect(bus.publish([messageAt(2, organization, projectId)], 1)).rejects.toBeInstanceOf(
      UnavailableError,
    );
    expect(await bus.end()).toEqual({ sequence: 0, last: undefined });
  });
});

describeWithNats('JetStream on a server that fails', 'own', () => {
  it('is unavailable while there is no server, at once', async () => {
    const nats = await NatsServer.start();
    const link = await NatsLink.open({ url: nats.url });
    const bus = new JetStreamEventBus({ link, projectId: aProject() });
    await bus.end();
    await nats.kill();
    await expect(bus.end()).rejects.toBeInstanceOf(UnavailableError);
    await expect(bus.end()).rejects.toBeInstanceOf(UnavailableError);
    await link.close();
    await nats.stop();
  });
});
