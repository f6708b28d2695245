import { randomUUID } from 'node:crypto';
import { busConsumerOf, busSubjectsOf, exampleEvent } from '@muster/contracts';
import { MemorySubscriptionStore, natsOrganizationSource, subscribe } from '@muster/events';
import { JetStreamEventBus, type NatsLink } from '@muster/messaging-nats';
import { describeWithNats, until } from '@muster/testkit';
import { AckPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { GuardedBus } from './guarded-bus.ts';

const projectId = `project-test-${randomUUID()}`;
const [mine, theirs] = [`organization-test-${randomUUID()}`, `organization-test-${randomUUID()}`];
const subjectOf = (organizationId: string, event = 'activated') =>
  `muster.v1.${projectId}.${organizationId}.member.${event}`;

describeWithNats('the credentials of one organization', 'own', () => {
  let bus: GuardedBus;
  let link: NatsLink;
  let services: NatsConnection;
  let me: NatsConnection;
  let them: NatsConnection;

  /** What a connection hears of a subject while something is done. */
  const heard = async (connection: NatsConnection, subject: string, work: () => Promise<unknown>) => {
    const bodies: string[] = [];
    const subscription = connection.subscribe(subject, {
      callback: (error, message) => void bodies.push(error ? `refused` : message.string()),
    });
    await connection.flush().catch(() => undefined);
    await work();
    // Another way round would have come through by now.
    await services.flush();
    await connection.flush();
    await new Promise((resolve) => setTimeout(resolve, 200));
    subscription.unsubscribe();
    return bodies;
  };
  const both = async () => {
    await bus.publish(subjectOf(mine), 'mine');
    await bus.publish(subjectOf(theirs), 'theirs');
  };
  const asked = (connection: NatsConnection, subject: string, body: object | string = '') =>
    connection
      .request(subject, typeof body === 'string' ? body : JSON.stringify(body), { timeout: 400 })
      .then(
        (answer) => answer.string(),
        (error: Error) => `none: ${error.name}`,
      );
  const consumerOf = (connection: NatsConnection, organizationId: string) => {
    const name = busConsumerOf(organizationId);
    const config = { ack_policy: AckPolicy.All, durable_name: name };
    const info = { stream_name: bus.stream, name, config };
    return jetstream(connection).consumers.getConsumerFromInfo(info as never);
  };
  const pull = async (connection: NatsConnection, organizationId: string): Promise<readonly string[]> => {
    const consumer = consumerOf(connection, organizationId);
    const got: string[] = [];
    for await (const message of await consumer.fetch({ max_messages: 100, expires: 1_000 })) {
      got.push(`${message.subject} ${message.string()}`);
      message.ack();
    }
    return got;
  };
  const messages = async () =>
    (await (await jetstreamManager(services)).streams.info(bus.stream)).state.messages;

  beforeAll(async () => {
    bus = await GuardedBus.start(projectId, [mine, theirs]);
    link = await bus.link();
    await new JetStreamEventBus({ link, projectId, organizations: [mine, theirs] }).end();
    [services, me, them] = [await bus.as('muster'), await bus.as(mine), await bus.as(theirs)];
    await both();
  }, 60_000);
  afterAll(async () => {
    await link?.close();
    await bus?.stop();
  });

  it('E33: give its own events as they happen', async () => {
    expect(await heard(me, subjectOf(mine), both)).toEqual(['mine']);
    expect(await heard(them, `muster.v1.${projectId}.${theirs}.>`, both)).toEqual(['theirs']);
  });

  it('E33: give its own events that the bus keeps, and take the acknowledgement', async () => {
    const got = await pull(me, mine);
    expect(got.length).toBeGreaterThan(0);
    expect([...new Set(got)]).toEqual([`${subjectOf(mine)} mine`]);
    const manager = await jetstreamManager(services);
    await until('the acknowledgement', async () => {
      const { num_ack_pending } = await manager.consumers.info(bus.stream, busConsumerOf(mine));
      return num_ack_pending === 0 ? true : undefined;
    });
  });

  it.each([
    ['everything', '>'],
    ['the other’s subjects', `muster.v1.${projectId}.${theirs}.>`],
    ['a wildcard in place of the organization', busSubjectsOf(projectId)],
    ['questions between services', 'muster.request.>'],
    ['every inbox', '_INBOX.>'],
    ['what JetStream delivers and is told', '$JS.>'],
    ['the system', '$SYS.>'],
  ])('security: subscribing to %s shows nothing of another', async (_, subject) => {
    const manager = await jetstreamManager(services);
    const bodies = await heard(me, subject, async () => {
      await both();
      await manager.streams.info(bus.stream);
      await pull(them, theirs);
      services.publish(`muster.request.${projectId}.session.resolve`, 'secret question');
    });
    expect(bodies.filter((body) => body !== 'mine' && body !== 'refused')).toEqual([]);
  });

  it.each([
    ['the other’s consumer', (subject: string) => `${subject}.${theirs}`, '$JS.API.CONSUMER.MSG.NEXT.'],
    ['a consumer of any name', (subject: string) => `${subject}.*`, '$JS.API.CONSUMER.MSG.NEXT.'],
  ])('security: asking for the next message of %s gives none', async (_, named, api) => {
    await both();
    const answer = await asked(me, named(`${api}${bus.stream}`), { batch: 1, no_wait: true });
    expect(answer).toMatch(/^none: /);
  });

  it.each([
    ['any filter', `$JS.API.CONSUMER.CREATE.`, () => ({ filter_subject: subjectOf(theirs) })],
    ['a name of its own', `$JS.API.CONSUMER.DURABLE.CREATE.`, () => ({ durable_name: 'spy' })],
    [
      'a filter in the subject',
      '$JS.API.CONSUMER.CREATE.',
      () => ({ durable_name: 'spy', filter_subject: subjectOf(theirs), deliver_subject: 'spied' }),
    ],
  ])('security: creating a consumer with %s makes none', async (_, api, config) => {
    const manager = await jetstreamManager(services);
    const before = (await manager.consumers.list(bus.stream).next()).map(({ name }) => name);
    const body = { stream_name: bus.stream, config: { ack_policy: 'none', ...config() } };
    for (const suffix of ['', '.spy', `.spy.${subjectOf(theirs)}`])
      expect(await asked(me, `${api}${bus.stream}${suffix}`, body)).toMatch(/^none: |error/);
    expect((await manager.consumers.list(bus.stream).next()).map(({ name }) => name)).toEqual(before);
  });

  it.each([
    ['getting a message', 'STREAM.MSG.GET', { seq: 1 }],
    ['getting the last message of the other', 'STREAM.MSG.GET', { last_by_subj: subjectOf(theirs) }],
    ['getting a message directly', 'DIRECT.GET', { seq: 1 }],
    ['asking about the stream', 'STREAM.INFO', { subjects_filter: '>' }],
    ['deleting a message', 'STREAM.MSG.DELETE', { seq: 1 }],
    ['emptying the stream', 'STREAM.PURGE', {}],
    ['deleting the stream', 'STREAM.DELETE', {}],
    ['listing consumers', 'CONSUMER.NAMES', {}],
  ])('security: %s tells and changes nothing', async (_, api, body) => {
    const before = await messages();
    const answer = await asked(me, `$JS.API.${api}.${bus.stream}`, body);
    expect(answer).toMatch(/^none: |JetStream not enabled for account/);
    expect(answer).not.toContain(theirs);
    expect(await messages()).toBe(before);
  });

  it('security: listing streams tells of none', async () => {
    expect(await asked(me, '$JS.API.STREAM.NAMES')).not.toContain(bus.stream);
  });

  it('security: acknowledging for the other moves nothing of theirs', async () => {
    await pull(them, theirs);
    await both();
    const manager = await jetstreamManager(services);
    const pending = async () =>
      (await manager.consumers.info(bus.stream, busConsumerOf(theirs))).num_ack_pending;
    const taken = await consumerOf(them, theirs).next({ expires: 2_000 });
    const { reply } = taken as unknown as { readonly reply: string };
    me.publish(reply, '');
    await me.flush();
    await services.flush();
    expect(await pending()).toBe(1);
    taken!.ack();
    await until('their own acknowledgement', async () => ((await pending()) === 0 ? true : undefined));
  });

  it('security: an event forged on the other’s subject reaches neither them nor the stream', async () => {
    const before = await messages();
    const bodies = await heard(them, `muster.v1.${projectId}.>`, async () => {
      me.publish(subjectOf(theirs, 'deleted'), 'forged');
      me.publish(subjectOf(mine, 'deleted'), 'forged');
      await me.flush();
    });
    expect([bodies, await messages()]).toEqual([[], before]);
  });

  it('security: a message asked for in the other’s name, by a reply subject, stays with who asked', async () => {
    await bus.publish(subjectOf(mine), 'mine');
    const before = await messages();
    const bodies = await heard(them, '>', async () => {
      const ask = JSON.stringify({ batch: 10, no_wait: true });
      for (const reply of [subjectOf(theirs), `muster.request.${projectId}.session.resolve`])
        me.publish(`$JS.API.CONSUMER.MSG.NEXT.${bus.stream}.${mine}`, ask, { reply });
      await me.flush();
    });
    expect([bodies, await messages()]).toEqual([[], before]);
  });

  it('security: a question to a service is heard by none', async () => {
    const bodies = await heard(services, 'muster.request.>', async () => {
      me.publish(`muster.request.${projectId}.session.resolve`, '{}');
      await me.flush();
    });
    expect(bodies).toEqual([]);
  });

  it('E33: feed a subscription, with nothing but what they may hear', async () => {
    const event = {
      ...exampleEvent('muster.member.activated.v1'),
      organizationid: mine,
      projectid: projectId,
    };
    await pull(me, mine);
    await bus.publish(subjectOf(mine), JSON.stringify({ ...event, position: String(bus.next) }));
    const handled: unknown[] = [];
    const subscription = subscribe({
      source: natsOrganizationSource({ connection: me, projectId, organizationId: mine }),
      name: 'own',
      store: new MemorySubscriptionStore(),
      from: 'kept',
      types: ['muster.member.activated.v1'],
      handler: ({ organizationid, data }) => void handled.push([organizationid, data.status]),
    });
    await until('the event', async () => (handled.length > 0 ? true : undefined));
    await subscription.close();
    expect(handled).toEqual([[mine, 'active']]);
  });

  it('E31: its consumer is kept again after the stream was lost', async () => {
    const manager = await jetstreamManager(services);
    const guarded = new JetStreamEventBus({ link, projectId, organizations: [mine, theirs] });
    await guarded.end();
    await manager.streams.delete(bus.stream);
    await guarded.end();
    await both();
    expect(await pull(me, mine)).toEqual([`${subjectOf(mine)} mine`]);
    expect(await pull(them, theirs)).toEqual([`${subjectOf(theirs)} theirs`]);
  });
});

describeWithNats('the credentials of a reader', 'own', () => {
  let bus: GuardedBus;
  let services: NatsConnection;
  let reader: NatsConnection;
  beforeAll(async () => {
    bus = await GuardedBus.start(projectId, [mine]);
    const link = await bus.link();
    await new JetStreamEventBus({ link, projectId }).end();
    await link.close();
    services = await bus.as('muster');
    reader = await bus.as('reader', '_INBOX_reader');
    await bus.publish(subjectOf(mine), 'mine');
  }, 60_000);
  afterAll(() => bus?.stop());

  it('give the events of every organization', async () => {
    const consumer = await jetstream(reader).consumers.get(bus.stream, {
      filter_subjects: busSubjectsOf(projectId),
    });
    expect((await consumer.next({ expires: 2_000 }))?.string()).toBe('mine');
  });

  it.each([
    ['publishing an event', () => subjectOf(mine)],
    ['asking a service', () => `muster.request.${projectId}.session.resolve`],
    ['emptying the stream', () => `$JS.API.STREAM.PURGE.${bus.stream}`],
    ['deleting the stream', () => `$JS.API.STREAM.DELETE.${bus.stream}`],
  ])('security: %s is refused', async (_, subject) => {
    const answers: string[] = [];
    services.subscribe('muster.request.>', {
      callback: (_error, message) => void answers.push(message.string()),
    });
    await services.flush();
    await reader.request(subject(), '{}', { timeout: 400 }).then(
      (answer) => answers.push(answer.string()),
      () => undefined,
    );
    const { state } = await (await jetstreamManager(services)).streams.info(bus.stream);
    expect([answers, state.messages]).toEqual([[], 1]);
  });

  it('security: the answers that others get are not heard', async () => {
    const bodies: string[] = [];
    reader.subscribe('_INBOX.>', {
      callback: (error, message) => void (error ?? bodies.push(message.string())),
    });
    await reader.flush().catch(() => undefined);
    await (await jetstreamManager(services)).streams.info(bus.stream);
    await reader.flush();
    expect(bodies).toEqual([]);
  });
});
