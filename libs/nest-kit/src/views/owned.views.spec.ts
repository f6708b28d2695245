import {
  InMemoryEventLog,
  InMemoryReadStore,
  InProcessViewBuilder,
  Lease,
  View,
  type ViewOperations,
  ViewOperator,
  ViewRegistry,
} from '@muster/eventsourcing';
import { doorCodec, doorView, eventually, openDoor, projectId } from '@muster/eventsourcing/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { systemClock } from '../clock.ts';
import { createServiceApplication } from '../http/service-application.ts';
import { InProcessTransport } from '../requests/in-process.transport.ts';
import { OwnedViews } from './owned.views.ts';
import { RemoteViews } from './remote.views.ts';
import { ViewsModule } from './views.responder.ts';

const service = 'organization';
const name = doorView.name;

/** Processes of one service, which share log and read store, ask one another, and whose lease moves as a test says. */
const deployment = async () => {
  const log = new InMemoryEventLog();
  const store = new InMemoryReadStore();
  const transport = new InProcessTransport();
  const applications: NestFastifyApplication[] = [];
  const stops: (() => Promise<void>)[] = [];
  const failures: unknown[] = [];
  let passed = 0;
  for (let n = 0; n < 5; n++) await openDoor(log, `door-${n}`);
  const at = (process: string): ViewOperations =>
    new RemoteViews({
      requester: transport,
      services: [service],
      process,
      context: () => ({
        projectId,
        actor: 'system:operations',
        requestId: 'r',
        correlationId: 'r',
        causationId: 'r',
      }),
    });

  const start = async (holder: string) => {
    const registry = new ViewRegistry();
    const view = registry.register(
      new View(doorView, { log, store, codec: doorCodec() }, { checkMilliseconds: 5 }),
    );
    const builder = new InProcessViewBuilder(registry);
    const operator = new ViewOperator({ views: registry, builder, clock: systemClock });
    const lease = new Lease({ name: service, holder, store, now: () => passed });
    const onFailure = (error: unknown) => failures.push(error);
    const often = { everyMilliseconds: 5, patienceMilliseconds: 1_000 };
    const views = new OwnedViews({ lease, operator, at, onFailure, ...often });
    const application = await createServiceApplication(ViewsModule.registerOwned(service, holder, views), {
      environment: 'test',
      transport: transport.server(),
      logger: false,
    });
    applications.push(application);
    view.start();
    views.start();
    await lease.look();
    /** As a process that is killed: nothing is given back. */
    const die = async () => {
      await application.close();
      await views.stop();
      await view.stop();
    };
    stops.push(die);
    return { view, lease, views, operator, die };
  };
  return {
    log,
    store,
    start,
    failures,
    pass: (milliseconds: number) => (passed += milliseconds),
    stop: async () => {
      for (const stop of stops) await stop();
    },
  };
};

const running: { stop(): Promise<void> }[] = [];
const deployed = async () => {
  const made = await deployment();
  running.push(made);
  const first = await made.start('first');
  const second = await made.start('second');
  return { ...made, first, second };
};
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
}, 30_000);

const settled = (views: ViewOperations, state: 'following' | 'previous') =>
  eventually(async () => (await views.get(name)).shadow?.state === state);

