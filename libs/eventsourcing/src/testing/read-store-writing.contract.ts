import { type ReadStore, ViewConflict } from '../read-store.ts';
import { doors, put, remove, writeNext } from './view-writes.ts';

/** What is written is read, all of it or nothing, by one owner at a time. */
export const writingContract = (store: () => ReadStore): void => {
  documents(store);
  ownership(store);
  parkedStreams(store);
  dropping(store);
};

const documents = (store: () => ReadStore): void => {
  it('a view that was never written is empty', async () => {
    expect(await store().checkpoint(doors)).toBeUndefined();
    expect(await store().parked(doors)).toStrictEqual([]);
    expect(await store().get(doors, 'front')).toBeUndefined();
    expect(await store().find(doors, { where: [], limit: 10 })).toStrictEqual([]);
    expect(await store().count(doors, [])).toBe(0);
  });

  it('R50: a document comes back byte for byte, the order of its fields included', async () => {
    const document = { z: 'Zoë 🚪\u0000"\\', a: { list: [1, 2.5, null, true] }, empty: {} };
    await writeNext(store(), doors, [put('front', document)]);
    expect(JSON.stringify(await store().get(doors, 'front'))).toBe(
      String.raw`{"z":"Zoë 🚪\u0000\"\\","a":{"list":[1,2.5,null,true]},"empty":{}}`,
    );
  });

  it('a document is replaced as a whole, and can be removed', async () => {
    await writeNext(store(), doors, [put('front', { open: true, note: 'x' }), put('back', { open: true })]);
    await writeNext(store(), doors, [put('front', { open: false }), remove('back'), remove('never-there')]);
    expect(await store().get(doors, 'front')).toStrictEqual({ open: false });
    expect(await store().get(doors, 'back')).toBeUndefined();
    expect(await store().count(doors, [])).toBe(1);
  });

  it('several documents are read at once; those that are not there are left out', async () => {
    await writeNext(store(), doors, [put('a', { n: 1 }), put('b', { n: 2 }), put('c', { n: 3 })]);
    const found = await store().getMany(doors, ['c', 'nowhere', 'a', 'a']);
    expect(new Map(found)).toStrictEqual(
      new Map([
        ['a', { n: 1 }],
        ['c', { n: 3 }],
      ]),
    );
    expect((await store().getMany(doors, [])).size).toBe(0);
  });

  it('I16: what the writer or a reader does to its copy does not change the view', async () => {
    const document = { list: ['kept'] };
    await writeNext(store(), doors, [put('front', document)]);
    document.list.push('added');
    ((await store().get(doors, 'front')) as typeof document).list.push('added');
    expect(await store().get(doors, 'front')).toStrictEqual({ list: ['kept'] });
  });

  it('E23: versions of a view, and views, know nothing of one another', async () => {
    await writeNext(store(), doors, [put('front', { version: 1 })]);
    await writeNext(store(), { ...doors, version: 2 }, [put('front', { version: 2 })]);
    await writeNext(store(), { ...doors, name: 'doors-by-colour' }, [put('red', {})]);
    expect(await store().get(doors, 'front')).toStrictEqual({ version: 1 });
    expect(await store().get({ ...doors, version: 2 }, 'front')).toStrictEqual({ version: 2 });
    expect(await store().count({ ...doors, name: 'doors-by-colour' }, [])).toBe(1);
    expect(await store().count(doors, [])).toBe(1);
  });
};

