import { readStoreContract } from '@muster/eventsourcing/testing';
import { describeWithMongo } from '@muster/testkit';
import { MongoReadStore } from './mongo.read-store.ts';

let databases = 0;

describeWithMongo('MongoDB', (mongo) => {
  let url: string;
  beforeEach(() => {
    url = mongo().url(`views_${process.pid}_${databases++}`);
  });

  readStoreContract(
    'MongoReadStore',
    () => MongoReadStore.open(url),
    async (store) => {
      await store.close();
      return MongoReadStore.open(url);
    },
  );
});
