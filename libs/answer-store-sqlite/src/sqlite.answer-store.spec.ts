import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { UnavailableError } from '@muster/kernel';
import { answerStoreContract } from '@muster/nest-kit/testing';
import { SqliteAnswerStore } from './sqlite.answer-store.ts';

const newFile = () => join(mkdtempSync(join(tmpdir(), 'answers-')), 'answers.db');
const attempt = {
  name: 'name-1',
  request: 'request-1',
  owner: 'owner-1',
  at: '2026-11-23T09:00:00.000Z',
  leaseUntil: '2026-11-23T09:00:10.000Z',
  keptUntil: '2026-11-24T09:00:00.000Z',
};

answerStoreContract('SQLite', async () => {
  const file = newFile();
  return { store: await SqliteAnswerStore.open(file), another: () => SqliteAnswerStore.open(file) };
});

describe('answers in a SQLite file', () => {
  it('outlive a restart', async () => {
    const file = newFile();
    const first = await SqliteAnswerStore.open(file);
    await first.begin(attempt);
    await first.keep(attempt, new Uint8Array([1, 2, 3]));
    await first.close();
    const second = await SqliteAnswerStore.open(file);
    expect(await second.begin(attempt)).toEqual({ outcome: 'answered', answer: new Uint8Array([1, 2, 3]) });
    await second.close();
  });

  it('are readable by their owner only', async () => {
    const file = newFile();
    await (await SqliteAnswerStore.open(file)).close();
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('are not found in the file once they are purged', async () => {
    const file = newFile();
    const store = await SqliteAnswerStore.open(file);
    await store.begin(attempt);
    await store.keep(attempt, Buffer.from('what-was-answered'));
    await store.purge('2026-11-24T09:00:00.000Z', 10);
    await store.close();
    expect(readFileSync(file).includes('what-was-answered')).toBe(false);
  });

  it('of another version are dropped', async () => {
    const file = newFile();
    const other = new DatabaseSync(file);
    other.exec('CREATE TABLE answers (other TEXT); PRAGMA user_version = 99');
    other.close();
    const store = await SqliteAnswerStore.open(file);
    expect(await store.begin(attempt)).toEqual({ outcome: 'begun' });
    await store.close();
  });

  it('in a damaged file are an answer store that is not available', async () => {
    const file = newFile();
    writeFileSync(file, 'no database at all, but long enough to be read as one'.repeat(100));
    await expect(SqliteAnswerStore.open(file)).rejects.toThrow(UnavailableError);
  });

  it('wait for a process that is writing, and give up on one that never ends', async () => {
    const file = newFile();
    const store = await SqliteAnswerStore.open(file);
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    const begun = store.begin(attempt);
    setTimeout(() => other.exec('COMMIT'), 200);
    expect(await begun).toEqual({ outcome: 'begun' });
    other.exec('BEGIN IMMEDIATE');
    await expect(store.begin(attempt)).rejects.toThrow(UnavailableError);
    other.exec('COMMIT');
    other.close();
    await store.close();
  }, 20_000);
});