const ownership = (store: () => ReadStore): void => {
  const at = (position: number, revision: number) => ({ logId: 'log-1', position, revision });
  const nothing = { changes: [], park: [], release: [] };

  it('E20: a write carries its checkpoint', async () => {
    await store().write(doors, { ...nothing, expected: undefined, checkpoint: at(41, 1) });
    await store().write(doors, { ...nothing, expected: at(41, 1), checkpoint: at(99, 2) });
    expect(await store().checkpoint(doors)).toStrictEqual({ logId: 'log-1', position: 99, revision: 2 });
  });

  it.each([
    ['there is none yet', undefined],
    ['it is at another position', at(40, 1)],
    ['it was written since, at the same position', at(41, 0)],
    ['it is of another log', { logId: 'log-2', position: 41, revision: 1 }],
  ])('E21: a writer that believes %s writes nothing at all', async (_, expected) => {
    const parked = { stream: 'door-1', position: 3, error: 'unknown' };
    const first = { ...nothing, park: [parked], expected: undefined, checkpoint: at(41, 1) };
    await store().write(doors, { ...first, changes: [put('front', { by: 'owner' }, { by: ['owner'] })] });
    const late = store().write(doors, {
      changes: [put('front', { by: 'late' }, { by: ['late'] }), put('back', { by: 'late' })],
      expected,
      checkpoint: at(50, 2),
      park: [{ stream: 'door-2', position: 4, error: 'late' }],
      release: ['door-1'],
    });
    await expect(late).rejects.toBeInstanceOf(ViewConflict);
    expect(await store().checkpoint(doors)).toStrictEqual(at(41, 1));
    expect(await store().parked(doors)).toStrictEqual([parked]);
    expect(await store().find(doors, { where: [], limit: 10 })).toStrictEqual([
      { id: 'front', document: { by: 'owner' } },
    ]);
    expect(await store().count(doors, [{ field: 'by', anyOf: ['late'] }])).toBe(0);
  });

  it('E21: of many writers that saw the same checkpoint, one wins', async () => {
    const attempts = Array.from({ length: 16 }, (_, writer) =>
      store().write(doors, {
        ...nothing,
        changes: [put(`by-${writer}`, {})],
        expected: undefined,
        checkpoint: at(1, 1),
      }),
    );
    const outcomes = await Promise.allSettled(attempts);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await store().count(doors, [])).toBe(1);
  });

  it('E20: a write that fails half way leaves nothing behind', async () => {
    await writeNext(store(), doors, [put('front', { n: 1 })]);
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    const broken = writeNext(store(), doors, [put('front', { n: 2 }), put('back', circular as never)]);
    await expect(broken).rejects.toThrow('circular');
    expect(await store().get(doors, 'front')).toStrictEqual({ n: 1 });
    expect((await store().checkpoint(doors))?.position).toBe(1);
  });
};

const parkedStreams = (store: () => ReadStore): void => {
  it('E22: parked streams are listed in order of their positions, until they are released', async () => {
    const late = { stream: 'door-late', position: 10, error: 'second' };
    const early = { stream: 'door-early', position: 9, error: 'first' };
    await writeNext(store(), doors, [], { park: [late, early] });
    expect(await store().parked(doors)).toStrictEqual([early, late]);
    expect(await store().parked({ ...doors, version: 2 })).toStrictEqual([]);
    await writeNext(store(), doors, [], { release: ['door-early'] });
    expect(await store().parked(doors)).toStrictEqual([late]);
  });

  it('E22: a stream that parks again takes the new position and error', async () => {
    await writeNext(store(), doors, [], { park: [{ stream: 'door-1', position: 9, error: 'first' }] });
    await writeNext(store(), doors, [], { park: [{ stream: 'door-1', position: 12, error: 'next' }] });
    expect(await store().parked(doors)).toStrictEqual([{ stream: 'door-1', position: 12, error: 'next' }]);
  });
};

const dropping = (store: () => ReadStore): void => {
  it('R50: a dropped view is gone with its checkpoint, and can be written from the start', async () => {
    const shadow = { ...doors, version: 2 };
    await writeNext(store(), shadow, [put('front', { n: 2 })]);
    await writeNext(store(), doors, [put('front', { n: 1 }, { colour: ['red'] })], {
      park: [{ stream: 'door-1', position: 1, error: 'unknown' }],
    });
    await store().drop(doors);
    expect(await store().checkpoint(doors)).toBeUndefined();
    expect(await store().parked(doors)).toStrictEqual([]);
    expect(await store().count(doors, [])).toBe(0);
    expect(await store().get(shadow, 'front')).toStrictEqual({ n: 2 });

    await writeNext(store(), doors, [put('back', {}, { colour: ['red'] })]);
    expect(
      await store().find(doors, { where: [{ field: 'colour', anyOf: ['red'] }], limit: 9 }),
    ).toStrictEqual([{ id: 'back', document: {} }]);
  });
};
