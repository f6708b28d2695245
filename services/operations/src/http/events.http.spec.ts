import { createHash, randomBytes } from 'node:crypto';
import { type AddressInfo, connect } from 'node:net';
import { builtInPolicy, publicEventTypes } from '@muster/contracts';
import {
  type EventLog,
  InMemoryEventLog,
  InMemoryKeyStore,
  InMemoryReadStore,
  ViewRegistry,
} from '@muster/eventsourcing';
import { organizationId, otherOrganizationId, projectId } from '@muster/eventsourcing/testing';
import {
  createLogger,
  createServiceApplication,
  InMemoryAnswerStore,
  InProcessTransport,
  Keyring,
  newIdIn,
  type Platform,
  systemClock,
} from '@muster/nest-kit';
import { until } from '@muster/testkit';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { OperationsModule, type OperationsParts } from '../app.module.ts';
import {
  append,
  countingReads,
  lockerEvents,
  opened,
  rented,
  returned,
  watchingWaits,
} from '../testing/lockers.ts';

const authorization = `Basic ${Buffer.from(`${projectId}:secret`).toString('base64')}`;
const streaming = { authorization, accept: 'text/event-stream' };

const platformOn = (log: EventLog, transport: InProcessTransport): Platform => ({
  config: {
    project: { projectId, environment: 'test', name: 'Muster' },
    secretHashes: [createHash('sha256').update('secret').digest('hex')],
    publicUrl: 'https://auth.acme.test',
    rbac: builtInPolicy,
  } as unknown as Platform['config'],
  log,
  keys: new InMemoryKeyStore(),
  store: new InMemoryReadStore(),
  views: new ViewRegistry(),
  answers: new InMemoryAnswerStore(),
  requester: transport,
  clock: systemClock,
  newId: newIdIn('test'),
  keyring: new Keyring(randomBytes(32)),
  logger: createLogger('silent'),
});

/** The feed needs nothing else of the process it runs in. */
const feedOnly = { publicEvents: [lockerEvents] } as unknown as OperationsParts;

const { log, reads } = countingReads(new InMemoryEventLog());
let application: NestFastifyApplication;
let url: string;

// oxlint-disable-next-line typescript/no-explicit-any -- tests reach into answers of any shape
const json = (answer: Response): Promise<any> => answer.json();
const get = async (query: string, headers: Record<string, string> = {}) => {
  const answer = await fetch(`${url}/v1/events${query}`, { headers: { authorization, ...headers } });
  return { status: answer.status, headers: answer.headers, body: await json(answer) };
};
/** Text of the stream until it holds this. */
const heard = async (response: Response, expected: string): Promise<string> => {
  let text = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (text.includes(expected)) return text;
  }
  return text;
};
const listen = async (on: EventLog): Promise<NestFastifyApplication> => {
  const transport = new InProcessTransport();
  const made = await createServiceApplication(
    OperationsModule.register(platformOn(on, transport), feedOnly),
    {
      environment: 'test',
      transport: transport.server(),
      logger: false,
    },
  );
  await made.listen(0, '127.0.0.1');
  return made;
};
const portOf = (of: NestFastifyApplication): number => (of.getHttpServer().address() as AddressInfo).port;

