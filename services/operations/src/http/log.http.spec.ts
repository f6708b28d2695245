import { createHash, randomBytes } from 'node:crypto';
import { builtInPolicy } from '@muster/contracts';
import {
  InMemoryEventLog,
  InMemoryKeyStore,
  InMemoryReadStore,
  type ParkedStream,
  type ViewOperations,
  ViewRegistry,
  type ViewReport,
} from '@muster/eventsourcing';
import { projectId } from '@muster/eventsourcing/testing';
import {
  createLogger,
  createServiceApplication,
  InMemoryAnswerStore,
  InProcessTransport,
  Keyring,
  newIdIn,
  type Platform,
} from '@muster/nest-kit';
import { until } from '@muster/testkit';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { OperationsModule, type OperationsParts } from '../app.module.ts';
import type { AgeRequest, LogWork, Relay } from '../application/ports.ts';
import { append, lockerEvents, rented } from '../testing/lockers.ts';

const now = '2026-11-24T09:00:00.000Z';
const log = new InMemoryEventLog();
const authorization = `Basic ${Buffer.from(`${projectId}:secret`).toString('base64')}`;

const amount = { streams: 1, events: 2, bytes: 3 };
const asked: AgeRequest[] = [];
let heldBack: Promise<void> = Promise.resolve();
const work: LogWork = {
  verify: async ({ onProgress }) => {
    await heldBack;
    return log.verify(onProgress);
  },
  count: async () => ({
    logId: log.logId,
    head: 1,
    commits: 1,
    total: { ...amount, aged: 0 },
    categories: { emailLink: { ...amount, aged: 0 } },
    firstRecordedAt: now,
    lastRecordedAt: now,
    fileBytes: null,
  }),
  age: async (request) => {
    asked.push(request);
    const { dryRun } = request;
    return {
      dryRun,
      before: now,
      looked: 1,
      total: amount,
      categories: { login: amount },
      keys: 1,
      interrupted: false,
    };
  },
};

let copies: readonly Partial<ViewReport>[] = [];
const views = { list: async () => copies } as unknown as ViewOperations;
const parkedAt = (position: number): ParkedStream => ({
  stream: `locker-${projectId}.x`,
  position,
  error: 'poison',
});

const transport = new InProcessTransport();
const platform: Platform = {
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
  clock: () => now,
  newId: newIdIn('test'),
  keyring: new Keyring(randomBytes(32)),
  logger: createLogger('silent'),
};

const calls: string[] = [];
let relayed: Relay['status'] = { state: 'relaying', position: 1, problem: undefined };
const relay: Relay = {
  get status() {
    return relayed;
  },
  lag: async () => (await log.head()) - relayed.position,
  start: () => void calls.push('started'),
  stop: async () => void calls.push('stopped'),
};
const partsWith = (feeds: Relay | undefined): OperationsParts => ({
  publicEvents: [lockerEvents],
  views,
  logWork: work,
  files: () => [{ name: 'log.db', bytes: 4_096 }],
  relay: feeds,
});
const applicationOn = (on: Platform, feeds: Relay | undefined) =>
  createServiceApplication(OperationsModule.register(on, partsWith(feeds)), {
    environment: 'test',
    transport: new InProcessTransport().server(),
    logger: false,
  });

let application: NestFastifyApplication;
const call = async (method: 'GET' | 'POST', path: string, payload?: object) => {
  const response = await application.inject({
    method,
    url: `/v1/log${path}`,
    headers: { authorization },
    ...(payload ? { payload } : {}),
  });
  return { status: response.statusCode, body: response.json() };
};
const ended = (task: 'verification' | 'count' | 'ageing') =>
  until('the work to end', async () => {
    const { body } = await call('GET', '');
    return body.log[task]?.state === 'running' ? undefined : body.log[task];
  });

