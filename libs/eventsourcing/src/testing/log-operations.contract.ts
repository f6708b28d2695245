import { type Instant, plusDays } from '@muster/kernel';
import { v7 as uuidv7 } from 'uuid';
import type { Ageing, LogOperations, QuietStream } from '../ageing/log-operations.ts';
import type { EventLog } from '../event-log.ts';
import { aCommit, door, noon, organizationId, projectId, writeTo } from './commits.ts';

export type OperableLog = EventLog & LogOperations;

/** Opens an empty log that takes `recordedAt` from this clock. */
export type OpenOperableLog = (options: { readonly clock: () => Instant }) => Promise<OperableLog>;

const login = (id: string): string => `login-${projectId}.${id}`;
const later = plusDays(noon, 100);

/** What every log does for those who look after it. */
export const logOperationsContract = (name: string, open: OpenOperableLog): void => {
  describe(`${name} under its operators`, () => {
    let now: Instant;
    let current: OperableLog;
    beforeEach(async () => {
      now = noon;
      current = await open({ clock: () => now });
    });
    afterEach(() => current.close());
    const log = () => current;

    findingQuietStreams(log, (instant) => void (now = instant));
    dropping(log);
    refusing(log);
    counting(log, (instant) => void (now = instant));
  });
};

const anAgeing = (streams: Ageing['streams'], rest: Partial<Ageing> = {}): Ageing => {
  const commitId = rest.commitId ?? uuidv7();
  const origin = { actor: 'system:ageing', correlationId: commitId, causationId: commitId };
  const metadata = { projectId, ...origin, commandId: commitId, at: later };
  return { commitId, metadata, before: later, streams, ...rest };
};

const allQuiet = async (log: OperableLog, given: { before?: Instant; upTo?: number } = {}) => {
  const { before = later, upTo = 1_000_000 } = given;
  const found: QuietStream[] = [];
  let looked = 0;
  for (let after: string | undefined = ''; after !== undefined;) {
    const page = await log.quietStreams({ category: 'login', projectId, before, upTo, after });
    found.push(...page.streams);
    looked += page.looked;
    after = page.next;
  }
  return { found, looked };
};
const quietNames = async (log: OperableLog, given?: { before?: Instant; upTo?: number }) =>
  (await allQuiet(log, given)).found.map(({ stream }) => stream);

const findingQuietStreams = (log: () => OperableLog, setNow: (instant: Instant) => void): void => {
  it('E13: finds the streams of one category and project whose last event is old enough', async () => {
    const other = 'project-test-019ab000-0000-7000-8000-000000000009';
    await log().append(
      aCommit({
        writes: [writeTo(login('b'), [{}, {}]), writeTo(door('b'), [{}]), writeTo(login('a'), [{}])],
      }),
    );
    const elsewhere = writeTo(`login-${other}.z`, [{}], { organizationId: null });
    await log().append(aCommit({ metadata: { projectId: other }, writes: [elsewhere] }));
    setNow(plusDays(noon, 1));
    await log().append(aCommit({ writes: [writeTo(login('a'), [{}]), writeTo(login('c'), [{}])] }));

    expect(await allQuiet(log())).toStrictEqual({
      found: [
        { stream: login('a'), organizationId, revision: 1 },
        { stream: login('b'), organizationId, revision: 1 },
        { stream: login('c'), organizationId, revision: 0 },
      ],
      looked: 3,
    });
    expect(await quietNames(log(), { before: plusDays(noon, 1) })).toStrictEqual([login('b')]);
    expect(await quietNames(log(), { before: noon })).toStrictEqual([]);
    expect(await quietNames(log(), { upTo: 6 })).toStrictEqual([login('a'), login('b')]);
    expect(await quietNames(log(), { upTo: 5 })).toStrictEqual([login('b')]);
  });

  it('E13: finds them in pages, in order, each once', async () => {
    const names = Array.from({ length: 1_234 }, (_, n) => login(String(n).padStart(4, '0')));
    for (let first = 0; first < names.length; first += 500) {
      const writes = names.slice(first, first + 500).map((name) => writeTo(name, [{}]));
      await log().append(aCommit({ writes }));
    }
    const { found, looked } = await allQuiet(log());
    expect(found.map(({ stream }) => stream)).toStrictEqual(names);
    expect(looked).toBe(1_234);
  });
};

