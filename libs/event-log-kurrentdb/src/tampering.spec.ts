import { aCommit, door, writeTo } from '@muster/eventsourcing/testing';
import { KurrentDbEventLog } from './kurrentdb.event-log.ts';
import { commitStream, FEED_STREAM } from './stream-names.ts';
import type { DoubleRecord } from './testing/double-store.ts';
import { KurrentDbDouble } from './testing/kurrentdb-double.ts';

let double: KurrentDbDouble;
let log: KurrentDbEventLog;
beforeEach(async () => {
  double = await KurrentDbDouble.start();
  log = await KurrentDbEventLog.open(double.url);
  for (const n of [1, 2, 3])
    await log.append(aCommit({ commitId: `c${n}`, writes: [writeTo(door(`d${n}`), [{ n }, { n: -n }])] }));
});
afterEach(async () => {
  await log.close();
  await double.stop();
});

const bytes = (data: object) => Buffer.from(JSON.stringify(data));
const change = (matches: (record: DoubleRecord) => boolean, to: (record: DoubleRecord) => object) => {
  double.store.records = double.store.records.map((record) =>
    matches(record) ? { ...record, ...to(record) } : record,
  );
};
const remove = (matches: (record: DoubleRecord) => boolean) => {
  double.store.records = double.store.records.filter((record) => !matches(record));
};
const ofCommit = (commitId: string) => (record: DoubleRecord) =>
  record.properties['commitId'] === commitId ||
  (record.stream === commitStream(commitId) && record.type === 'muster.CommitTaken');

describe('E4: verify names the first commit that is not what it was', () => {
  it('finds nothing in a log that nobody touched', async () => {
    expect(await log.verify()).toStrictEqual({ ok: true, commits: 3, events: 6, aged: 0, head: 6 });
  });

  it.each<[string, () => void, number, string]>([
    [
      'an event whose data was altered',
      () =>
        change(
          ({ stream, revision }) => stream === door('d2') && revision === 1,
          () => ({ data: bytes({ n: 9 }) }),
        ),
      3,
      'commit 2 was altered',
    ],
    [
      'an event that was given to another organization',
      () =>
        change(
          ({ stream }) => stream === door('d2'),
          ({ properties }) => ({ properties: { ...properties, organizationId: 'organization-test-x' } }),
        ),
      3,
      'commit 2 was altered',
    ],
    [
      'a commit whose instant was altered',
      () =>
        change(
          ({ stream, type }) => stream === commitStream('c2') && type === 'muster.CommitTaken',
          ({ data }) => ({
            data: bytes({ ...JSON.parse(Buffer.from(data).toString()), takenAt: '2100-01-01T00:00:00.000Z' }),
          }),
        ),
      3,
      'commit 2 was altered',
    ],
    [
      'an event that is missing',
      () => remove(({ stream, revision }) => stream === door('d2') && revision === 0),
      3,
      'commit c2 has lost event 1 of 2',
    ],
    [
      'a commit that is missing',
      () => remove(ofCommit('c2')),
      3,
      'commit 2 is missing, or is not where it was',
    ],
    [
      'a commit record that is missing',
      () => remove((record) => record.stream === commitStream('c1') && record.type === 'muster.CommitTaken'),
      1,
      'the commit of event',
    ],
    ['the last commit missing', () => remove(ofCommit('c3')), 5, 'commit 3 is missing'],
    [
      'a feed whose last entry is missing its place',
      () =>
        change(
          ({ stream, revision }) => stream === FEED_STREAM && revision === 1,
          ({ data }) => ({ data: bytes({ ...JSON.parse(Buffer.from(data).toString()), first: 4 }) }),
        ),
      3,
      'the feed was altered at commit 2',
    ],
    [
      'a feed entry with another hash',
      () =>
        change(
          ({ stream, revision }) => stream === FEED_STREAM && revision === 0,
          ({ data }) => ({ data: bytes({ ...JSON.parse(Buffer.from(data).toString()), hash: 'x' }) }),
        ),
      1,
      'commit 1 was altered',
    ],
  ])('%s', async (_, tamper, position, problem) => {
    tamper();
    expect(await log.verify()).toStrictEqual({
      ok: false,
      position,
      problem: expect.stringContaining(problem),
    });
  });

  it('two commits that changed places', async () => {
    const { records } = double.store;
    const places = records.map(({ at }) => at);
    const [second, third] = [records.filter(ofCommit('c2')), records.filter(ofCommit('c3'))];
    const rest = records.filter((record) => !ofCommit('c2')(record) && !ofCommit('c3')(record));
    const before = rest.findIndex(({ stream, revision }) => stream === FEED_STREAM && revision === 0);
    double.store.records = [...rest.slice(0, before), ...third, ...second, ...rest.slice(before)].map(
      (record, index) => ({ ...record, at: places[index]! }),
    );
    expect(await log.verify()).toStrictEqual({
      ok: false,
      position: 3,
      problem: 'commit 2 is missing, or is not where it was',
    });
  });
});

it('attack: an event that was put into a stream past the log is not taken for a fact', async () => {
  const [genuine] = double.store.stream(door('d1'));
  double.store.append([{ ...genuine!, data: bytes({ n: 7 }), properties: {} }], []);
  await expect(log.readStream(door('d1'))).rejects.toThrow(/event of no commit at revision 2/);
  expect(await log.head()).toBe(6);
});

it('E10: a reader of the feed is not misled by a damaged page: it fails', async () => {
  remove(({ stream, revision }) => stream === door('d2') && revision === 0);
  await expect(log.readAll(0, 10)).rejects.toThrow('event 3 of commit 2 is missing');
});
