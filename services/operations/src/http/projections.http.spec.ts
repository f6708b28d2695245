import { createHash, randomBytes } from 'node:crypto';
import { builtInPolicy } from '@muster/contracts';
import {
  InMemoryEventLog,
  InMemoryKeyStore,
  InMemoryReadStore,
  InProcessViewBuilder,
  View,
  ViewOperator,
  ViewRegistry,
  type ViewReport,
} from '@muster/eventsourcing';
import {
  doorCodec,
  doorView,
  openDoor,
  openDoorOfUnknownType,
  projectId,
} from '@muster/eventsourcing/testing';
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
import { OperationsModule, type OperationsParts } from '../app.module.ts';

const log = new InMemoryEventLog();
const store = new InMemoryReadStore();
const registry = new ViewRegistry();
const doors = registry.register(new View(doorView, { log, store, codec: doorCodec() }));
const views = new ViewOperator({
  views: registry,
  builder: new InProcessViewBuilder(registry),
  clock: systemClock,
});
const authorization = `Basic ${Buffer.from(`${projectId}:secret`).toString('base64')}`;
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
  store,
  views: registry,
  answers: new InMemoryAnswerStore(),
  requester: transport,
  clock: systemClock,
  newId: newIdIn('test'),
  keyring: new Keyring(randomBytes(32)),
  logger: createLogger('silent'),
};

let application: NestFastifyApplication;
const call = async (method: 'GET' | 'POST', path: string, payload?: object) => {
  const url = `/v1/projections${path}`;
  const headers = { authorization };
  const response = await application.inject({ method, url, headers, ...(payload ? { payload } : {}) });
  return { status: response.statusCode, body: response.json() };
};
const post = (operation: string, payload?: object) => call('POST', `/doors/${operation}`, payload);
/** The view once this can be said of it. */
const once = (what: string, holds: (projection: ViewReport) => boolean) =>
  until(what, async () => {
    const { projection } = (await call('GET', '/doors')).body;
    return holds(projection) ? projection : undefined;
  });
const shadowIn = (state: string) =>
  once(`a shadow that is ${state}`, ({ shadow }) => shadow?.state === state);

describe('read models over HTTP', () => {
  beforeAll(async () => {
    application = await createServiceApplication(
      OperationsModule.register(platform, { publicEvents: [], views } as unknown as OperationsParts),
      { environment: 'test', transport: transport.server(), logger: false },
    );
    for (const door of ['north', 'south', 'west']) await openDoor(log, door, {}, {});
    doors.start();
    await views.start();
    await doors.waitFor(6, 5_000);
  });
  afterAll(async () => {
    await application?.close();
    await views.stop();
    await doors.stop();
  });

  it('are listed, with all that an operator asks first', async () => {
    const { status, body } = await call('GET', '');
    expect([status, body.projections]).toEqual([
      200,
      [
        {
          name: 'doors',
          version: 1,
          live: 'a',
          position: 6,
          head: 6,
          lag: 0,
          state: 'running',
          events_per_second: expect.any(Number),
          parked: [],
          error: null,
          shadow: null,
          verification: null,
        },
      ],
    ]);
  });

  it.each([
    ['GET', '/gates', undefined, 404, 'projection_not_found'],
    ['POST', '/gates/rebuild', undefined, 404, 'projection_not_found'],
    ['POST', '/doors/swap', undefined, 409, 'projection_has_no_shadow'],
    ['POST', '/doors/cancel', undefined, 409, 'projection_has_no_shadow'],
    ['POST', '/doors/verify', { as_of: 7 }, 400, 'position_ahead'],
    ['POST', '/doors/verify', { as_of: 0 }, 400, 'bad_request'],
    ['POST', '/doors/verify', { asof: 3 }, 400, 'bad_request'],
    ['POST', '/doors/rebuild', { dry_run: 'yes' }, 400, 'bad_request'],
    ['POST', '/doors/cancel', { dry_run: true }, 400, 'bad_request'],
    ['POST', '/doors/release', {}, 400, 'bad_request'],
    ['POST', '/doors/release', { stream: `door-${projectId}.north` }, 404, 'stream_not_parked'],
  ] as const)('refuse what cannot be: %s %s %j is %i %s', async (method, path, payload, status, type) => {
    const answer = await call(method, path, payload);
    expect([answer.status, answer.body.error_type]).toEqual([status, type]);
  });

  it('say in words why not', async () => {
    const { body } = await post('swap');
    expect(body.reasons).toEqual([
      {
        code: 'projection_has_no_shadow',
        message: 'view doors has no shadow: rebuild it first',
        details: {},
      },
    ]);
  });

  it('E23: are built beside, compared, exchanged and rolled back', async () => {
    const plan = { name: 'doors', version: 1, live: 'a', slot: 'b', drops: null, from: 0, head: 6 };
    const planned = await post('rebuild', { dry_run: true });
    expect(planned.body.rebuild).toEqual({ ...plan, dry_run: true });
    expect((await call('GET', '/doors')).body.projection.shadow).toBeNull();

    expect((await post('rebuild')).body.rebuild).toEqual({ ...plan, dry_run: false });
    await shadowIn('following');
    expect((await post('verify')).body.projection.verification).toMatchObject({
      against: 'shadow',
      as_of: null,
    });
    const { verification } = await once('a verdict', (view) => view.verification?.state === 'done');
    expect(verification).toMatchObject({ equal: true, difference: null, error: null });

    const swap = { name: 'doors', version: 1, from: 'a', to: 'b', positions: { from: 6, to: 6 }, head: 6 };
    const verified = { equal: true, difference: null, position: 6 };
    expect((await post('swap', { dry_run: true })).body.swap).toEqual({ ...swap, dry_run: true, verified });
    expect((await post('swap')).body.swap).toEqual({ ...swap, dry_run: false, verified });
    expect(await shadowIn('previous')).toMatchObject({ live: 'b', shadow: { slot: 'a' } });
    await post('swap');
    expect(await shadowIn('previous')).toMatchObject({ live: 'a', shadow: { slot: 'b' } });
    expect((await post('cancel')).body.projection.shadow).toBeNull();
  });

  it('E22: tell what is parked, and still wait where it was not mended', async () => {
    const position = await openDoorOfUnknownType(log, 'north');
    const stream = `door-${projectId}.north`;
    const { parked } = await once('a parked stream', (view) => view.parked.length === 1);
    expect(parked).toEqual([{ stream, position, error: expect.stringContaining('door.Painted') }]);
    const { status, body } = await post('release', { stream });
    expect([status, body.release]).toMatchObject([
      200,
      { name: 'doors', stream, free: false, parked: [{ stream }] },
    ]);
  });
});
