import type { Commit, EventLog, Expectation, ReservationChange } from '../event-log.ts';
import { aCommit, door, noon, organizationId, otherOrganizationId, projectId, writeTo } from './commits.ts';

const eleven = '2026-11-23T11:00:00.000Z';
const one = '2026-11-23T13:00:00.000Z';
const reserve = (key: string, owner: string, until?: string): ReservationChange => ({
  op: 'reserve',
  key,
  owner,
  kind: 'slug',
  ...(until === undefined ? {} : { until }),
});
const release = (key: string, owner: string): ReservationChange => ({ op: 'release', key, owner });

/** All or nothing, expectations, repeats and unique keys. */
export const commitsContract = (log: () => EventLog): void => {
  atomicity(log);
  expectations(log);
  repeats(log);
  reservations(log);
};

const atomicity = (log: () => EventLog): void => {
  const front = door('front');
  const back = door('back');

  it.each<[string, Partial<Commit>]>([
    ['an expectation on its last stream', { writes: [writeTo(back, [{}], { expect: 'noStream' })] }],
    ['a condition', { conditions: [{ stream: back, expect: 'noStream' }] }],
    ['the organization of its last stream', { writes: [writeTo(back, [{}], { organizationId: null })] }],
    ['its last reservation', { reservations: [reserve('free', 'b'), reserve('taken', 'b')] }],
  ])('E1: a commit that fails by %s leaves nothing', async (_, { writes = [], ...rest }) => {
    await log().append(
      aCommit({ writes: [writeTo(back, [{}])], reservations: [reserve('taken', 'a'), reserve('kept', 'a')] }),
    );
    const commit = aCommit({ writes: [writeTo(front, [{}, {}]), ...writes], ...rest });
    const changes = [release('kept', 'a'), ...commit.reservations];

    await expect(log().append({ ...commit, reservations: changes })).rejects.toThrow(Error);

    expect(await log().head()).toBe(1);
    expect(await log().readStream(front)).toStrictEqual([]);
    expect(await log().findCommit(commit.commitId)).toBeUndefined();
    expect(await log().reservation('free', noon)).toBeUndefined();
    expect(await log().reservation('kept', noon)).toMatchObject({ owner: 'a' });
  });

  it('E1: a commit over several streams is taken as one, and its rejected neighbours leave no gap', async () => {
    await log().append(aCommit({ writes: [writeTo(back, [{}])] }));
    const bad = () => log().append(aCommit({ writes: [writeTo(back, [{}], { expect: 'noStream' })] }));
    const good = log().append(
      aCommit({ writes: [writeTo(front, [{ n: 1 }, { n: 2 }]), writeTo(back, [{ n: 3 }])] }),
    );
    const [first, second, third] = await Promise.allSettled([bad(), good, bad()]);

    expect([first.status, second.status, third.status]).toStrictEqual(['rejected', 'fulfilled', 'rejected']);
    const events = await log().readAll(1, 10);
    expect(
      events.map(({ position, stream, revision, data }) => [position, stream, revision, data]),
    ).toStrictEqual([
      [2, front, 0, { n: 1 }],
      [3, front, 1, { n: 2 }],
      [4, back, 1, { n: 3 }],
    ]);
  });
};

const expectations = (log: () => EventLog): void => {
  it.each<[Expectation, readonly number[]]>([
    ['any', [-1, 0, 1]],
    ['noStream', [-1]],
    ['exists', [0, 1]],
    [{ revision: 0 }, [0]],
    [{ revision: 1 }, [1]],
  ])('E3: %j is met at revisions %j only, and the error carries the actual one', async (expect_, met) => {
    for (const revision of [-1, 0, 1]) {
      const writing = door(`written${revision}`);
      const checking = door(`checked${revision}`);
      const history = Array.from({ length: revision + 1 }, () => ({}));
      if (revision >= 0)
        await log().append(aCommit({ writes: [writeTo(writing, history), writeTo(checking, history)] }));
      const attempts = [
        [writing, aCommit({ writes: [writeTo(writing, [{}], { expect: expect_ })] })],
        [checking, aCommit({ conditions: [{ stream: checking, expect: expect_ }] })],
      ] as const;
      for (const [stream, commit] of attempts) {
        const attempt = log().append(commit);
        if (met.includes(revision)) await expect(attempt).resolves.toMatchObject({ duplicate: false });
        else
          await expect(attempt).rejects.toMatchObject({ name: 'RevisionConflict', stream, actual: revision });
      }
    }
  });

  it('E3: of 32 writers that expect the same revision one wins, the others learn the actual one', async () => {
    const stream = door('front');
    await log().append(aCommit({ writes: [writeTo(stream, [{}])] }));
    const writers = Array.from({ length: 32 }, () =>
      log().append(aCommit({ writes: [writeTo(stream, [{}], { expect: { revision: 0 } })] })),
    );
    const outcomes = await Promise.allSettled(writers);

    const rejections = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(rejections).toHaveLength(31);
    for (const { reason } of rejections)
      expect(reason).toMatchObject({ name: 'RevisionConflict', stream, actual: 1 });
    expect(await log().head()).toBe(2);
  });

  it('E3: writers that check the stream they do not write, and each write the other, do not both win', async () => {
    const [front, back] = [door('front'), door('back')];
    const crossing = (written: string, checked: string) =>
      aCommit({ writes: [writeTo(written, [{}])], conditions: [{ stream: checked, expect: 'noStream' }] });
    const outcomes = await Promise.allSettled([
      log().append(crossing(front, back)),
      log().append(crossing(back, front)),
    ]);
    expect(outcomes.map(({ status }) => status).toSorted()).toStrictEqual(['fulfilled', 'rejected']);
  });
};