describe('GET /v1/events', () => {
  beforeAll(async () => {
    application = await listen(log);
    url = `http://127.0.0.1:${portOf(application)}`;
    await append(log, [rented('m1'), opened(), returned()]);
    await append(log, [rented('m2')], { organizationId: otherOrganizationId });
  });
  afterAll(() => application?.close());

  it('E34: answers with events, where to go on, the head and the log they belong to', async () => {
    const { status, body } = await get('?limit=2');
    expect(status).toBe(200);
    expect(body).toMatchObject({ next: 3, head: 4, log_id: log.logId, status_code: 200 });
    expect(body.events.map(({ id }: { id: string }) => id)).toEqual([`${log.logId}:1`, `${log.logId}:3`]);
  });

  it.each([
    ['?types=muster.organization.renamed.v1', ['3']],
    ['?types=muster.organization.*', ['1', '3', '4']],
    ['?types=muster.organization.renamed.v1,muster.organization.steward-added.v1&after=1', ['3', '4']],
    [`?organization=${otherOrganizationId}`, ['4']],
    [`?organization=${organizationId}&after=1`, ['3']],
    ['?after=4', []],
  ])('E34: %s gives just that', async (query, expected) => {
    const { body } = await get(query);
    expect(body.events.map(({ position }: { position: string }) => position)).toEqual(expected);
    expect(body.next).toBe(4);
  });

  it.each([
    ['?after=5', '/after', 'is beyond the head of this log, 4'],
    ['?after=-1', '/after', 'must be a position: 0, or that of an event'],
    ['?after=1e3', '/after', 'must be a position: 0, or that of an event'],
    ['?after=', '/after', 'must be a position: 0, or that of an event'],
    ['?after=99999999999999999999', '/after', 'must be a position: 0, or that of an event'],
    ['?after=1&after=2', '/after', 'must be a position: 0, or that of an event'],
    ['?types=muster.organization.*,nope', '/types/1', 'no type of event has this name, or begins like it'],
    ['?types=', '/types/0', 'no type of event has this name, or begins like it'],
    ['?organization=acme', '/organization', 'must be the id of an organization'],
    ['?limit=0', '/limit', 'must be from 1 to 1000'],
    ['?limit=1001', '/limit', 'must be from 1 to 1000'],
    ['?wait=31', '/wait', 'must be from 0 to 30'],
    ['?wait=a', '/wait', 'must be a whole number of seconds from 0 to 30'],
    ['?from=1', '/from', 'property from should not exist'],
  ])('refuses %s, and says where', async (query, pointer, message) => {
    const { status, body } = await get(query);
    expect([status, body.error_type, body.errors]).toEqual([400, 'bad_request', [{ pointer, message }]]);
  });

  it('E34: waits for the next event where it is asked to', async () => {
    const waiting = get('?after=4&wait=30');
    await append(log, [returned()]);
    expect((await waiting).body).toMatchObject({ events: [{ position: '5' }], next: 5, head: 5 });
  });

  it('E34: streams with Accept: text/event-stream, from Last-Event-ID rather than from after', async () => {
    const caller = new AbortController();
    const headers = { ...streaming, 'last-event-id': '4' };
    const response = await fetch(`${url}/v1/events?after=0`, { headers, signal: caller.signal });
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const text = await heard(response, 'id: 5');
    expect(text).toMatch(/^retry: 1000\n\nid: 5\ndata: \{"specversion":"1.0",.*"position":"5",.*\}\n\n$/);
    caller.abort();
  });

  it.each([
    ['', { 'last-event-id': '6' }, 'Last-Event-ID or /after', 'is beyond the head of this log, 5'],
    ['', { 'last-event-id': 'x' }, 'Last-Event-ID', 'must be the position of an event'],
    ['?limit=5', {}, '/limit', 'a stream has no end'],
    ['?wait=5', {}, '/wait', 'a stream has no end'],
  ])('refuses to stream%s %p', async (query, headers, pointer, message) => {
    const { status, body } = await get(query, { ...streaming, ...(headers as Record<string, string>) });
    expect([status, body.errors]).toEqual([400, [{ pointer, message }]]);
  });
});

