import { copyFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { aCommit, door, noon, writeTo } from '@muster/eventsourcing/testing';
import { SqliteEventLog } from './sqlite.event-log.ts';
import { testDirectory } from './testing/files.ts';

const path = testDirectory();

// A WAL file is a header of 32 bytes and frames of 24 bytes and a page of 4,096 (sqlite.org/fileformat2.html).
const frameEnds = (from: number, to: number): readonly number[] => {
  const ends: number[] = [];
  for (let end = from; end <= to; end += 24 + 4_096) ends.push(end);
  return ends;
};

const front = door('front');
const back = door('back');
const base = aCommit({
  commitId: 'base',
  writes: [writeTo(front, [{ n: 1 }])],
  reservations: [{ op: 'reserve', key: 'old', owner: 'a', kind: 'slug' }],
});
const victim = aCommit({
  commitId: 'victim',
  writes: [
    writeTo(front, [{ n: 2 }, { n: 3 }], { expect: { revision: 0 } }),
    writeTo(back, [{ n: 4, text: 'x'.repeat(9_000) }], { expect: 'noStream' }),
  ],
  reservations: [
    { op: 'release', key: 'old', owner: 'a' },
    { op: 'reserve', key: 'new', owner: 'a', kind: 'slug' },
  ],
});

/** All that can be seen of the two commits. */
const seen = async (log: SqliteEventLog) => ({
  verified: (await log.verify()).ok,
  head: await log.head(),
  front: (await log.readStream(front)).length,
  back: (await log.readStream(back)).length,
  commit: (await log.findCommit('victim'))?.events.length,
  old: (await log.reservation('old', noon))?.owner,
  new: (await log.reservation('new', noon))?.owner,
});
const before = { verified: true, head: 1, front: 1, back: 0, commit: undefined, old: 'a', new: undefined };
const after = { verified: true, head: 4, front: 3, back: 1, commit: 3, old: undefined, new: 'a' };

describe('a crash while a commit is being written', () => {
  it('E1, E8: leaves all of it or nothing, wherever the writing stopped, and the retry converges', async () => {
    const log = await SqliteEventLog.open(path('live.db'));
    await log.append(base);
    const from = statSync(path('live.db-wal')).size;
    await log.append(victim);
    const written = readFileSync(path('live.db-wal'));
    const frames = frameEnds(from, written.length);
    expect(frames.length).toBeGreaterThan(8);
    expect(frames.at(-1)).toBe(written.length);
    const cuts = frames.flatMap((end) => [end - 2_000, end - 1, end, end + 24]);

    for (const [index, cut] of cuts.filter((at) => at >= from && at <= written.length).entries()) {
      const image = path(`image${index}.db`);
      copyFileSync(path('live.db'), image);
      writeFileSync(`${image}-wal`, written.subarray(0, cut));
      const recovered = await SqliteEventLog.open(image);
      const whole = cut === written.length;
      expect(await seen(recovered)).toStrictEqual(whole ? after : before);
      expect(await recovered.append(victim)).toMatchObject({ position: 4, duplicate: whole });
      expect(await seen(recovered)).toStrictEqual(after);
      await recovered.close();
    }
    await log.close();
  });
});