const repeats = (log: () => EventLog): void => {
  it('E5: the same commit id and command gives the first result, before expectations are looked at', async () => {
    const stream = door('front');
    const commit = aCommit({
      commitId: 'c',
      writes: [writeTo(stream, [{ n: 1 }], { expect: 'noStream' })],
      reservations: [reserve('slug', 'a')],
    });
    const first = await log().append(commit);
    await log().append(
      aCommit({
        writes: [writeTo(stream, [{ n: 2 }])],
        reservations: [release('slug', 'a'), reserve('slug', 'b')],
      }),
    );

    const again = await log().append({
      ...commit,
      writes: [writeTo(stream, [{ n: 9 }], { expect: 'noStream' })],
    });

    expect(first).toMatchObject({ position: 1, duplicate: false });
    expect(again).toStrictEqual({ ...first, duplicate: true });
    expect(await log().head()).toBe(2);
  });

  it('E5: of the same commit sent 16 times at once, one is written and all get its result', async () => {
    const commit = aCommit();
    const results = await Promise.all(Array.from({ length: 16 }, () => log().append(commit)));
    expect(results.map(({ position }) => position)).toStrictEqual(Array.from({ length: 16 }, () => 1));
    expect(results.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    expect(await log().head()).toBe(1);
  });

  it('E5: a commit id of another command is refused, also with the same events', async () => {
    const commit = aCommit({ commitId: 'c' });
    await log().append(commit);
    await expect(log().append({ ...commit, commandHash: 'close' })).rejects.toMatchObject({
      name: 'CommitIdReused',
      commitId: 'c',
    });
    expect(await log().head()).toBe(1);
  });

  it('E5: a commit id that was rejected is free', async () => {
    const commit = aCommit({ conditions: [{ stream: door('front'), expect: 'exists' }] });
    await expect(log().append(commit)).rejects.toMatchObject({ name: 'RevisionConflict' });
    expect(await log().append({ ...commit, conditions: [] })).toMatchObject({
      position: 1,
      duplicate: false,
    });
  });
};

const reservations = (log: () => EventLog): void => {
  const take = (at: string, ...changes: readonly ReservationChange[]) =>
    log().append(aCommit({ reservations: changes, metadata: { at } }));

  it('E1: a key has one owner, who may reserve it again in another form', async () => {
    await take(noon, { op: 'reserve', key: 'k', owner: 'a', kind: 'in-flight', until: one });
    await take(noon, { op: 'reserve', key: 'k', owner: 'a', kind: 'current' });
    expect(await log().reservation('k', noon)).toStrictEqual({ key: 'k', owner: 'a', kind: 'current' });
    await expect(take(noon, reserve('k', 'b'))).rejects.toMatchObject({
      name: 'ReservationTaken',
      held: { key: 'k', owner: 'a', kind: 'current' },
    });
  });

  it('E1: of 16 owners who reserve a key at once one gets it', async () => {
    const owners = Array.from({ length: 16 }, (_, index) => take(noon, reserve('k', `owner-${index}`)));
    const outcomes = await Promise.allSettled(owners);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('E1: only its owner gives a key back', async () => {
    await take(noon, reserve('k', 'a'));
    await take(noon, release('k', 'b'));
    await expect(take(noon, reserve('k', 'b'))).rejects.toMatchObject({ name: 'ReservationTaken' });
    await take(noon, release('k', 'a'));
    await take(noon, reserve('k', 'b'));
    expect(await log().reservation('k', noon)).toMatchObject({ owner: 'b' });
  });

  it('E1: a reservation with an end binds until that instant of the commit, not of the clock', async () => {
    await take(eleven, reserve('k', 'a', noon));
    expect(await log().reservation('k', '2026-11-23T11:59:59.999Z')).toMatchObject({
      owner: 'a',
      until: noon,
    });
    expect(await log().reservation('k', noon)).toBeUndefined();
    await expect(take('2026-11-23T11:59:59.999Z', reserve('k', 'b'))).rejects.toMatchObject({
      name: 'ReservationTaken',
    });
    await take(noon, reserve('k', 'b'));
    expect(await log().reservation('k', one)).toStrictEqual({ key: 'k', owner: 'b', kind: 'slug' });
  });

  it('E1: the changes of one commit build on one another, so a key can pass from owner to owner', async () => {
    await take(noon, reserve('k', 'a'));
    await take(noon, release('k', 'a'), reserve('k', 'b'));
    expect(await log().reservation('k', noon)).toMatchObject({ owner: 'b' });
    await expect(take(noon, reserve('new', 'a'), reserve('new', 'b'))).rejects.toMatchObject({
      name: 'ReservationTaken',
    });
  });

  it('E10: a stream stays with the organization, or with none, that it began with', async () => {
    const flow = door('flow');
    await log().append(
      aCommit({ writes: [writeTo(flow, [{}], { organizationId: null }), writeTo(door('a'), [{}])] }),
    );
    for (const [stream, organization] of [
      [flow, organizationId],
      [door('a'), otherOrganizationId],
      [door('a'), null],
    ] as const)
      await expect(
        log().append(
          aCommit({ writes: [writeTo(stream, [{}], { organizationId: organization, expect: 'noStream' })] }),
        ),
      ).rejects.toMatchObject({ name: 'OrganizationMismatch', stream });
    const events = await log().readAll(0, 10);
    expect(events.map((event) => [event.organizationId, event.metadata.projectId])).toStrictEqual([
      [null, projectId],
      [organizationId, projectId],
    ]);
  });
};
