import fc from 'fast-check';
import { type Filter, meets, type ReadStore } from '../read-store.ts';
import { doors, put, remove, writeNext } from './view-writes.ts';

/** Documents are found by their index entries, in order, in pages. */
export const findingContract = (store: () => ReadStore): void => {
  const ids = async (where: readonly Filter[], after?: string, limit = 100) =>
    (await store().find(doors, { where, limit, ...(after === undefined ? {} : { after }) })).map(
      ({ id }) => id,
    );

  describe('conditions', () => filters(store, ids));
  pages(store, ids);

  it('finds what the definition of a condition says, whatever was written before', async () => {
    const word = fc.constantFrom('a', 'A', 'ab', 'B', '%', '_', 'é', 'É', '');
    const indexes = fc.record(
      { x: fc.array(word, { maxLength: 3 }), y: fc.array(word, { maxLength: 2 }) },
      { requiredKeys: [] },
    );
    const field = fc.constantFrom('x', 'y', 'z');
    const filter = fc.oneof(
      fc.record({ field, anyOf: fc.array(word, { maxLength: 3 }) }),
      fc.record({ field, contains: word }),
    );
    const change = fc.record({ id: fc.constantFrom('1', '2', '3', '4'), indexes: fc.option(indexes) });
    const example = fc.record({
      changes: fc.array(change, { maxLength: 12 }),
      where: fc.array(filter, { maxLength: 3 }),
    });
    const finds = async ({ changes, where }: typeof example extends fc.Arbitrary<infer T> ? T : never) => {
      await store().drop(doors);
      const model = new Map<string, Record<string, string[]>>();
      for (const { id, indexes: entries } of changes) {
        await writeNext(store(), doors, [entries ? put(id, {}, entries) : remove(id)]);
        if (entries) model.set(id, entries);
        else model.delete(id);
      }
      const matching = [...model].filter(([, entries]) =>
        where.every((condition) => meets(entries, condition)),
      );
      const expected = matching.map(([id]) => id).toSorted();
      expect(await ids(where)).toStrictEqual(expected);
      expect(await store().count(doors, where)).toBe(expected.length);
    };
    await fc.assert(fc.asyncProperty(example, finds), { numRuns: 150 });
    // Some thousand calls, each of which may be one to a server.
  }, 240_000);
};

type Ids = (where: readonly Filter[], after?: string, limit?: number) => Promise<readonly string[]>;

const filters = (store: () => ReadStore, ids: Ids): void => {
  beforeEach(() =>
    writeNext(store(), doors, [
      put('a', {}, { colour: ['red'], label: ['Front Door'], key: ['1', '2'] }),
      put('b', {}, { colour: ['green'], label: ['100%_back\\'], key: ['2', '3'] }),
      put('c', {}, { colour: ['red'], label: ['ÉTÉ'], key: ['3'] }),
      put('d', {}),
    ]),
  );

  it('a condition holds where one of the field’s values is one of those asked for', async () => {
    expect(await ids([{ field: 'key', anyOf: ['2'] }])).toStrictEqual(['a', 'b']);
    expect(await ids([{ field: 'key', anyOf: ['3', '1', '2'] }])).toStrictEqual(['a', 'b', 'c']);
    expect(await ids([{ field: 'key', anyOf: ['4'] }])).toStrictEqual([]);
    expect(await ids([{ field: 'key', anyOf: [] }])).toStrictEqual([]);
    expect(await ids([{ field: 'nowhere', anyOf: ['1'] }])).toStrictEqual([]);
  });

  it('values are compared as they are: case counts', async () => {
    expect(await ids([{ field: 'colour', anyOf: ['RED'] }])).toStrictEqual([]);
  });

  it('all conditions must hold', async () => {
    const red = { field: 'colour', anyOf: ['red'] };
    const withKey = (...anyOf: readonly string[]) => ({ field: 'key', anyOf });
    expect(await ids([red, withKey('2', '3')])).toStrictEqual(['a', 'c']);
    expect(await ids([red, withKey('3')])).toStrictEqual(['c']);
    expect(await ids([withKey('1'), withKey('2')])).toStrictEqual(['a']);
    expect(await ids([red, { field: 'label', contains: 'door' }])).toStrictEqual(['a']);
    expect(await store().count(doors, [red, withKey('3')])).toBe(1);
  });

  it('a part of a value is found whatever its case, also outside ASCII', async () => {
    expect(await ids([{ field: 'label', contains: 'T DO' }])).toStrictEqual(['a']);
    expect(await ids([{ field: 'label', contains: 'été' }])).toStrictEqual(['c']);
    expect(await ids([{ field: 'label', contains: '' }])).toStrictEqual(['a', 'b', 'c']);
  });

  it('a part is no pattern: %, _ and \\ stand for themselves', async () => {
    expect(await ids([{ field: 'label', contains: '%' }])).toStrictEqual(['b']);
    expect(await ids([{ field: 'label', contains: '_' }])).toStrictEqual(['b']);
    expect(await ids([{ field: 'label', contains: '\\' }])).toStrictEqual(['b']);
    expect(await ids([{ field: 'label', contains: 'f%t' }])).toStrictEqual([]);
  });

  it('no condition means all documents, those without entries too', async () => {
    expect(await ids([])).toStrictEqual(['a', 'b', 'c', 'd']);
    expect(await store().count(doors, [])).toBe(4);
  });

  it('a replaced or removed document is not found by its old entries', async () => {
    await writeNext(store(), doors, [put('a', {}, { colour: ['blue'] }), remove('c')]);
    expect(await ids([{ field: 'colour', anyOf: ['red'] }])).toStrictEqual([]);
    expect(await ids([{ field: 'colour', anyOf: ['blue'] }])).toStrictEqual(['a']);
    expect(await ids([{ field: 'key', anyOf: ['1', '3'] }])).toStrictEqual(['b']);
  });
};

const pages = (store: () => ReadStore, ids: Ids): void => {
  it('pages follow one another by the last id, in byte order', async () => {
    const unordered = ['b', 'é', 'a-2', '😀', 'a', 'B', '\uFFFD', 'a-10'];
    const ordered = ['B', 'a', 'a-10', 'a-2', 'b', 'é', '\uFFFD', '😀'];
    await writeNext(
      store(),
      doors,
      unordered.map((id) => put(id, { id }, { kind: ['door', 'gate'] })),
    );
    for (const where of [[], [{ field: 'kind', anyOf: ['door'] }], [{ field: 'kind', contains: '' }]]) {
      expect(await ids(where)).toStrictEqual(ordered);
      expect(await ids(where, undefined, 3)).toStrictEqual(['B', 'a', 'a-10']);
      expect(await ids(where, 'a-10', 3)).toStrictEqual(['a-2', 'b', 'é']);
      expect(await ids(where, 'é', 3)).toStrictEqual(['\uFFFD', '😀']);
      expect(await ids(where, '😀', 3)).toStrictEqual([]);
    }
    expect(await ids([{ field: 'kind', anyOf: ['gate', 'door'] }], 'a', 2)).toStrictEqual(['a-10', 'a-2']);
    expect(await store().find(doors, { where: [], after: 'é', limit: 1 })).toStrictEqual([
      { id: '\uFFFD', document: { id: '\uFFFD' } },
    ]);
  });

  it('a limit of nothing, or less, gives nothing', async () => {
    await writeNext(store(), doors, [put('a', {}), put('b', {})]);
    expect(await ids([], undefined, 0)).toStrictEqual([]);
    expect(await ids([], undefined, -1)).toStrictEqual([]);
  });
};
