import { ViewConflict, type ViewSlot, type ViewWrite } from '@muster/eventsourcing';
import { describeWithMongo } from '@muster/testkit';
import { MongoReadStore } from './mongo.read-store.ts';
import { TransactionsDouble } from './testing/transactions-double.ts';

const doors: ViewSlot = { name: 'doors', version: 1, slot: 'a' };
const at = (position: number) => ({ logId: 'log-1', position, revision: position });
const page = (position: number, changes: ViewWrite['changes']): ViewWrite => ({
  changes,
  expected: position === 1 ? undefined : at(position - 1),
  checkpoint: at(position),
  park: [],
  release: [],
});
const open = (id: string, isOpen: boolean) => ({ id, document: { isOpen }, indexes: {} });

describeWithMongo('a view on a server that says it has transactions', (mongo) => {
  let double: TransactionsDouble;
  let store: MongoReadStore;
  let databases = 0;
  beforeEach(async () => {
    double = await TransactionsDouble.start(mongo().url(''));
    const url = double.proxy.urlOf(`transactions_${process.pid}_${databases++}`);
    store = await MongoReadStore.open(url, { largestTransaction: 3 });
  });
  afterEach(async () => {
    await store.close();
    await double.proxy.stop();
  });
  const inTransactions = () => double.commands.filter((command) => command.endsWith(' in transaction'));

  it('E20: is written head first, then the documents, then committed, in one transaction', async () => {
    await store.write(doors, page(1, [open('front', true), open('back', true)]));
    expect(inTransactions()).toStrictEqual([
      'update in transaction',
      'update in transaction',
      'commitTransaction in transaction',
    ]);
    await store.write(doors, page(2, [open('front', false), { id: 'back', document: undefined }]));
    expect(await store.checkpoint(doors)).toStrictEqual(at(2));
    expect(await store.find(doors, { where: [], limit: 9 })).toStrictEqual([
      { id: 'front', document: { isOpen: false } },
    ]);
  });

  it('E21: a writer whose head moved under it begins no transaction, and writes nothing', async () => {
    await store.write(doors, page(1, [open('front', true)]));
    const before = inTransactions().length;
    await expect(store.write(doors, page(1, [open('front', false)]))).rejects.toBeInstanceOf(ViewConflict);
    expect(inTransactions()).toHaveLength(before);
    expect(await store.get(doors, 'front')).toStrictEqual({ isOpen: true });
  });

  it('E20: a page too large for a transaction goes over the head', async () => {
    const four = ['a', 'b', 'c', 'd'].map((id) => open(id, true));
    await store.write(doors, page(1, four));
    expect(inTransactions()).toStrictEqual([]);
    await store.write(doors, page(2, four.slice(1)));
    expect(inTransactions()).toHaveLength(3);
    expect(await store.checkpoint(doors)).toStrictEqual(at(2));
    expect(await store.count(doors, [])).toBe(4);
  });
});
