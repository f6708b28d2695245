import { plusDays } from '@muster/kernel';
import { EventCodec } from '../event-codec.ts';
import { foldDocument } from '../fold-document.ts';
import { handleCommand } from '../handle-command.ts';
import { InMemoryEventLog } from '../in-memory/in-memory.event-log.ts';
import { InMemoryKeyStore } from '../in-memory/in-memory.key-store.ts';
import { AppendOutcomeUnknown } from '../log-errors.ts';
import { lockerAggregate } from '../testing/locker.aggregate.ts';
import { noon, organizationId, projectId } from '../testing/commits.ts';
import { visitAggregate, visitorsProjection } from '../testing/visit.aggregate.ts';
import { fold } from '../unit-of-work.ts';
import { age, type AgeOptions } from './age.ts';
import type { Ageing } from './log-operations.ts';

const visit = (id: string, organization: string | null = null) => ({
  projectId,
  organizationId: organization,
  id,
});
const aggregates = [lockerAggregate, visitAggregate];

class LogUnderTest extends InMemoryEventLog {
  beforeAgeing: (ageing: Ageing) => Promise<void> = async () => undefined;
  ageings: Ageing[] = [];

  override async age(ageing: Ageing) {
    await this.beforeAgeing(ageing);
    this.ageings.push(ageing);
    return super.age(ageing);
  }
}

