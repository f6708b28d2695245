import { aCommit } from '@muster/eventsourcing/testing';
import { KurrentDbEventLog } from './kurrentdb.event-log.ts';
import { KurrentDbDouble } from './testing/kurrentdb-double.ts';

describe('several logs in one server', () => {
  let double: KurrentDbDouble;
  beforeEach(async () => void (double = await KurrentDbDouble.start()));
  afterEach(() => double.stop());

  it('E2, E14: each has its own id, positions, streams and chain', async () => {
    const logs = await Promise.all(
      ['', 'acme', 'acme_2'].map((space) => KurrentDbEventLog.open(double.url, { space })),
    );
    const commit = aCommit();
    for (const log of logs) expect(await log.append(commit)).toMatchObject({ position: 1, duplicate: false });
    for (const log of logs) expect(await log.append(aCommit())).toMatchObject({ position: 2 });
    for (const log of logs) {
      expect((await log.readAll(0, 10)).map(({ position }) => position)).toStrictEqual([1, 2]);
      expect(await log.readStream(commit.writes[0]!.stream)).toHaveLength(1);
      expect(await log.verify()).toMatchObject({ ok: true, commits: 2, head: 2 });
    }
    expect(new Set(logs.map(({ logId }) => logId)).size).toBe(3);
    await Promise.all(logs.map((log) => log.close()));
  });

  it('attack: a space with a pattern or another name in it is refused', async () => {
    for (const space of ['a/b', '.*', '$all', 'a|b'])
      await expect(KurrentDbEventLog.open(double.url, { space })).rejects.toThrow('not a space for a log');
  });
});
