import { randomUUID } from 'node:crypto';
import { describeWithMongo } from '@muster/testkit';
import { mongo } from 'mongoose';
import { subscriptionStoreContract } from '../testing/subscription-store.contract.ts';
import { MongoSubscriptionStore } from './mongo.subscription-store.ts';

/** Transactions need a replica set. */
const given = process.env['MONGODB_URI'];
const replicaSet = given?.includes('replicaSet=') ? given : undefined;

type Session = mongo.ClientSession | undefined;

const contractOn = (name: string, uri: () => string, isAtomic: boolean): void => {
  let client: mongo.MongoClient;
  beforeAll(async () => {
    client = await mongo.MongoClient.connect(uri());
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

describeWithMongo('places of a subscriber in MongoDB', (server) => {
  contractOn('MongoSubscriptionStore without transactions', () => server().url('subscriptions'), false);
});

(replicaSet ? describe : describe.skip)('a Mongo replica set (MONGODB_URI with replicaSet=)', () => {
  contractOn('MongoSubscriptionStore with transactions', () => replicaSet!, true);
});
