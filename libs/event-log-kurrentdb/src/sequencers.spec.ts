import { aCommit, door, eventually, writeTo } from '@muster/eventsourcing/testing';
import { KurrentDbEventLog } from './kurrentdb.event-log.ts';
import { FEED_STREAM } from './stream-names.ts';
import { KurrentDbDouble } from './testing/kurrentdb-double.ts';

let double: KurrentDbDouble;
const open = (standby = 100) => KurrentDbEventLog.open(double.url, { standby });
beforeEach(async () => void (double = await KurrentDbDouble.start()));
afterEach(() => double.stop());

const ofFeed = (streams: readonly string[]) => streams.includes(FEED_STREAM);
const range = (to: number) => Array.from({ length: to }, (_, index) => index + 1);
const feed = () =>
  double.store.stream(FEED_STREAM).map(({ data }) => JSON.parse(Buffer.from(data).toString()));

describe('E4: the numbers of commits', () => {
  it('come from one process at a time, though all of them could give them', async () => {
    const logs = await Promise.all([open(), open(), open()]);
    const appended = await Promise.all(
      range(60).map((n) => logs[n % 3]!.append(aCommit({ writes: [writeTo(door(`d${n % 5}`), [{}, {}])] }))),
    );
    expect(appended.map(({ position }) => position).toSorted((a, b) => a - b)).toStrictEqual(
      range(60).map((n) => n * 2),
    );
    expect(feed().map(({ number, first, last }) => [number, first, last])).toStrictEqual(
      range(60).map((n) => [n, n * 2 - 1, n * 2]),
    );
    for (const log of logs) {
      expect((await log.readAll(0, 200)).map(({ position }) => position)).toStrictEqual(range(120));
      expect(await log.verify()).toMatchObject({ ok: true, commits: 60, events: 120 });
    }
    await Promise.all(logs.map((log) => log.close()));
  });

  it('are fenced: of two processes that number the same commit at the same moment one writes nothing', async () => {
    const [a, b] = await Promise.all([open(60_000), open(60_000)]);
    const letGo = double.holdAppends();
    const appending = a.append(aCommit());
    await eventually(() => double.appends.some((streams) => !ofFeed(streams) && streams.length > 1));
    letGo();
    const letNumbers = double.holdAppends();
    await eventually(() => double.appends.filter(ofFeed).length === 2);
    letNumbers();
    expect(await appending).toMatchObject({ position: 1 });
    await eventually(async () => (await b.head({ within: 60_000 })) === 1);
    expect(feed()).toHaveLength(1);
    await Promise.all([a.close(), b.close()]);
  });

  it('are given by another process when the one that gave them is gone, on from where it was', async () => {
    const first = await open();
    const second = await open();
    for (let n = 0; n < 3; n++) await first.append(aCommit());
    await first.close();
    expect((await second.append(aCommit())).position).toBe(4);
    expect(await second.verify()).toMatchObject({ ok: true, commits: 4 });
    await second.close();
  });

  it.each(['before', 'after'] as const)(
    'a process that dies %s a number was written: the next one neither loses nor doubles it',
    async (when) => {
      const first = await open();
      await first.append(aCommit());
      await first.close();
      const dying = await KurrentDbEventLog.open(double.url, { patience: 20, standby: 60_000 });
      double.loseNextAppend(when, ofFeed);
      const commit = aCommit();
      const told = await dying.append(commit).then(
        () => 'its number',
        (error: Error) => error.name,
      );
      // Whether it found out in time is a matter of luck.
      expect(['its number', 'AppendOutcomeUnknown']).toContain(told);
      await dying.close();

      const next = await open();
      expect(await next.append(commit)).toMatchObject({ position: 2, duplicate: true });
      expect((await next.append(aCommit())).position).toBe(3);
      expect((await next.readAll(0, 10)).map(({ position }) => position)).toStrictEqual([1, 2, 3]);
      expect(await next.verify()).toMatchObject({ ok: true, commits: 3 });
      await next.close();
    },
  );

  it('E2: an event without its number is read by nobody as part of the feed', async () => {
    const writer = await KurrentDbEventLog.open(double.url, { patience: 20, standby: 60_000 });
    double.loseAppends(ofFeed);
    await expect(writer.append(aCommit({ writes: [writeTo(door('a'), [{}])] }))).rejects.toThrow('unknown');
    expect(double.store.stream(door('a'))).toHaveLength(1);
    expect(await writer.head()).toBe(0);
    expect(await writer.readAll(0, 10)).toStrictEqual([]);
    await writer.close();
  });

  it('are given in batches once many wait, and none is left out', async () => {
    const log = await open();
    const appended = await Promise.all(range(400).map(() => log.append(aCommit())));
    expect(appended.map(({ position }) => position).toSorted((a, b) => a - b)).toStrictEqual(range(400));
    expect(double.appends.filter(ofFeed).length).toBeLessThan(200);
    await log.close();
  });
});
