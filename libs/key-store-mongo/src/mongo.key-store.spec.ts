import { keyStoreContract } from '@muster/eventsourcing/testing';
import { UnavailableError } from '@muster/kernel';
import { describeWithMongo } from '@muster/testkit';
import mongoose from 'mongoose';
import { MongoKeyStore } from './mongo.key-store.ts';

const masterKey = new Uint8Array(32).fill(7);
const ann = 'project-test-1/organization-test-1/ann';
const ben = 'project-test-1/organization-test-1/ben';
let databases = 0;

describeWithMongo('keys in MongoDB', (mongo) => {
  let url: string;
  beforeEach(() => {
    url = mongo().url(`keys_${process.pid}_${databases++}`);
  });

  keyStoreContract('MongoKeyStore', async () => {
    const keys = await MongoKeyStore.open(url, { masterKey });
    return { keys, reopen: async () => (await keys.close(), MongoKeyStore.open(url, { masterKey })) };
  });

  describe('MongoKeyStore', () => {
    let keys: MongoKeyStore;
    beforeEach(async () => {
      keys = await MongoKeyStore.open(url, { masterKey });
    });
    afterEach(() => keys.close());

    it('E12: another master key does not open the store, and says so at once', async () => {
      const other = MongoKeyStore.open(url, { masterKey: new Uint8Array(32).fill(8) });
      await expect(other).rejects.toMatchObject({ name: 'WrongMasterKey' });
      await expect(MongoKeyStore.open(url, { masterKey: new Uint8Array(31) })).rejects.toThrow(
        'a master key has 32 bytes, this one 31',
      );
    });

    it('E12: a key put in the place of another subject’s does not open', async () => {
      await Promise.all([keys.ensure(ann), keys.ensure(ben)]);
      const { connection } = await mongoose.connect(url);
      const stored = connection.collection<{ _id: string; wrapped: unknown }>('keys');
      const anns = await stored.findOne({ _id: ann });
      await stored.updateOne({ _id: ben }, { $set: { wrapped: anns!.wrapped } });
      await connection.close();
      await expect(keys.find([ben])).rejects.toMatchObject({ name: 'WrappedKeyBroken', keyId: ben });
      expect((await keys.find([ann])).size).toBe(1);
    });

    it('attack: whoever reads the database finds no key in it', async () => {
      const key = Buffer.from((await keys.ensure(ann))!);
      const { connection } = await mongoose.connect(url);
      const found = await connection.collection('keys').find({}, { promoteBuffers: true }).toArray();
      await connection.close();
      expect(found).toHaveLength(2);
      for (const { wrapped } of found) expect(Buffer.from(wrapped as Buffer).includes(key)).toBe(false);
    });

    it('E12: processes that mention a subject at once get the same key', async () => {
      const others = await Promise.all([1, 2, 3].map(() => MongoKeyStore.open(url, { masterKey })));
      const all = await Promise.all(
        [keys, ...others].flatMap((store) => [store.ensure(ann), store.ensure(ann)]),
      );
      expect(new Set(all.map((key) => Buffer.from(key!).toString('hex'))).size).toBe(1);
      await Promise.all(others.map((store) => store.close()));
    });

    it('E12: a key that another process destroyed is not served any more', async () => {
      await keys.ensure(ann);
      const other = await MongoKeyStore.open(url, { masterKey });
      await other.destroy(ann);
      await other.close();
      expect(await keys.find([ann])).toStrictEqual(new Map());
      expect(await keys.ensure(ann)).toBeUndefined();
    });

    it('E12: of making a key and destroying it at once, the destruction stays', async () => {
      const other = await MongoKeyStore.open(url, { masterKey });
      await Promise.all([keys.ensure(ann), other.destroy(ann), keys.ensure(ann)]);
      expect(await keys.ensure(ann)).toBeUndefined();
      expect(await other.destroyed([ann])).toStrictEqual(new Set([ann]));
      await other.close();
    });

    it('attack: an id is a value, never a condition', async () => {
      await keys.ensure(ann);
      await expect(keys.find([{ $ne: '' } as never])).rejects.toThrow(UnavailableError);
      expect(await keys.list({ from: '$where', before: '$z' }, 10)).toStrictEqual([]);
    });

    it('takes nothing once it is closed', async () => {
      await keys.close();
      await expect(keys.ensure(ann)).rejects.toThrow(UnavailableError);
      await expect(keys.destroy(ann)).rejects.toThrow(UnavailableError);
      await keys.close();
    });
  });
});
