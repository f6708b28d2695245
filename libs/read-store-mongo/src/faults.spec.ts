import {
  InMemoryReadStore,
  InProcessViewBuilder,
  type ReadStore,
  ViewConflict,
  type ViewSlot,
  type ViewSource,
  type ViewWrite,
} from '@muster/eventsourcing';
import { UnavailableError } from '@muster/kernel';
import { describeWithMongo, MongoProxy, type MongoFault } from '@muster/testkit';
import { MongoReadStore } from './mongo.read-store.ts';

const members: ViewSlot = { name: 'members', version: 1, slot: 'a' };
const at = (position: number) => ({ logId: 'log-1', position, revision: position });
const member = (id: string, role: string) => ({ id, document: { id, role }, indexes: { role: [role] } });

const page = (position: number, changes: ViewWrite['changes'], rest: Partial<ViewWrite> = {}): ViewWrite => ({
  changes,
  expected: position === 1 ? undefined : at(position - 1),
  checkpoint: at(position),
  park: [],
  release: [],
  ...rest,
});

const first = page(1, [member('ann', 'admin'), member('ben', 'admin'), member('cleo', 'guest')]);
/** One of everything: made, replaced, removed, parked. */
const second = page(2, [member('ann', 'owner'), { id: 'ben', document: undefined }, member('dan', 'guest')], {
  park: [{ stream: 'member-eve', position: 2, error: 'unknown' }],
});

/** All that can be read of the view. */
const stateOf = async (store: ReadStore) => {
  const builder = new InProcessViewBuilder({ sourceOf: () => ({ store }) as ViewSource });
  const { checksum } = await builder.checksum(members, { signal: new AbortController().signal });
  return {
    checkpoint: await store.checkpoint(members),
    parked: await store.parked(members),
    documents: await store.find(members, { where: [], limit: 100 }),
    guests: await store.count(members, [{ field: 'role', anyOf: ['guest'] }]),
    checksum,
  };
};

/** What another store says after the same pages. */
const afterPages = async (...pages: readonly ViewWrite[]) => {
  const store = new InMemoryReadStore();
  for (const one of pages) await store.write(members, one);
  return stateOf(store);
};

describeWithMongo('a view in MongoDB whose writer is cut off', (mongo) => {
  let proxy: MongoProxy;
  let databases = 0;
  const open = (database: string, through = proxy): Promise<MongoReadStore> =>
    MongoReadStore.open(through.urlOf(database), { patience: 5_000, transactions: false });
  beforeEach(async () => {
    proxy = await MongoProxy.start(mongo().url(''));
  });
  afterEach(() => proxy.stop());

  /** Lets so many commands through that write, then none any more, as where the process has died. */
  const dieAt = (step: number, fault: MongoFault): { readonly died: () => boolean } => {
    let writes = 0;
    proxy.onCommand = (name) => {
      const isWrite = ['insert', 'update', 'delete'].includes(name);
      if (isWrite) writes++;
      if (writes < step) return undefined;
      return writes === step && isWrite ? fault : 'lost';
    };
    return { died: () => writes >= step };
  };

  /**
   * Writes the second page, cut off at that step; then somebody else looks, writes it again, and looks. Undefined where the
   * page has no such step.
   */
  const cutAt = async (step: number, fault: MongoFault) => {
    const database = `faults_${process.pid}_${databases++}`;
    proxy.onCommand = () => undefined;
    const writer = await open(database);
    await writer.write(members, first);
    const { died } = dieAt(step, fault);
    const outcome = await writer.write(members, second).catch((error: unknown) => error);
    proxy.onCommand = () => undefined;
    await writer.close();
    if (!died()) return undefined;
    const next = await open(database);
    const found = await stateOf(next);
    const again = await next.write(members, second).catch((error: unknown) => error);
    const afterwards = await stateOf(next);
    await next.close();
    return { outcome, found, again, afterwards };
  };

  it.each(['lost', 'unanswered'] as const)(
    'E20: at any step (%s), the page is there as a whole or not at all, and written again it is there',
    async (fault) => {
      const before = await afterPages(first);
      const after = await afterPages(first, second);
      let step = 1;
      for (; ; step++) {
        const cut = await cutAt(step, fault);
        if (!cut) break;
        const { outcome, found, again, afterwards } = cut;
        expect(outcome).toBeInstanceOf(UnavailableError);
        const isThere = found.checkpoint?.position === 2;
        expect(found).toStrictEqual(isThere ? after : before);
        expect(again).toStrictEqual(isThere ? new ViewConflict(members) : undefined);
        expect(afterwards).toStrictEqual(after);
      }
      // Head, documents, head: fewer steps would mean that something is not written by itself.
      expect(step).toBeGreaterThan(3);
    },
    120_000,
  );

  it('E21: what a dead writer has begun is finished by whoever comes, and its late writes change nothing', async () => {
    const database = `faults_${process.pid}_${databases++}`;
    const line = await MongoProxy.start(mongo().url(''));
    const [slow, quick] = [await open(database, line), await open(database)];
    await slow.write(members, first);
    const documents = heldAt(line, 'update', 2);
    const writing = slow.write(members, second);
    await documents.reached;

    expect(await quick.checkpoint(members)).toStrictEqual(at(2));
    const third = page(3, [
      member('ann', 'guest'),
      { id: 'dan', document: undefined },
      member('ben', 'admin'),
    ]);
    await quick.write(members, third);
    const expected = await afterPages(first, second, third);
    expect(await stateOf(quick)).toStrictEqual(expected);

    documents.letGo();
    await writing;
    expect(await stateOf(quick)).toStrictEqual(expected);
    await slow.close();
    await quick.close();
    await line.stop();
  });

  it('E20: a page larger than one document of MongoDB is one page all the same', async () => {
    const database = `faults_${process.pid}_${databases++}`;
    const store = await open(database);
    await store.write(members, first);
    const text = 'x'.repeat(3_600_000);
    const large = page(
      2,
      Array.from({ length: 5 }, (_, n) => ({ id: `large-${n}`, document: { text, n }, indexes: {} })),
    );
    // Five parts, the head, then the documents.
    dieAt(7, 'lost');
    await expect(store.write(members, large)).rejects.toBeInstanceOf(UnavailableError);
    proxy.onCommand = () => undefined;
    const next = await open(database);
    expect(await next.checkpoint(members)).toStrictEqual(at(2));
    expect(await next.count(members, [])).toBe(8);
    expect(await next.get(members, 'large-4')).toStrictEqual({ text, n: 4 });
    await next.close();
    await store.close();
  }, 120_000);
});

/** Stops the n-th command of that name where it is, as a process stops that is frozen. */
const heldAt = (proxy: MongoProxy, held: string, nth: number) => {
  const [reached, letGo] = [new Signal(), new Signal()];
  let seen = 0;
  proxy.onCommand = async (name) => {
    if (name === held && ++seen === nth) {
      reached.give();
      await letGo.given;
    }
    return undefined;
  };
  return { reached: reached.given, letGo: () => letGo.give() };
};

class Signal {
  give: () => void = () => undefined;
  readonly given = new Promise<void>((resolve) => (this.give = resolve));
}
