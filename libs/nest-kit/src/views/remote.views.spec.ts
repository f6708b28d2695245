import {
  InMemoryEventLog,
  InMemoryReadStore,
  InProcessViewBuilder,
  UnknownView,
  View,
  ViewOperator,
  ViewRegistry,
  type ViewReport,
} from '@muster/eventsourcing';
import { doorCodec, doorView, eventually, openDoor, projectId } from '@muster/eventsourcing/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { systemClock } from '../clock.ts';
import { createServiceApplication } from '../http/service-application.ts';
import { InProcessTransport } from '../requests/in-process.transport.ts';
import { RemoteViews } from './remote.views.ts';
import { ViewsModule } from './views.responder.ts';

const log = new InMemoryEventLog();
const transport = new InProcessTransport();
const applications: NestFastifyApplication[] = [];
const operators: ViewOperator[] = [];

/** A process that runs one view under a name of its own. */
const startProcess = async (service: 'organization' | 'session', name: string) => {
  const registry = new ViewRegistry();
  const store = new InMemoryReadStore();
  const view = registry.register(new View({ ...doorView, name }, { log, store, codec: doorCodec() }));
  const views = new ViewOperator({
    views: registry,
    builder: new InProcessViewBuilder(registry),
    clock: systemClock,
  });
  const module = ViewsModule.register(service, views);
  const options = { environment: 'test', transport: transport.server(), logger: false } as const;
  applications.push(await createServiceApplication(module, options));
  operators.push(views);
  view.start();
  await views.start();
  return view;
};

const origin = { requestId: 'r', correlationId: 'r', causationId: 'r' };
const remote = new RemoteViews({
  requester: transport,
  services: ['organization', 'session'],
  context: () => ({ projectId, actor: 'system:operations', ...origin }),
});
const following: { stop(): Promise<void> }[] = [];
beforeAll(async () => {
  for (let n = 0; n < 5; n++) await openDoor(log, `door-${n}`);
  following.push(await startProcess('organization', 'members'), await startProcess('session', 'sessions'));
}, 30_000);
afterAll(async () => {
  for (const application of applications) await application.close();
  for (const operator of operators) await operator.stop();
  for (const view of following) await view.stop();
});

const settled = async (name: string, is: (report: ViewReport) => boolean): Promise<ViewReport> => {
  await eventually(async () => is(await remote.get(name)));
  return remote.get(name);
};

describe('the views of other processes', () => {
  it('are listed together, in order of their names', async () => {
    expect((await remote.list()).map(({ name }) => name)).toEqual(['members', 'sessions']);
  });

  it('E23: are rebuilt, verified and swapped where they run', async () => {
    expect(await remote.rebuild('sessions', { dryRun: true })).toMatchObject({ dryRun: true, slot: 'b' });
    expect(await remote.rebuild('sessions')).toMatchObject({ dryRun: false, slot: 'b' });
    await settled('sessions', ({ shadow }) => shadow?.state === 'following');
    await remote.verify('sessions');
    const { verification } = await settled('sessions', (report) => report.verification?.state === 'done');
    expect(verification).toMatchObject({ equal: true, against: 'shadow' });
    expect(await remote.swap('sessions')).toMatchObject({ from: 'a', to: 'b' });
    expect([(await remote.get('sessions')).live, (await remote.get('members')).live]).toEqual(['b', 'a']);
    expect((await remote.cancel('sessions')).shadow).toBeNull();
  });

  it('refuse as they refuse at home, by the code of the wire', async () => {
    await expect(remote.swap('members')).rejects.toMatchObject({
      code: 'projection_has_no_shadow',
      details: { reasons: [{ code: 'projection_has_no_shadow' }] },
    });
    expect(await remote.release('members', 'door-1')).toMatchObject({ stream: 'door-1', free: true });
  });

  it('are unknown where no process runs one of that name', async () => {
    await expect(remote.rebuild('doors')).rejects.toThrow(UnknownView);
    await expect(remote.get('doors')).rejects.toThrow(UnknownView);
  });

  it('are not told in part: a process that does not answer is an error', async () => {
    const more = new RemoteViews({
      requester: transport,
      services: ['organization', 'identity'],
      context: () => ({ projectId, actor: 'system:operations', ...origin }),
    });
    await expect(more.list()).rejects.toThrow('identity');
  });
});
