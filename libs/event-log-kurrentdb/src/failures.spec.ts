import { tail } from '@muster/eventsourcing';
import { aCommit, door, noon, writeTo } from '@muster/eventsourcing/testing';
import { KurrentDbEventLog } from './kurrentdb.event-log.ts';
import { FEED_STREAM, keyStream } from './stream-names.ts';
import { KurrentDbDouble } from './testing/kurrentdb-double.ts';
import { stubbornAppend, stubbornly, stubbornOpen } from './testing/stubborn.ts';

let double: KurrentDbDouble;
let log: KurrentDbEventLog;
beforeEach(async () => {
  double = await KurrentDbDouble.start();
  log = await KurrentDbEventLog.open(double.url, { standby: 100 });
});
afterEach(async () => {
  await log.close();
  await double.stop();
});

const never = new AbortController().signal;
const ofFeed = (streams: readonly string[]) => streams.includes(FEED_STREAM);
const ofCommit = (streams: readonly string[]) => !ofFeed(streams);
const positions = async () => (await log.readAll(0, 100)).map(({ position }) => position);

describe('E8: a connection that breaks while a commit is on its way', () => {
  it('after it was written: the outcome is unknown, and asking again gives the first result', async () => {
    const commit = aCommit({ writes: [writeTo(door('a'), [{ n: 1 }], { expect: 'noStream' })] });
    double.loseNextAppend('after', ofCommit);
    await expect(log.append(commit)).rejects.toMatchObject({
      name: 'AppendOutcomeUnknown',
      commitId: commit.commitId,
    });
    const again = await stubbornAppend(log, commit);
    expect(again).toMatchObject({ position: 1, duplicate: true });
    expect(await positions()).toStrictEqual([1]);
  });

  it('before it was written: the outcome is unknown, and asking again writes it', async () => {
    const commit = aCommit({ writes: [writeTo(door('a'), [{ n: 1 }], { expect: 'noStream' })] });
    double.loseNextAppend('before', ofCommit);
    await expect(log.append(commit)).rejects.toMatchObject({ name: 'AppendOutcomeUnknown' });
    expect(await stubbornAppend(log, commit)).toMatchObject({ position: 1, duplicate: false });
    expect(await positions()).toStrictEqual([1]);
  });

  it.each(['before', 'after'] as const)(
    'E4: %s its number was written: the commit is answered with that number, given once',
    async (when) => {
      await log.append(aCommit());
      double.loseNextAppend(when, ofFeed);
      const { position } = await stubbornly(() => log.append(aCommit()));
      expect(position).toBe(2);
      await stubbornly(() => log.append(aCommit()));
      expect(await positions()).toStrictEqual([1, 2, 3]);
      expect(await log.verify()).toMatchObject({ ok: true, commits: 3 });
    },
  );

  it('a commit that was written but gets no number in time is an unknown outcome, not a success', async () => {
    const impatient = await KurrentDbEventLog.open(double.url, { patience: 50, standby: 60_000 });
    const keepNumbers = double.loseAppends(ofFeed);
    const commit = aCommit();
    await expect(impatient.append(commit)).rejects.toMatchObject({ name: 'AppendOutcomeUnknown' });
    await impatient.close();
    keepNumbers();
    expect(await stubbornAppend(log, commit)).toMatchObject({ position: 1, duplicate: true });
  });
});

describe('a server that is down', () => {
  it('answers nothing: what is asked is unavailable, and nothing was written', async () => {
    await double.kill();
    await expect(log.append(aCommit())).rejects.toMatchObject({ name: 'UnavailableError' });
    await expect(log.head()).rejects.toMatchObject({ name: 'UnavailableError' });
    await expect(log.readAll(0, 1)).rejects.toMatchObject({ name: 'UnavailableError' });
    await expect(log.readStream(door('a'))).rejects.toMatchObject({ name: 'UnavailableError' });
    await expect(log.findCommit('c')).rejects.toMatchObject({ name: 'UnavailableError' });
    await expect(log.reservation('k', noon)).rejects.toMatchObject({ name: 'UnavailableError' });
    expect(double.appends.flat()).not.toContain(door('a'));
  });

  it('comes back: the same log goes on, numbers what others wrote, and wakes who waits', async () => {
    await log.append(aCommit());
    const changed = log.changed(1, never);
    const commit = aCommit();
    await double.kill();
    await double.restart();
    const other = await stubbornOpen(double.url);
    await stubbornAppend(other, commit);
    await other.close();
    await changed;
    expect(await stubbornly(() => log.append(aCommit()))).toMatchObject({ position: 3 });
    expect(await positions()).toStrictEqual([1, 2, 3]);
  });
});

it('E2: a reader that tails a log whose connections keep breaking sees every event once, in order', async () => {
  const wanted = 60;
  const seen: number[] = [];
  const done = new AbortController();
  const readOn = async (): Promise<void> => {
    for await (const page of tail(log, seen.length, done.signal, 7)) {
      seen.push(...page.map(({ position }) => position));
      if (seen.length >= wanted) done.abort();
    }
  };
  const reading = stubbornly(readOn);
  for (let n = 0; n < wanted; n++) {
    if (n % 7 === 3) double.cutConnections();
    if (n % 11 === 5) double.loseNextAppend('after', ofFeed);
    const commit = aCommit();
    await stubbornAppend(log, commit);
  }
  await reading;
  expect(seen).toStrictEqual(Array.from({ length: wanted }, (_, index) => index + 1));
  expect(await log.verify()).toMatchObject({ ok: true, commits: wanted });
});

it('E1: unique keys survive lost answers: the key has the owner whose commit is there', async () => {
  const commit = aCommit({ reservations: [{ op: 'reserve', key: 'k', owner: 'a', kind: 'slug' }] });
  double.loseNextAppend('after', (streams) => streams.includes(keyStream('k')));
  await stubbornAppend(log, commit);
  const rival = aCommit({ reservations: [{ op: 'reserve', key: 'k', owner: 'b', kind: 'slug' }] });
  await expect(log.append(rival)).rejects.toMatchObject({ name: 'ReservationTaken', held: { owner: 'a' } });
});
