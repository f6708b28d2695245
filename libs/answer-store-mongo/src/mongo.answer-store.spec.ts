import { UnavailableError } from '@muster/kernel';
import { answerStoreContract } from '@muster/nest-kit/testing';
import { describeWithMongo } from '@muster/testkit';
import { MongoAnswerStore } from './mongo.answer-store.ts';

const attempt = {
  name: 'name-1',
  request: 'request-1',
  owner: 'owner-1',
  at: '2026-11-23T09:00:00.000Z',
  leaseUntil: '2026-11-23T09:00:10.000Z',
  keptUntil: '2026-11-24T09:00:00.000Z',
};
let databases = 0;

describeWithMongo('answers in MongoDB', (mongo) => {
  let url: string;
  beforeEach(() => {
    url = mongo().url(`answers_${process.pid}_${databases++}`);
  });

  answerStoreContract('MongoAnswerStore', async () => ({
    store: await MongoAnswerStore.open(url),
    another: () => MongoAnswerStore.open(url),
  }));

  it('outlive a restart', async () => {
    const first = await MongoAnswerStore.open(url);
    await first.begin(attempt);
    await first.keep(attempt, new Uint8Array([1, 2, 3]));
    await first.close();
    const second = await MongoAnswerStore.open(url);
    expect(await second.begin(attempt)).toEqual({ outcome: 'answered', answer: new Uint8Array([1, 2, 3]) });
    await second.close();
  });

  it('are not available once the store is closed', async () => {
    const store = await MongoAnswerStore.open(url);
    await store.close();
    await expect(store.begin(attempt)).rejects.toThrow(UnavailableError);
    await store.close();
  });
});

describe('a MongoDB that is not there', () => {
  it('is an answer store that is not available', async () => {
    const nowhere = MongoAnswerStore.open('mongodb://127.0.0.1:1/answers', { patience: 300 });
    await expect(nowhere).rejects.toMatchObject({ name: 'UnavailableError', dependency: 'answer store' });
  });
});
