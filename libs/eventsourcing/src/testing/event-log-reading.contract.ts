import type { EventLog } from '../event-log.ts';
import { readStretch } from '../log-stretch.ts';
import { aCommit, door, noon, organizationId, projectId, writeTo } from './commits.ts';

/** What comes back is what went in. */
export const readingContract = (log: () => EventLog): void => {
  wholeEvents(log);
  pages(log);

  it('E27: a head that may be old counts all that this process appended, at once', async () => {
    expect(await log().head({ within: 60_000 })).toBe(0);
    for (let position = 1; position <= 3; position++) {
      await log().append(aCommit());
      expect(await log().head({ within: 60_000 })).toBe(position);
    }
    const positions = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const { position } = await log().append(aCommit());
        return (await log().head({ within: 60_000 })) >= position;
      }),
    );
    expect(positions).toStrictEqual([true, true, true, true, true]);
  });

  it('E27: a head from memory counts all that this process appended, at once', async () => {
    await log().head();
    for (let position = 1; position <= 3; position++) {
      await log().append(aCommit());
      expect(log().recentHead(60_000)).toBe(position);
    }
  });

  it('E2: a stretch has all events of its categories up to where it ends, and the next one goes on there', async () => {
    const streams = [door('a'), door('b').replace('door-', 'doorbell-'), door('c').replace('door-', 'gate-')];
    expect(await readStretch(log(), 0, 10, new Set(['door']))).toStrictEqual({
      after: 0,
      upTo: 0,
      events: [],
    });
    for (let n = 0; n < 3; n++)
      await log().append(aCommit({ writes: streams.map((stream) => writeTo(stream, [{ n }])) }));
    const all = await log().readAll(0, 100);
    const positions = async (after: number, limit: number, ...categories: readonly string[]) => {
      const stretch = await readStretch(log(), after, limit, new Set(categories));
      for (const event of stretch.events) expect(event).toStrictEqual(all[event.position - 1]);
      return [stretch.after, stretch.upTo, stretch.events.map(({ position }) => position)];
    };
    expect(await positions(0, 4, 'door')).toStrictEqual([0, 4, [1, 4]]);
    expect(await positions(4, 4, 'door')).toStrictEqual([4, 8, [7]]);
    expect(await positions(8, 4, 'door')).toStrictEqual([8, 9, []]);
    expect(await positions(9, 4, 'door')).toStrictEqual([9, 9, []]);
    expect(await positions(0, 100, 'gate', 'doorbell')).toStrictEqual([0, 9, [2, 3, 5, 6, 8, 9]]);
    expect(await positions(0, 100, 'doo')).toStrictEqual([0, 9, []]);
  });

  it('E4: an untouched log verifies, up to its head, with progress', async () => {
    expect(await log().verify()).toStrictEqual({ ok: true, commits: 0, events: 0, aged: 0, head: 0 });
    for (let n = 0; n < 3; n++) await log().append(aCommit({ writes: [writeTo(door('a'), [{ n }, {}])] }));
    const progress: (readonly number[])[] = [];
    const found = await log().verify((position, head) => progress.push([position, head]));
    expect(found).toStrictEqual({ ok: true, commits: 3, events: 6, aged: 0, head: 6 });
    expect(progress.at(-1)).toStrictEqual([6, 6]);
  });
};

const wholeEvents = (log: () => EventLog): void => {
  it('E10: an event comes back whole, with all the metadata of its commit', async () => {
    const data = { name: 'Zoë 🚪\u0000"\\', nested: { list: [1, 2.5, null, true] }, empty: {} };
    const write = writeTo(door('front'), [data]);
    const commit = aCommit({
      commitId: 'c1',
      writes: [{ ...write, events: [{ ...write.events[0]!, schemaVersion: 7 }] }],
      metadata: {
        actor: 'member:m1',
        commandId: 'command-1',
        correlationId: 'request-2',
        causationId: 'event-3',
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      },
    });
    const { events } = await log().append(commit);

    const expected = {
      eventId: write.events[0]!.eventId,
      type: 'door.Opened',
      schemaVersion: 7,
      data,
      position: 1,
      stream: door('front'),
      revision: 0,
      organizationId,
      commitId: 'c1',
      metadata: {
        projectId,
        actor: 'member:m1',
        commandId: 'command-1',
        correlationId: 'request-2',
        causationId: 'event-3',
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
        at: noon,
      },
      recordedAt: '2026-11-23T12:00:01.000Z',
    };
    expect(events).toStrictEqual([expected]);
    expect(await log().readAll(0, 10)).toStrictEqual([expected]);
    expect(await log().readStream(door('front'))).toStrictEqual([expected]);
    expect(await log().findCommit('c1')).toStrictEqual({ commandHash: 'open', events: [expected] });
  });

  it('I16: what the writer or a reader does to its copy does not change the log', async () => {
    const data = { list: ['kept'] };
    const { events } = await log().append(aCommit({ writes: [writeTo(door('a'), [data])] }));
    data.list.push('added');
    for (const copy of [events, await log().readAll(0, 1)])
      ((copy[0]!.data as typeof data).list as string[]).push('added');
    expect((await log().readAll(0, 1))[0]?.data).toStrictEqual({ list: ['kept'] });
  });
};

const pages = (log: () => EventLog): void => {
  const positions = (events: readonly { readonly position: number }[]) =>
    events.map(({ position }) => position);

  it('an empty log has no events, streams, commits or keys', async () => {
    expect(await log().head()).toBe(0);
    expect(await log().readAll(0, 10)).toStrictEqual([]);
    expect(await log().readStream(door('a'))).toStrictEqual([]);
    expect(await log().findCommit('c')).toBeUndefined();
    expect(await log().reservation('k', noon)).toBeUndefined();
  });

  it('E2: pages follow one another, and end at the head', async () => {
    await log().append(aCommit({ writes: [writeTo(door('a'), [{}, {}, {}])] }));
    await log().append(aCommit({ writes: [writeTo(door('b'), [{}, {}])] }));
    expect(positions(await log().readAll(0, 2))).toStrictEqual([1, 2]);
    expect(positions(await log().readAll(2, 2))).toStrictEqual([3, 4]);
    expect(positions(await log().readAll(4, 2))).toStrictEqual([5]);
    expect(positions(await log().readAll(5, 2))).toStrictEqual([]);
    expect(positions(await log().readAll(9, 2))).toStrictEqual([]);
    expect(await log().head()).toBe(5);
  });

  it('R51: a stream reads as of a position, that one included', async () => {
    for (let n = 0; n < 3; n++)
      await log().append(aCommit({ writes: [writeTo(door('a'), [{}]), writeTo(door('b'), [{}])] }));
    expect(positions(await log().readStream(door('a')))).toStrictEqual([1, 3, 5]);
    expect(positions(await log().readStream(door('a'), { upTo: 3 }))).toStrictEqual([1, 3]);
    expect(positions(await log().readStream(door('a'), { upTo: 2 }))).toStrictEqual([1]);
    expect(positions(await log().readStream(door('a'), { upTo: 0 }))).toStrictEqual([]);
  });
};
