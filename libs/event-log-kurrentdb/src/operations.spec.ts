import { aCommit, door, noon, projectId, writeTo } from '@muster/eventsourcing/testing';
import { KurrentDbEventLog } from './kurrentdb.event-log.ts';
import { KurrentDbDouble } from './testing/kurrentdb-double.ts';

let double: KurrentDbDouble;
let log: KurrentDbEventLog;
beforeEach(async () => {
  double = await KurrentDbDouble.start();
  log = await KurrentDbEventLog.open(double.url, { clock: () => noon });
});
afterEach(async () => {
  await log.close();
  await double.stop();
});

describe('a log in KurrentDB under its operators', () => {
  it('counts streams, events and bytes by category', async () => {
    await log.append(aCommit({ writes: [writeTo(`login-${projectId}.a`, [{ n: 1 }, { n: 22 }])] }));
    await log.append(aCommit({ writes: [writeTo(door('d'), [{ ü: 1 }])] }));
    expect(await log.stats()).toStrictEqual({
      logId: log.logId,
      head: 3,
      commits: 2,
      total: { streams: 2, events: 3, bytes: 23, aged: 0 },
      categories: {
        door: { streams: 1, events: 1, bytes: 8, aged: 0 },
        login: { streams: 1, events: 2, bytes: 15, aged: 0 },
      },
      firstRecordedAt: noon,
      lastRecordedAt: noon,
      fileBytes: null,
    });
  });

  it('counts an empty log', async () => {
    expect(await log.stats()).toMatchObject({ head: 0, commits: 0, categories: {}, firstRecordedAt: null });
  });

  it('E13: says that it cannot drop payloads, before anything is done', async () => {
    const query = { category: 'login', projectId, before: noon, upTo: 1, after: '' };
    await expect(log.quietStreams(query)).rejects.toMatchObject({ name: 'AgeingUnsupported' });
    const { metadata } = aCommit();
    await expect(log.age({ commitId: 'a', metadata, before: noon, streams: [] })).rejects.toMatchObject({
      name: 'AgeingUnsupported',
    });
    expect(await log.head()).toBe(0);
  });
});
