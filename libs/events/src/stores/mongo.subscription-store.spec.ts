import { randomUUID } from 'node:crypto';
import { mongo } from 'mongoose';
import { subscriptionStoreContract } from '../testing/subscription-store.contract.ts';
import { MongoSubscriptionStore } from './mongo.subscription-store.ts';

/** A server that speaks the protocol: MongoDB, or FerretDB. */
const uri = process.env['MONGODB_URI'];
/** Transactions need a replica set. */
const isReplicaSet = uri?.includes('replicaSet=') ?? false;

type Session = mongo.ClientSession | undefined;

const contractOn = (name: string, isAtomic: boolean): void => {
  let client: mongo.MongoClient;
  beforeAll(async () => {
    client = await mongo.MongoClient.connect(uri!);
  });
  afterAll(() => client?.close());

  subscriptionStoreContract<Session>(name, async () => {
    const database = client.db(`muster_${randomUUID().replaceAll('-', '').slice(0, 12)}`);
    const written = database.collection<{ value: string }>('written');
    // A collection is not made within a transaction everywhere.
    await written.createIndex({ value: 1 });
    return {
      open: async () => new MongoSubscriptionStore({ database, ...(isAtomic ? { client } : {}) }),
      write: async (session, value) => void (await written.insertOne({ value }, session ? { session } : {})),
      written: async () => (await written.find().toArray()).map(({ value }) => value),
    };
  });
};

(uri ? describe : describe.skip)('a Mongo server (MONGODB_URI)', () => {
  contractOn('MongoSubscriptionStore without transactions', false);
});

(isReplicaSet ? describe : describe.skip)('a Mongo replica set (MONGODB_URI with replicaSet=)', () => {
  contractOn('MongoSubscriptionStore with transactions', true);
});