const dropping = (log: () => OperableLog): void => {
  it('E13: drops every payload of a stream, and nothing else; places, types and neighbours stay', async () => {
    const mixed = aCommit({
      commitId: 'mixed',
      writes: [writeTo(login('a'), [{ n: 1 }, { n: 2 }]), writeTo(login('b'), [{ n: 3 }])],
      reservations: [{ op: 'reserve', key: 'kept', owner: 'a', kind: 'slug' }],
    });
    await log().append(mixed);
    await log().append(aCommit({ writes: [writeTo(login('a'), [{ n: 4 }])] }));
    const before = await log().readAll(0, 10);

    await log().age(anAgeing([{ stream: login('a'), revision: 2, positions: [1, 2, 4] }]));

    const aged = (event: object) => ({ ...event, data: { $aged: true } });
    const after = await log().readAll(0, 4);
    expect(after).toStrictEqual([aged(before[0]!), aged(before[1]!), before[2], aged(before[3]!)]);
    expect(await log().readStream(login('a'))).toStrictEqual([after[0], after[1], after[3]]);
    expect((await log().findCommit('mixed'))?.events).toStrictEqual(after.slice(0, 3));
    expect(await log().append(mixed)).toMatchObject({ duplicate: true, position: 3 });
    expect(await log().reservation('kept', noon)).toMatchObject({ owner: 'a' });
    expect(await quietNames(log())).toStrictEqual([login('b')]);
    expect(await log().verify()).toMatchObject({ ok: true, commits: 3, events: 5, aged: 3, head: 5 });
  });

  it('E13: appends the record of it in the same commit, which readers see like any other', async () => {
    await log().append(aCommit({ writes: [writeTo(login('a'), [{}]), writeTo(login('b'), [{}, {}])] }));
    const streams = [
      { stream: login('b'), revision: 1, positions: [2, 3] },
      { stream: login('a'), revision: 0, positions: [1] },
    ];
    const appended = await log().age(anAgeing(streams, { commitId: 'ageing-1' }));

    expect(appended).toMatchObject({ position: 4, duplicate: false });
    expect(await log().readAll(3, 10)).toMatchObject([
      {
        position: 4,
        commitId: 'ageing-1',
        stream: `ageing-${projectId}.log`,
        organizationId: null,
        type: 'ageing.PayloadsDropped',
        data: { before: '2027-03-03T12:00:00.000Z', streams: 2, positions: '1-3' },
      },
    ]);
  });

  it('E5, E8: done twice it is done once', async () => {
    await log().append(aCommit({ writes: [writeTo(login('a'), [{}])] }));
    const ageing = anAgeing([{ stream: login('a'), revision: 0, positions: [1] }]);
    await log().age(ageing);
    expect(await log().age(ageing)).toMatchObject({ position: 2, duplicate: true });
    expect(await log().head()).toBe(2);
  });

  it('E13: an aged stream can be written again, and its new events keep their payloads', async () => {
    await log().append(aCommit({ writes: [writeTo(login('a'), [{}])] }));
    await log().age(anAgeing([{ stream: login('a'), revision: 0, positions: [1] }]));
    const again = writeTo(login('a'), [{ n: 2 }], { expect: { revision: 0 } });
    await log().append(aCommit({ writes: [again] }));
    const events = await log().readStream(login('a'));
    expect(events.map(({ revision, data }) => [revision, data])).toStrictEqual([
      [0, { $aged: true }],
      [1, { n: 2 }],
    ]);
    expect(await quietNames(log())).toStrictEqual([login('a')]);
    await log().age(anAgeing([{ stream: login('a'), revision: 1, positions: [3] }]));
    expect(await log().verify()).toMatchObject({ ok: true, aged: 2 });
  });
};

const refusing = (log: () => OperableLog): void => {
  it('E13: refuses a stream of a permanent category, and drops nothing of those named with it', async () => {
    await log().append(
      aCommit({ writes: [writeTo(login('a'), [{ n: 1 }]), writeTo(door('d'), [{ n: 2 }])] }),
    );
    const streams = [
      { stream: login('a'), revision: 0, positions: [1] },
      { stream: door('d'), revision: 0, positions: [2] },
    ];
    await expect(log().age(anAgeing(streams))).rejects.toMatchObject({ name: 'PermanentStream' });
    expect((await log().readAll(0, 10)).map(({ data }) => data)).toStrictEqual([{ n: 1 }, { n: 2 }]);
  });

  it('E3, E13: drops nothing where one of the streams was written meanwhile', async () => {
    await log().append(
      aCommit({ writes: [writeTo(login('a'), [{ n: 1 }]), writeTo(login('b'), [{ n: 2 }])] }),
    );
    await log().append(aCommit({ writes: [writeTo(login('b'), [{ n: 3 }])] }));
    const streams = [
      { stream: login('a'), revision: 0, positions: [1] },
      { stream: login('b'), revision: 0, positions: [2] },
    ];
    await expect(log().age(anAgeing(streams))).rejects.toMatchObject({ name: 'RevisionConflict' });
    expect((await log().readAll(0, 10)).map(({ data }) => data)).toStrictEqual([
      { n: 1 },
      { n: 2 },
      { n: 3 },
    ]);
  });
};

const counting = (log: () => OperableLog, setNow: (instant: Instant) => void): void => {
  it('counts an empty log', async () => {
    expect(await log().stats()).toMatchObject({
      logId: log().logId,
      head: 0,
      commits: 0,
      total: { streams: 0, events: 0, bytes: 0, aged: 0 },
      categories: {},
      firstRecordedAt: null,
      lastRecordedAt: null,
    });
  });

  it('counts streams, events, bytes and what has aged, by category', async () => {
    const writes = [
      writeTo(login('a'), [{ n: 1 }, { n: 22 }]),
      writeTo(login('b'), [{}]),
      writeTo(door('d'), [{ ü: 1 }]),
    ];
    await log().append(aCommit({ writes }));
    setNow(plusDays(noon, 1));
    await log().age(anAgeing([{ stream: login('b'), revision: 0, positions: [3] }]));
    const progress: [number, number][] = [];

    const { fileBytes, ...stats } = await log().stats((position, head) => progress.push([position, head]));

    expect(stats).toMatchObject({
      head: 5,
      commits: 2,
      total: { streams: 4, events: 5, aged: 1 },
      categories: {
        ageing: { streams: 1, events: 1, aged: 0 },
        door: { streams: 1, events: 1, bytes: 8, aged: 0 },
        login: { streams: 2, events: 3, bytes: 15, aged: 1 },
      },
      firstRecordedAt: '2026-11-23T12:00:00.000Z',
      lastRecordedAt: '2026-11-24T12:00:00.000Z',
    });
    expect(Object.keys(stats.categories)).toStrictEqual(['ageing', 'door', 'login']);
    expect(progress.at(-1)).toStrictEqual([5, 5]);
    expect(fileBytes === null || fileBytes > 10_000).toBe(true);
  });
};