describe('ageing', () => {
  let now: string;
  let log: LogUnderTest;
  let keys: InMemoryKeyStore;
  let codec: EventCodec;
  beforeEach(() => {
    now = noon;
    log = new LogUnderTest({ clock: () => now });
    keys = new InMemoryKeyStore();
    codec = new EventCodec(keys, aggregates);
  });

  const dependencies = () => ({
    log,
    codec,
    lookupHash: (scope: string, value: string) => `${scope}.${value}`,
  });
  const command = (commandId: string) => ({
    projectId,
    actor: `project:${projectId}`,
    commandId,
    correlationId: 'r',
    causationId: 'r',
    at: now,
    content: commandId,
  });
  const begin = (id: string, organization: string | null = null) =>
    handleCommand(dependencies(), command(`begin-${id}`), async (unit) => {
      const loaded = await unit.load(visitAggregate, visit(id, organization));
      loaded.execute({ type: 'BeginVisit', data: { name: `Visitor ${id}` }, at: now });
    });
  const end = (id: string, organization: string | null = null) =>
    handleCommand(dependencies(), command(`end-${id}`), async (unit) => {
      const loaded = await unit.load(visitAggregate, visit(id, organization));
      loaded.execute({ type: 'EndVisit', data: {}, at: now });
    });
  const past = async (...ids: readonly string[]) => {
    for (const id of ids) {
      await begin(id);
      await end(id);
    }
  };
  const options = (given: Partial<AgeOptions> = {}): AgeOptions => ({
    projectId,
    now,
    olderThanDays: 30,
    upTo: 1_000_000,
    actor: 'system:ageing',
    ...given,
  });
  const run = (given?: Partial<AgeOptions>) => age({ log, keys, aggregates }, options(given));
  const agedPositions = async () =>
    (await log.readAll(0, 10_000)).filter(({ data }) => data['$aged']).map(({ position }) => position);

  it('E13: takes the payloads of flows that ended before, and leaves open and younger ones', async () => {
    await past('old');
    await begin('open');
    now = plusDays(noon, 1);
    await past('young');
    now = plusDays(noon, 31);

    const report = await run();

    expect(await agedPositions()).toStrictEqual([1, 2]);
    expect(report).toMatchObject({
      dryRun: false,
      before: '2026-11-24T12:00:00.000Z',
      looked: 3,
      total: { streams: 1, events: 2 },
      categories: { login: { streams: 1, events: 2 } },
      interrupted: false,
    });
    expect(report.total.bytes).toBeGreaterThan(100);
  });

  it('E13: ended at that very instant is not before it', async () => {
    await past('a');
    now = plusDays(noon, 30);
    expect((await run()).total.streams).toBe(0);
    now = '2026-12-23T12:00:00.001Z';
    expect((await run()).total.streams).toBe(1);
  });

  it.each([6.99, 0, -1, Number.NaN])('E13: refuses an age of %d days', async (olderThanDays) => {
    await past('a');
    now = plusDays(noon, 400);
    await expect(run({ olderThanDays })).rejects.toThrow(RangeError);
    expect(await agedPositions()).toStrictEqual([]);
  });

  it('E13: never looks at a permanent category', async () => {
    await handleCommand(dependencies(), command('rent'), async (unit) => {
      const locker = await unit.load(lockerAggregate, visit('l1', organizationId));
      locker.execute({ type: 'RentLocker', data: { holderId: 'ann', name: 'Ann', label: 'red' }, at: now });
      locker.execute({ type: 'ReturnLocker', data: {}, at: now });
    });
    now = plusDays(noon, 4_000);
    expect(await run()).toMatchObject({ looked: 0, total: { streams: 0 } });
    expect(await agedPositions()).toStrictEqual([]);
  });

  it('E13: a dry run counts the same and changes nothing', async () => {
    await past('a', 'b');
    now = plusDays(noon, 31);
    const head = await log.head();
    const dry = await run({ dryRun: true });
    expect([await log.head(), await agedPositions()]).toStrictEqual([head, []]);
    const real = await run();
    expect(dry).toStrictEqual({ ...real, dryRun: true, keys: 0 });
    expect(real.total).toMatchObject({ streams: 2, events: 4 });
  });

  it('E13: what some view has not seen keeps its payload', async () => {
    await past('a', 'b');
    now = plusDays(noon, 31);
    await run({ upTo: 3 });
    expect(await agedPositions()).toStrictEqual([1, 2]);
  });

  it('E12: a flow of no organization takes its key along; the key of a subject inside one stays', async () => {
    await past('flow');
    await begin('inside', organizationId);
    await end('inside', organizationId);
    now = plusDays(noon, 31);
    expect(await run()).toMatchObject({ keys: 1, total: { streams: 2 } });
    const [flow, inside] = [`${projectId}/_/flow`, `${projectId}/${organizationId}/inside`];
    expect(await keys.destroyed([flow, inside])).toStrictEqual(new Set([flow]));
    expect([...(await keys.find([flow, inside])).keys()]).toStrictEqual([inside]);
  });

  it('E13: what is left of a flow folds to its end, and decides like one that is over', async () => {
    await past('a');
    now = plusDays(noon, 31);
    await run();
    expect(await fold({ log, codec }, visitAggregate, visit('a'))).toStrictEqual({
      state: { phase: 'gone' },
      revision: 1,
      foreign: false,
    });
    const { events } = await handleCommand(dependencies(), command('again'), async (unit) => {
      const loaded = await unit.load(visitAggregate, visit('a'));
      loaded.execute({ type: 'BeginVisit', data: { name: 'Somebody else' }, at: now });
    });
    expect(events).toStrictEqual([]);
    expect(await foldDocument({ log, codec }, visitorsProjection, visit('a'))).toBeUndefined();
  });

  it('E5: a command that is repeated after its flow has aged is still the same command', async () => {
    await past('a');
    now = plusDays(noon, 31);
    await run();
    const again = await end('a');
    expect(again).toMatchObject({ duplicate: true, position: 2 });
    expect(again.events.map(({ event }) => event)).toStrictEqual([{ type: '$aged', data: {} }]);
  });

  it('E13: goes in small commits, and says how far it is', async () => {
    await past(...Array.from({ length: 450 }, (_, n) => `v${n}`));
    now = plusDays(noon, 31);
    const seen: unknown[] = [];
    const report = await run({ onProgress: (progress) => seen.push(progress) });
    expect(log.ageings.map(({ streams }) => streams.length)).toStrictEqual([200, 200, 50]);
    expect(report).toMatchObject({ looked: 450, total: { streams: 450, events: 900 }, keys: 450 });
    expect(seen).toStrictEqual([{ category: 'login', looked: 450, streams: 400 }]);
  });

  it('E13: stops when it is told to, and goes on where it stopped', async () => {
    await past(...Array.from({ length: 1_200 }, (_, n) => `v${n}`));
    now = plusDays(noon, 31);
    const stop = new AbortController();
    const first = await run({ signal: stop.signal, onProgress: () => stop.abort() });
    expect(first.interrupted).toBe(true);
    expect(first.total.streams).toBe(500);
    const second = await run();
    expect(second).toMatchObject({ interrupted: false, total: { streams: 700 } });
    expect((await run()).total.streams).toBe(0);
  });

  it('E3, E13: a stream that is written while it is being aged stays whole, and its neighbours wait', async () => {
    await past('a', 'b');
    now = plusDays(noon, 31);
    log.beforeAgeing = async () => {
      log.beforeAgeing = async () => undefined;
      await log.append({
        commitId: 'between',
        commandHash: 'x',
        metadata: { projectId, actor: 'a', commandId: 'c', correlationId: 'r', causationId: 'r', at: now },
        writes: [
          {
            stream: `login-${projectId}.b`,
            organizationId: null,
            expect: 'exists',
            events: await codec.encode('login', visit('b'), [{ type: 'VisitEnded', data: { endedAt: now } }]),
          },
        ],
        conditions: [],
        reservations: [],
      });
    };
    expect((await run()).total.streams).toBe(0);
    expect(await agedPositions()).toStrictEqual([]);
    expect((await run()).total.streams).toBe(1);
    expect(await agedPositions()).toStrictEqual([1, 2]);
  });

  it('E8: an outcome that was not seen is asked for again, and not done twice', async () => {
    await past('a');
    now = plusDays(noon, 31);
    let asked = 0;
    log.beforeAgeing = async (ageing) => {
      if (++asked > 1) return;
      await InMemoryEventLog.prototype.age.call(log, ageing);
      throw new AppendOutcomeUnknown(ageing.commitId);
    };
    expect((await run()).total.streams).toBe(1);
    expect(await log.head()).toBe(3);
  });

  it('E11: stops at an event that this version does not know', async () => {
    await past('a');
    now = plusDays(noon, 31);
    const { VisitBegun } = visitAggregate.events;
    const older = { ...visitAggregate, events: { VisitBegun } };
    await expect(
      age({ log, keys, aggregates: [older as typeof visitAggregate] }, options()),
    ).rejects.toMatchObject({ name: 'UnknownEventType' });
    expect(await agedPositions()).toStrictEqual([]);
  });

  it('E12: asks for no key to find out what has ended', async () => {
    await past('a');
    now = plusDays(noon, 31);
    const asked: string[] = [];
    keys.find = async (keyIds) => (asked.push(...keyIds), new Map());
    expect((await run()).total.streams).toBe(1);
    expect(asked).toStrictEqual([]);
  });
});
