import { DomainError, type Json } from '@muster/kernel';
import { EventCodec } from './event-codec.ts';
import type { Appended, Commit, EventLog } from './event-log.ts';
import { type CommandContext, handleCommand } from './handle-command.ts';
import { InMemoryEventLog } from './in-memory/in-memory.event-log.ts';
import { InMemoryKeyStore } from './in-memory/in-memory.key-store.ts';
import { AppendOutcomeUnknown } from './log-errors.ts';
import { lockerAggregate, noon, organizationId, otherOrganizationId, projectId } from './testing/index.ts';
import { fold, type UnitOfWork } from './unit-of-work.ts';

const locker = (id: string) => ({ projectId, organizationId, id });
const open = { type: 'OpenLocker', data: {}, at: noon } as const;
const rent = (label = 'red') =>
  ({ type: 'RentLocker', data: { holderId: 'ann', name: 'Ann', label }, at: noon }) as const;
const context = (commandId: string, content: Json = commandId): CommandContext => ({
  projectId,
  actor: `project:${projectId}`,
  commandId,
  correlationId: 'request-1',
  causationId: 'request-1',
  at: noon,
  content,
});

describe('handleCommand', () => {
  let log: InMemoryEventLog;
  let codec: EventCodec;
  beforeEach(() => {
    log = new InMemoryEventLog();
    codec = new EventCodec(new InMemoryKeyStore(), [lockerAggregate]);
  });

  const handle = (command: CommandContext, work: (unit: UnitOfWork) => Promise<void>, over: EventLog = log) =>
    handleCommand({ log: over, codec, lookupHash: (scope, value) => `${scope}.${value}` }, command, work);
  const renting =
    (id: string, label?: string) =>
    async (unit: UnitOfWork): Promise<void> =>
      void (await unit.load(lockerAggregate, locker(id))).execute(rent(label));
  const opening =
    (id: string) =>
    async (unit: UnitOfWork): Promise<void> =>
      void (await unit.load(lockerAggregate, locker(id))).execute(open);
  const stateOf = async (id: string) => (await fold({ log, codec }, lockerAggregate, locker(id))).state;

  it('answers with the position and the decoded facts of its commit', async () => {
    const { position, duplicate, events } = await handle(context('c1'), renting('l1'));
    expect({ position, duplicate }).toStrictEqual({ position: 1, duplicate: false });
    expect(events).toStrictEqual(await codec.decode(await log.readAll(0, 10)));
    expect(events[0]).toMatchObject({
      event: { type: 'LockerRented', data: { holderId: 'ann', name: 'Ann', label: 'red' } },
      id: { projectId, organizationId, id: 'l1' },
      metadata: { commandId: 'c1', actor: `project:${projectId}`, at: noon },
    });
    expect(events[0]!.metadata).not.toHaveProperty('content');
  });

  it('decides several times on one aggregate, each time on what came before', async () => {
    await handle(context('c1'), async (unit) => {
      await renting('l1')(unit);
      await opening('l1')(unit);
      await opening('l1')(unit);
    });
    expect(await stateOf('l1')).toMatchObject({ opened: 2 });
    expect((await log.readStream(`locker-${projectId}.l1`)).map(({ revision }) => revision)).toStrictEqual([
      0, 1, 2,
    ]);
  });

  it('gives one aggregate however often, and however much at once, it is loaded', async () => {
    await handle(context('c1'), async (unit) => {
      const [first, second] = await Promise.all([
        unit.load(lockerAggregate, locker('l1')),
        unit.load(lockerAggregate, locker('l1')),
      ]);
      expect(second).toBe(first);
      first.execute(rent());
    });
    expect(await log.head()).toBe(1);
  });

  it('writes nothing where nothing is decided, and answers with the head', async () => {
    await handle(context('c1'), renting('l1'));
    const nothing = await handle(context('c2'), async (unit) => {
      (await unit.load(lockerAggregate, locker('l2'))).execute({ type: 'ReturnLocker', data: {}, at: noon });
    });
    expect(nothing).toStrictEqual({ position: 1, duplicate: false, events: [] });
    expect(await log.findCommit('c2')).toBeUndefined();
  });

  it('E3: decides again when another writer was faster', async () => {
    await handle(context('rent'), renting('l1'));
    const openings = Array.from({ length: 50 }, (_, index) => handle(context(`open${index}`), opening('l1')));
    await Promise.all(openings);
    expect(await stateOf('l1')).toMatchObject({ opened: 50 });
    expect(await log.head()).toBe(51);
  });

  it('E3: a rule that holds no more after a conflict rejects the command', async () => {
    const outcomes = await Promise.allSettled([
      handle(context('c1'), renting('l1')),
      handle(context('c2'), renting('l1', 'blue')),
    ]);
    expect(outcomes).toMatchObject([
      { status: 'fulfilled' },
      { status: 'rejected', reason: { name: 'DomainError', code: 'locker.taken' } },
    ]);
  });

  it('E3: what was read and not written is a condition: the decision is taken again when it moved', async () => {
    let attempts = 0;
    const command = handle(context('c1'), async (unit) => {
      const guard = await unit.load(lockerAggregate, locker('guard'));
      if (++attempts === 1) await handle(context('meanwhile'), renting('guard', 'blue'));
      if (guard.exists) throw new DomainError('guard.rented');
      await renting('l1')(unit);
    });
    await expect(command).rejects.toMatchObject({ code: 'guard.rented' });
    expect(attempts).toBe(2);
    expect((await stateOf('l1')).rented).toBeUndefined();
  });

  it('E5: a repeat gives the first facts, though it could not be decided any more', async () => {
    const first = await handle(context('c1'), renting('l1'));
    await handle(context('c2'), opening('l1'));
    const again = await handle(context('c1'), renting('l1'));
    expect(again).toStrictEqual({ ...first, duplicate: true });
    expect(await log.head()).toBe(2);
  });

  it('E5: of a command sent 20 times at once one is handled, and all get its facts', async () => {
    const twins = await Promise.all(Array.from({ length: 20 }, () => handle(context('c1'), renting('l1'))));
    expect(twins.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    for (const twin of twins) expect(twin.events).toStrictEqual(twins[0]!.events);
    expect(await log.head()).toBe(1);
  });

  it("E5: a command that meets its twin's facts while it decides answers with them, not with a refusal", async () => {
    const met = await handle(context('c1'), async (unit) => {
      await handle(context('c1'), renting('l1'));
      await renting('l1')(unit);
    });
    const quiet = await handle(context('c2'), async (unit) => {
      await handle(context('c2'), renting('l2', 'blue'));
      await unit.load(lockerAggregate, locker('l2'));
    });
    expect([met, quiet]).toMatchObject([
      { position: 1, duplicate: true },
      { position: 2, duplicate: true },
    ]);
  });

  it('E5: a command id of another command is refused, whatever order its fields come in', async () => {
    await handle(context('c1', { a: 1, b: 2 }), renting('l1'));
    expect(await handle(context('c1', { b: 2, a: 1 }), renting('l1'))).toMatchObject({ duplicate: true });
    await expect(handle(context('c1', { a: 1, b: 3 }), renting('l2'))).rejects.toMatchObject({
      name: 'CommitIdReused',
    });
  });

  it('E1: an event that reserves a key fails the command where another owner holds it', async () => {
    await handle(context('c1'), renting('l1', 'red'));
    await expect(handle(context('c2'), renting('l2', 'red'))).rejects.toMatchObject({
      name: 'ReservationTaken',
      held: { key: `label.${organizationId}.red`, owner: 'l1', kind: 'label' },
    });
    await handle(context('c3'), async (unit) => {
      (await unit.load(lockerAggregate, locker('l1'))).execute({ type: 'ReturnLocker', data: {}, at: noon });
      await renting('l2', 'red')(unit);
    });
    expect(await log.reservation(`label.${organizationId}.red`, noon)).toMatchObject({ owner: 'l2' });
  });

  it("I2: another organization's stream folds to nothing, and cannot be written or stand in the way", async () => {
    await handle(context('c1'), renting('l1'));
    const stranger = { ...locker('l1'), organizationId: otherOrganizationId };
    expect(await fold({ log, codec }, lockerAggregate, stranger)).toStrictEqual({
      state: { opened: 0 },
      revision: -1,
      foreign: true,
    });
    const write = handle(context('c2'), async (unit) => {
      (await unit.load(lockerAggregate, stranger)).execute(rent('blue'));
    });
    await expect(write).rejects.toMatchObject({ name: 'OrganizationMismatch' });
    const elsewhere = { projectId, organizationId: otherOrganizationId, id: 'l9' };
    const read = await handle(context('c3'), async (unit) => {
      expect((await unit.load(lockerAggregate, stranger)).exists).toBe(false);
      (await unit.load(lockerAggregate, elsewhere)).execute(rent());
    });
    expect(read).toMatchObject({ position: 2, duplicate: false });
  });

  it('R51: folds as of a position', async () => {
    await handle(context('c1'), renting('l1'));
    await handle(context('c2'), opening('l1'));
    await handle(context('c3'), opening('l1'));
    const then = await fold({ log, codec }, lockerAggregate, locker('l1'), { upTo: 2 });
    expect(then).toMatchObject({ state: { opened: 1 }, revision: 1 });
  });

  describe('where the answer of the log is lost', () => {
    /** Appends, or does not, and in the first `losses` tries does not say which. */
    const forgetful = (losses: number, appends: boolean): EventLog & { tries: number } =>
      Object.assign(Object.create(log) as EventLog, {
        tries: 0,
        async append(this: { tries: number }, commit: Commit): Promise<Appended> {
          const lost = ++this.tries <= losses;
          const appended = appends || !lost ? await log.append(commit) : undefined;
          if (lost) throw new AppendOutcomeUnknown(commit.commitId);
          return appended!;
        },
      });

    it.each([
      ['the commit had been taken', true, 1],
      ['the commit had not been taken', false, 2],
    ])('E8: trying again converges to one commit: %s', async (_, appends, tries) => {
      const losing = forgetful(1, appends);
      const { position, events } = await handle(context('c1'), renting('l1'), losing);
      expect({ position, events: events.length, tries: losing.tries }).toStrictEqual({
        position: 1,
        events: 1,
        tries,
      });
      expect(await log.head()).toBe(1);
    });

    it('E8: gives up after three tries, and says that the outcome is unknown', async () => {
      const losing = forgetful(9, false);
      await expect(handle(context('c1'), renting('l1'), losing)).rejects.toMatchObject({
        name: 'AppendOutcomeUnknown',
        commitId: 'c1',
      });
      expect(losing.tries).toBe(3);
    });
  });
});
