import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteEventLog } from '@muster/event-log-sqlite';
import { aCommit } from '@muster/eventsourcing/testing';
import { createLogger } from '@muster/nest-kit';
import { HeavyWorker } from './heavy-worker.ts';

const projectId = 'project-test-00000000-0000-4000-8000-000000000001';
const inDataDirectory = {
  eventLog: 'sqlite:',
  readStore: 'sqlite:',
  keyStore: 'sqlite:',
  answerStore: 'sqlite:',
};
const signal = new AbortController().signal;

describe('the thread for heavy work', () => {
  let scratch: string;
  let worker: HeavyWorker;
  const onDirectory = (dataDirectory: string) =>
    new HeavyWorker(
      { dataDirectory, urls: inDataDirectory, projectId, masterKey: randomBytes(32), clockFile: undefined },
      createLogger('silent'),
    );
  beforeEach(() => {
    scratch = mkdtempSync(join(tmpdir(), 'muster-worker-'));
  });
  afterEach(async () => {
    await worker.stop();
    rmSync(scratch, { recursive: true });
  });

  it('E4: walks the chain of a log that others write, telling how far it is', async () => {
    const log = await SqliteEventLog.open(join(scratch, 'log.db'));
    for (let n = 0; n < 3; n++) await log.append(aCommit());
    worker = onDirectory(scratch);
    const told: number[] = [];
    const onProgress = (position: number) => told.push(position);
    const verified = await worker.run({ kind: 'verifyLog' }, { signal, onProgress });
    expect(verified).toEqual({ ok: true, commits: 3, events: 3, aged: 0, head: 3 });
    expect(told).toEqual([3]);
    await log.close();
  }, 60_000);

  it('that dies fails its job as unavailable; the next job gets a new thread', async () => {
    const directory = join(scratch, 'later');
    worker = onDirectory(directory);
    const lost = worker.run({ kind: 'countLog' }, { signal });
    await expect(lost).rejects.toMatchObject({ name: 'UnavailableError', dependency: 'worker thread' });
    mkdirSync(directory);
    await expect(worker.run({ kind: 'countLog' }, { signal })).resolves.toMatchObject({ head: 0 });
  }, 60_000);

  it('that is stopped fails what it was at, so that nobody waits for it', async () => {
    worker = onDirectory(scratch);
    const lost = worker.run({ kind: 'countLog' }, { signal }).catch((error: Error) => error.name);
    await worker.stop();
    expect(await lost).toBe('UnavailableError');
  }, 60_000);

  it('is not begun for who has given up', async () => {
    worker = onDirectory(scratch);
    await expect(worker.run({ kind: 'countLog' }, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});