describe('a subscriber that stops reading', () => {
  afterEach(() => application?.close());

  it('E35: has little in memory, slows nobody, and gets everything once it goes on', async () => {
    application = await listen(log);
    const before = await log.head();
    // 20 MB of events: far more than sockets hold.
    for (let n = 0; n < 40; n++)
      await append(
        log,
        Array.from({ length: 1_000 }, () => rented('m')),
      );
    const socket = connect(portOf(application), '127.0.0.1');
    socket.pause();
    const head = [`GET /v1/events?after=${before} HTTP/1.1`, 'host: x', `authorization: ${authorization}`];
    socket.write([...head, 'accept: text/event-stream', '', ''].join('\r\n'));
    reads.count = 0;
    let seen = -1;
    // Until it has come to a stop: as much was read between two looks as nothing.
    await until('the stream to stop', async () => {
      const stopped = reads.count > 0 && reads.count === seen;
      seen = reads.count;
      await append(log, [opened()]);
      return stopped || undefined;
    });
    expect(reads.count).toBeLessThan(200);
    let last = 0;
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text = (text + chunk).slice(-200_000);
      for (const [, id] of text.matchAll(/\nid: (\d+)\n/g)) last = Math.max(last, Number(id));
    });
    socket.resume();
    await until('the last event', async () => (last >= before + 40_000 ? true : undefined));
    socket.destroy();
  }, 30_000);

  it('E35: leaves nothing behind when it goes', async () => {
    const { watched, waiting } = watchingWaits(log);
    application = await listen(watched);
    const caller = new AbortController();
    const at = `http://127.0.0.1:${portOf(application)}/v1/events?after=${await log.head()}`;
    const { signal } = caller;
    const stream = await fetch(at, { headers: streaming, signal });
    const poll = fetch(`${at}&wait=30`, { headers: { authorization }, signal }).catch(() => 'gone');
    await until('both to wait', async () => (waiting.count === 2 ? true : undefined));
    caller.abort();
    expect(await poll).toBe('gone');
    await until('nobody to wait', async () => (waiting.count === 0 ? true : undefined));
    expect(stream.status).toBe(200);
  });

  it('ends when the server does: a stream closes, a poll is answered', async () => {
    const { watched, waiting } = watchingWaits(log);
    application = await listen(watched);
    const at = `http://127.0.0.1:${portOf(application)}/v1/events?after=${await log.head()}`;
    const stream = await fetch(at, { headers: streaming });
    const poll = fetch(`${at}&wait=30`, { headers: { authorization } });
    const ending = heard(stream, 'never');
    await until('both to wait', async () => (waiting.count === 2 ? true : undefined));
    await application.close();
    expect(await ending).toBe('retry: 1000\n\n');
    expect(await json(await poll)).toMatchObject({ events: [] });
  });
});

describe('GET /v1/events/schemas', () => {
  beforeAll(async () => {
    application = await listen(log);
    url = `http://127.0.0.1:${portOf(application)}`;
  });
  afterAll(() => application?.close());

  it('E32: names every type and where its schema is, to anybody', async () => {
    const { types } = await json(await fetch(`${url}/v1/events/schemas`));
    expect(types.map(({ type }: { type: string }) => type)).toEqual(Object.keys(publicEventTypes));
    expect(types[0]).toEqual({
      type: 'muster.organization.created.v1',
      description: 'A customer of the application exists.',
      dataschema: 'https://auth.acme.test/v1/events/schemas/muster.organization.created.v1',
    });
  });

  it('E32: gives the schema that the data of an event of that type meets', async () => {
    const [event] = (await get('?limit=1')).body.events;
    const path = new URL(event.dataschema).pathname;
    const answer = await fetch(`${url}${path}`);
    expect(answer.headers.get('content-type')).toBe('application/schema+json; charset=utf-8');
    const schema = await json(answer);
    expect(schema.$id).toBe(event.dataschema);
    const valid = new Ajv2020().compile(schema);
    expect(
      valid({ ...event.data, member_id: `member-test-${'0'.repeat(8)}-0000-7000-8000-000000000001` }),
    ).toBe(true);
  });

  it('does not know other types', async () => {
    const answer = await fetch(`${url}/v1/events/schemas/muster.member.painted.v1`);
    const { error_type } = await json(answer);
    expect([answer.status, error_type]).toEqual([404, 'event_type_not_found']);
  });
});