describe('the log over HTTP', () => {
  beforeAll(async () => {
    application = await applicationOn(platform, relay);
    await append(log, [rented('member-a')]);
  });
  afterAll(() => application?.close());
  beforeEach(() => {
    copies = [];
    asked.length = 0;
    heldBack = Promise.resolve();
  });

  it('says what it is, and what has been done with it since the process began', async () => {
    const { status, body } = await call('GET', '');
    expect(status).toBe(200);
    expect(body.log).toEqual({
      log_id: log.logId,
      head: 1,
      durability: 'memory',
      files: [{ name: 'log.db', bytes: 4_096 }],
      relay: { state: 'relaying', position: 1, lag: 0, problem: null },
      verification: null,
      count: null,
      ageing: null,
    });
  });

  it('E30: says how far the bus is behind, and what stands in the way', async () => {
    await append(log, [rented('member-z')]);
    relayed = { state: 'failing', position: 1, problem: 'unknown event type locker.LockerPainted' };
    expect((await call('GET', '')).body.log.relay).toEqual({
      state: 'failing',
      position: 1,
      lag: 1,
      problem: 'unknown event type locker.LockerPainted',
    });
  });

  it('E4: is verified beside the requests: answered at once, then asked after; one at a time', async () => {
    let letGo = (): void => undefined;
    heldBack = new Promise((resolve) => (letGo = resolve));
    const { body } = await call('POST', '/verify');
    expect(body.verification).toMatchObject({ state: 'running', started_at: now, result: null });
    expect(await call('POST', '/verify')).toMatchObject({ status: 409, body: { error_type: 'log_busy' } });
    letGo();
    expect(await ended('verification')).toMatchObject({
      state: 'done',
      result: { ok: true, commits: 2, events: 2, aged: 0, head: 2 },
      error: null,
    });
  });

  it('is counted by category', async () => {
    await call('POST', '/count');
    expect((await ended('count')).result).toMatchObject({
      log_id: log.logId,
      categories: [{ category: 'emailLink', streams: 1, events: 2, bytes: 3, aged: 0 }],
    });
  });

  it('E13: is aged only as far as every copy of every view has seen it', async () => {
    await append(log, [rented('member-b'), rented('member-c')]);
    const age = async () => {
      await call('POST', '/age', { older_than_days: 30 });
      await ended('ageing');
      return asked.at(-1)!.upTo;
    };
    expect(await age()).toBe(4);
    copies = [{ position: 2, parked: [], shadow: null }];
    expect(await age()).toBe(2);
    copies = [{ position: 4, parked: [parkedAt(3)], shadow: null }];
    expect(await age()).toBe(2);
    const shadow = { position: 1, parked: [] } as unknown as ViewReport['shadow'];
    copies = [{ position: 4, parked: [], shadow }];
    expect(await age()).toBe(1);
  });

  it('E13: is aged in the name of who asks; a dry run stays one', async () => {
    await call('POST', '/age', { older_than_days: 30, dry_run: true });
    expect((await ended('ageing')).result).toMatchObject({
      dry_run: true,
      categories: [{ category: 'login', streams: 1, events: 2, bytes: 3 }],
    });
    expect(asked).toEqual([{ olderThanDays: 30, dryRun: true, upTo: 4, now, actor: `project:${projectId}` }]);
  });

  it.each([
    ['/age', {}, '/older_than_days'],
    ['/age', { older_than_days: 6 }, '/older_than_days'],
    ['/age', { older_than_days: 30, dryrun: true }, '/dryrun'],
    ['/verify', { deeply: true }, '/deeply'],
  ])('refuses what it would not do: %s %j', async (path, payload, pointer) => {
    const { status, body } = await call('POST', path, payload);
    expect([status, body.error_type, body.errors[0].pointer]).toEqual([400, 'bad_request', pointer]);
    expect(asked).toEqual([]);
  });
});

describe('the bus', () => {
  const run = async (on: Platform, feeds: Relay | undefined) => {
    calls.length = 0;
    const made = await applicationOn(on, feeds);
    const answer = await made.inject({ method: 'GET', url: '/v1/log', headers: { authorization } });
    await made.close();
    return { calls: [...calls], relay: answer.json().log.relay };
  };

  it('E30: is fed for as long as the process runs', async () => {
    expect((await run(platform, relay)).calls).toEqual(['started', 'stopped']);
  });

  it('E25: is not fed under maintenance', async () => {
    expect((await run({ ...platform, maintenance: true }, relay)).calls).not.toContain('started');
  });

  it('is told of as none where there is none', async () => {
    expect(await run(platform, undefined)).toEqual({ calls: [], relay: null });
  });
});
