import type { Appended } from '@muster/eventsourcing';
import { aCommit, door, writeTo } from '@muster/eventsourcing/testing';
import { FEED_STREAM } from './stream-names.ts';
import { KurrentDbDouble } from './testing/kurrentdb-double.ts';
import { stubbornAppend, stubbornly, stubbornOpen } from './testing/stubborn.ts';

/** A generator that gives the same numbers for the same seed (mulberry32). */
const random = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
};

const WRITERS = 4;
const COMMITS = 25;

describe('E1, E2, E5, E8: four processes under broken connections, lost answers and restarts', () => {
  it.each([1, 2, 3])(
    'seed %d: every commit is there once, numbered densely, and the chain holds',
    async (seed) => {
      const next = random(seed);
      const double = await KurrentDbDouble.start();
      const open = () => stubbornOpen(double.url, { standby: 60, patience: 400 });
      const disturb = async (): Promise<void> => {
        const dice = next();
        const ofFeed = next() < 0.5;
        const streams = (names: readonly string[]) => names.includes(FEED_STREAM) === ofFeed;
        if (dice < 0.1) double.cutConnections();
        else if (dice < 0.2) double.loseNextAppend('before', streams);
        else if (dice < 0.35) double.loseNextAppend('after', streams);
        else if (dice < 0.38) await double.kill().then(() => double.restart());
      };
      const write = async (writer: number): Promise<readonly Appended[]> => {
        let log = await open();
        const results: Appended[] = [];
        for (let n = 0; n < COMMITS; n++) {
          const commit = aCommit({
            commitId: `w${writer}-${n}`,
            writes: [writeTo(door(`own${writer}`), [{ n }]), writeTo(door('shared'), [{ writer }])],
          });
          await disturb();
          if (next() < 0.05) {
            await log.close();
            log = await open();
          }
          results.push(await stubbornAppend(log, commit));
        }
        await log.close();
        return results;
      };
      const results = (await Promise.all(Array.from({ length: WRITERS }, (_, index) => write(index)))).flat();

      const log = await open();
      const events = await stubbornly(() => log.readAll(0, 1_000));
      const total = WRITERS * COMMITS;
      expect(events.map(({ position }) => position)).toStrictEqual(
        Array.from({ length: total * 2 }, (_, index) => index + 1),
      );
      expect(new Set(events.map(({ commitId }) => commitId)).size).toBe(total);
      expect(results.map(({ position }) => position).toSorted((a, b) => a - b)).toStrictEqual(
        Array.from({ length: total }, (_, index) => (index + 1) * 2),
      );
      expect(await stubbornly(() => log.verify())).toMatchObject({
        ok: true,
        commits: total,
        head: total * 2,
      });
      await log.close();
      await double.stop();
    },
    120_000,
  );
});
