import { UnavailableError } from '@muster/kernel';
import { InMemoryReadStore } from './in-memory/in-memory.read-store.ts';
import { purgeView } from './purge-view.ts';
import type { ViewSlot } from './read-store.ts';

const view = { name: 'doors', version: 2 };
const slot = (version: number, name: ViewSlot['slot'] = 'a'): ViewSlot => ({
  name: 'doors',
  version,
  slot: name,
});

/** Says of each slot whether it was purged. */
class WatchedStore extends InMemoryReadStore {
  readonly purged: ViewSlot[] = [];
  tooLarge = false;

  override async purge(purged?: ViewSlot): Promise<boolean> {
    this.purged.push(purged!);
    return !this.tooLarge;
  }

  at(where: ViewSlot, position: number): Promise<void> {
    const checkpoint = { logId: 'log-1', position, revision: 1 };
    return this.write(where, { changes: [], expected: undefined, checkpoint, park: [], release: [] });
  }
}

describe('purging a view', () => {
  let store: WatchedStore;
  beforeEach(() => {
    store = new WatchedStore();
  });

  it('R54: purges every copy that holds the event, and no other view', async () => {
    await store.at(slot(2), 7);
    await store.at(slot(2, 'b'), 9);
    await store.at({ name: 'windows', version: 2, slot: 'a' }, 9);
    expect(await purgeView(store, view, 7)).toBe(true);
    expect(store.purged).toEqual([slot(2), slot(2, 'b')]);
  });

  it('R54: waits for a copy that is nearly there', async () => {
    await store.at(slot(2), 7);
    const soon = store.checkpoint.bind(store);
    let asked = 0;
    store.checkpoint = async (where) => (++asked < 3 ? undefined : soon(where));
    expect(await purgeView(store, view, 7)).toBe(true);
    expect(store.purged).toEqual([slot(2)]);
  });

  it('R54: is not done while a copy of this version does not get there', async () => {
    await store.at(slot(2), 7);
    await store.at(slot(2, 'b'), 3);
    await expect(purgeView(store, view, 7)).rejects.toBeInstanceOf(UnavailableError);
    expect(await store.slots()).toEqual([slot(2), slot(2, 'b')]);
  });

  it('R54: drops a copy of another version that nobody keeps up', async () => {
    await store.at(slot(1), 3);
    await store.at(slot(2), 7);
    expect(await purgeView(store, view, 7)).toBe(true);
    expect(await store.slots()).toEqual([slot(2)]);
  });

  it('says where a copy is too large to be written anew', async () => {
    await store.at(slot(2), 7);
    store.tooLarge = true;
    expect(await purgeView(store, view, 7)).toBe(false);
  });
});
