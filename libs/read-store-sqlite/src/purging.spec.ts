import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Document, DocumentChange, IndexEntries, ViewSlot } from '@muster/eventsourcing';
import { SqliteReadStore } from './sqlite.read-store.ts';

const directory = mkdtempSync(join(tmpdir(), 'purging-'));
afterAll(() => rmSync(directory, { recursive: true }));

const members: ViewSlot = { name: 'members', version: 1, slot: 'a' };
const CANARY = 'canary';
const MEMBERS = 6_000;

const put = (id: string, document: Document, indexes: IndexEntries): DocumentChange => ({
  id,
  document,
  indexes,
});

const write = async (store: SqliteReadStore, changes: readonly DocumentChange[]): Promise<void> => {
  const expected = await store.checkpoint(members);
  const next = (expected?.position ?? 0) + 1;
  const checkpoint = { logId: 'log-1', position: next, revision: next };
  await store.write(members, { changes, expected, checkpoint, park: [], release: [] });
};

/** The same sequence every time: a page that splits here splits in every run. */
const sequence = () => {
  let state = 1;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
};

const traces = (): number =>
  readdirSync(directory)
    .map((file) => readFileSync(join(directory, file), 'latin1').split(CANARY).length - 1)
    .reduce((sum, found) => sum + found, 0);

/** Grows a view in an order that splits its pages again and again, and then erases one member in twenty. */
const liveAndErase = async (store: SqliteReadStore): Promise<readonly string[]> => {
  const random = sequence();
  const ids = Array.from({ length: MEMBERS }, (_, n) => `member-${String(n).padStart(6, '0')}`);
  const shuffled = ids.map((id) => [random(), id] as const).toSorted(([a], [b]) => a - b);
  const erased = new Set(ids.filter(() => random() < 0.05));
  const member = (id: string): DocumentChange => {
    const address = `${erased.has(id) ? CANARY : 'person'}-${id}@acme.test`;
    return put(
      id,
      { address, metadata: 'm'.repeat(random() * 600) },
      { address: [address], status: ['active'] },
    );
  };
  const order = shuffled.map(([, id]) => id);
  for (const round of [order, order.slice(0, MEMBERS / 2), order.slice(MEMBERS / 4)])
    for (let first = 0; first < round.length; first += 500)
      await write(store, round.slice(first, first + 500).map(member));
  await write(
    store,
    [...erased].map((id) => put(id, { erased: true }, { erasure: ['open'] })),
  );
  return [...erased];
};

describe('purging a slot', () => {
  it('R54: leaves no byte of what was erased in any file, not even where pages were split', async () => {
    const first = SqliteReadStore.open(directory);
    const erased = await liveAndErase(first);
    expect(erased.length).toBeGreaterThan(200);
    await first.close();
    // Nothing of it is in a write-ahead log any more, and still the engine left some.
    expect(traces()).toBeGreaterThan(0);
    const store = SqliteReadStore.open(directory);
    expect(await store.purge(members)).toBe(true);
    expect(traces()).toBe(0);
    const where = [{ field: 'status', anyOf: ['active'] }];
    expect(await store.count(members, where)).toBe(MEMBERS - erased.length);
    expect(await store.get(members, erased[0]!)).toEqual({ erased: true });
    await store.close();
  }, 60_000);

  it('R54: many at once do no harm to one another, nor to who writes meanwhile', async () => {
    const store = SqliteReadStore.open(mkdtempSync(join(tmpdir(), 'purging-')));
    await write(store, [put('a', { n: 0 }, {})]);
    const purged = Array.from({ length: 20 }, () => store.purge(members));
    const written = (async () => {
      for (let n = 1; n <= 10; n++) await write(store, [put('a', { n }, {})]);
    })();
    expect(new Set(await Promise.all(purged))).toEqual(new Set([true]));
    await written;
    expect(await store.get(members, 'a')).toEqual({ n: 10 });
    expect(await store.purge(members)).toBe(true);
    await store.close();
  });

  it('has nothing to do where nothing is stored', async () => {
    const store = SqliteReadStore.open(directory);
    expect(await store.purge({ name: 'nobody', version: 1, slot: 'a' })).toBe(true);
    await store.close();
  });
});