describe('views that several processes keep up', () => {
  it('are one truth, whichever process is asked', async () => {
    const { first, second } = await deployed();
    const [one, other] = [first.views.anywhere, second.views.anywhere];
    expect([first.lease.isHeld, second.lease.isHeld]).toEqual([true, false]);
    expect(await other.rebuild(name)).toMatchObject({ slot: 'b', live: 'a', dryRun: false });
    await settled(one, 'following');
    expect((await other.get(name)).shadow).toMatchObject({ state: 'following', position: 5 });
    await one.verify(name);
    await eventually(async () => (await other.get(name)).verification?.state === 'done');
    expect((await other.get(name)).verification).toEqual((await one.get(name)).verification);
    expect(await other.swap(name)).toMatchObject({ from: 'a', to: 'b', verified: { equal: true } });
    expect([(await one.get(name)).live, (await other.get(name)).live]).toEqual(['b', 'b']);
    expect((await other.list()).map((view) => view.name)).toEqual([name]);
    expect(await other.release(name, 'door-1')).toMatchObject({ stream: 'door-1', free: true });
    expect((await other.cancel(name)).shadow).toBeNull();
    await expect(other.swap(name)).rejects.toMatchObject({ code: 'projection_has_no_shadow' });
  });

  it('are built by one of them: the other leaves the shadow, and after a swap the previous copy, to it', async () => {
    const { log, first, second } = await deployed();
    await second.views.anywhere.rebuild(name);
    await settled(first.views.anywhere, 'following');
    expect(second.view.follower('b').status).toBe('stopped');
    await first.views.anywhere.swap(name);
    // Nobody has read there: it is followed all the same.
    await eventually(() => second.view.follower('b').status === 'running');
    await eventually(() => second.view.follower('a').status === 'stopped');
    expect(first.view.follower('a').status).toBe('running');
    await openDoor(log, 'door-late');
    await eventually(() => first.view.follower('a').position === 6);
    expect(await second.views.anywhere.swap(name)).toMatchObject({ from: 'b', to: 'a' });
  });

  it('E23: are swapped under the readers of every process without a failed or an old answer', async () => {
    const { log, first, second } = await deployed();
    let isDone = false;
    let opened = 5;
    const counts: number[] = [];
    const read = async () => {
      while (!isDone) {
        const least = opened;
        const found = await second.view.count([]);
        expect(found).toBeGreaterThanOrEqual(least);
        counts.push(found);
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const readers = Promise.all([read(), read(), read()]);
    for (let swaps = 0; swaps < 10; swaps++) {
      const views = swaps % 2 === 0 ? first.views.anywhere : second.views.anywhere;
      await views.rebuild(name);
      await openDoor(log, `door-swap-${swaps}`);
      opened++;
      await settled(views, 'following');
      await views.swap(name);
      await eventually(async () => (await second.view.livePointer()).slot === (swaps % 2 === 0 ? 'b' : 'a'));
    }
    isDone = true;
    await readers;
    expect(await second.view.count([])).toBe(15);
    expect(counts.length).toBeGreaterThan(30);
  }, 30_000);

  it('go on with the next owner when one dies', async () => {
    const { first, second, pass, log, failures } = await deployed();
    await second.views.anywhere.rebuild(name);
    await settled(second.views.anywhere, 'following');
    await first.die();
    await second.lease.look();
    const asked = second.views.anywhere.get(name);
    pass(6_000);
    await second.lease.look();
    // Who asks meanwhile waits, and does not notice.
    expect((await asked).shadow?.state).toBe('following');
    await eventually(() => second.view.follower('b').status === 'running');
    await openDoor(log, 'door-late');
    await eventually(() => second.view.follower('b').position === 6);
    expect(await second.views.anywhere.swap(name)).toMatchObject({ to: 'b' });
    expect(failures).toEqual([]);
  }, 30_000);

  it('are not touched by who was the owner: it refuses, and its work stops', async () => {
    const { first, second, pass } = await deployed();
    await first.views.anywhere.rebuild(name);
    await settled(first.views.anywhere, 'following');
    pass(6_000);
    await second.lease.look();
    await first.lease.look();
    await first.lease.look();
    await expect(first.views.here.rebuild(name)).rejects.toThrow('owner of views');
    await eventually(() => first.view.follower('b').status === 'stopped');
    await eventually(() => second.view.follower('b').status === 'running');
    expect((await first.views.anywhere.get(name)).shadow?.state).toBe('following');
  });

  it('wait for an owner while nobody holds the lease, and are refused when that takes too long', async () => {
    const { first, second } = await deployed();
    await first.views.stop();
    await first.lease.stop();
    const began = performance.now();
    await expect(second.views.anywhere.rebuild(name)).rejects.toThrow('owner of views');
    expect(performance.now() - began).toBeGreaterThan(999);
    const asked = second.views.anywhere.rebuild(name);
    await second.lease.look();
    expect(await asked).toMatchObject({ slot: 'b' });
  }, 30_000);
});
