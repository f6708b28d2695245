import { age } from '@muster/eventsourcing';
import { projectId, visitAggregate } from '@muster/eventsourcing/testing';
import { fillDirectory, openDirectory, withDirectory } from '../testing/data-directory.ts';
import { testDirectory } from '../testing/files.ts';
import { compact } from './compact.ts';

const path = testDirectory();

describe('giving back the space of an aged log', () => {
  it('E13: makes the file smaller, and leaves the log what it is', async () => {
    await fillDirectory(path('data'), 800);
    const now = '2027-11-23T12:00:00.000Z';
    const events = await withDirectory(path('data'), async ({ log, keys }) => {
      const given = { projectId, now, olderThanDays: 30, upTo: 1_600, actor: 'system:ageing' };
      await age({ log, keys, aggregates: [visitAggregate] }, given);
      return log.readAll(0, 10_000);
    });
    const { bytesBefore, bytesAfter } = compact(path('data'));
    expect(bytesAfter).toBeLessThan(bytesBefore * 0.8);
    await withDirectory(path('data'), async ({ log }) => {
      expect(await log.readAll(0, 10_000)).toStrictEqual(events);
      expect(await log.verify()).toMatchObject({ ok: true, aged: 1_600 });
    });
  }, 30_000);

  it('is for a stopped server only', async () => {
    const { log, keys } = await openDirectory(path('data'));
    expect(() => compact(path('data'))).toThrow(expect.objectContaining({ fault: 'in-use' }));
    await Promise.all([log.close(), keys.close()]);
    expect(() => compact(path('nowhere'))).toThrow(expect.objectContaining({ fault: 'nothing-there' }));
  });
});
