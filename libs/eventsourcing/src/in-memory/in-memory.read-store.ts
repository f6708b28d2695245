import {
  byteOrder,
  type Checkpoint,
  type Document,
  type Filter,
  firstPointer,
  foldCase,
  type IndexEntries,
  type IndexEntry,
  type LivePointer,
  meets,
  otherSlot,
  type ParkedStream,
  type Query,
  type ReadStore,
  sameCheckpoint,
  SlotIsLoading,
  ViewConflict,
  type ViewName,
  type ViewSlot,
  type ViewSnapshot,
  type ViewWrite,
} from '../read-store.ts';

type Stored = { readonly body: string; readonly indexes: IndexEntries };
type Copy = {
  readonly documents: Map<string, Stored>;
  readonly parked: Map<string, ParkedStream>;
  checkpoint: Checkpoint | undefined;
  loading: boolean;
};

const viewKey = ({ name, version }: ViewName): string => `${name} v${version}`;
const slotKey = (slot: ViewSlot): string => `${viewKey(slot)} ${slot.slot}`;
const emptyCopy = (): Copy => ({
  documents: new Map(),
  parked: new Map(),
  checkpoint: undefined,
  loading: false,
});

/**
 * Views in the memory of one process, for tests and throw-away runs. Documents are kept as JSON text, so that nobody
 * can change a stored one through a reference, and what JSON drops is dropped here too.
 */
export class InMemoryReadStore implements ReadStore {
  private readonly pointers = new Map<string, LivePointer>();
  private readonly copies = new Map<string, Copy & { readonly slot: ViewSlot }>();

  async live(view: ViewName): Promise<LivePointer> {
    return this.pointers.get(viewKey(view)) ?? firstPointer;
  }

  async swap(view: ViewName, expected: LivePointer): Promise<LivePointer> {
    const { slot, revision } = this.pointers.get(viewKey(view)) ?? firstPointer;
    if (slot !== expected.slot || revision !== expected.revision) throw new ViewConflict(view);
    const pointer = { slot: otherSlot(slot), previous: true, revision: revision + 1 };
    this.pointers.set(viewKey(view), pointer);
    return pointer;
  }

  async slots(): Promise<readonly ViewSlot[]> {
    return [...this.copies.values()].map(({ slot }) => slot);
  }

  async write(slot: ViewSlot, { changes, expected, checkpoint, park, release }: ViewWrite): Promise<void> {
    if (!sameCheckpoint(this.read(slot).checkpoint, expected)) throw new ViewConflict(slot);
    // All that can fail comes before the first change: the write is atomic because nothing below throws or waits.
    const stored = changes.map((change) => ({
      id: change.id,
      stored: change.document && { body: JSON.stringify(change.document), indexes: change.indexes },
    }));
    const copy = this.keep(slot);
    for (const { id, stored: document } of stored)
      if (document) copy.documents.set(id, document);
      else copy.documents.delete(id);
    for (const stream of release) copy.parked.delete(stream);
    for (const parked of park) copy.parked.set(parked.stream, parked);
    copy.checkpoint = checkpoint;
  }

  async checkpoint(slot: ViewSlot): Promise<Checkpoint | undefined> {
    return this.read(slot).checkpoint;
  }

  async parked(slot: ViewSlot): Promise<readonly ParkedStream[]> {
    return [...this.read(slot).parked.values()].toSorted((a, b) => a.position - b.position);
  }

  async get(slot: ViewSlot, id: string): Promise<Document | undefined> {
    const stored = this.read(slot).documents.get(id);
    return stored && JSON.parse(stored.body);
  }

  async getMany(slot: ViewSlot, ids: readonly string[]): Promise<ReadonlyMap<string, Document>> {
    const { documents } = this.read(slot);
    const known = ids.filter((id) => documents.has(id));
    return new Map(known.map((id) => [id, JSON.parse(documents.get(id)!.body)]));
  }

  async find(
    slot: ViewSlot,
    { where, after, limit }: Query,
  ): Promise<readonly { readonly id: string; readonly document: Document }[]> {
    return this.matching(slot, where)
      .filter(({ id }) => after === undefined || byteOrder(id, after) > 0)
      .toSorted((a, b) => byteOrder(a.id, b.id))
      .slice(0, Math.max(0, limit))
      .map(({ id, body }) => ({ id, document: JSON.parse(body) }));
  }

  async count(slot: ViewSlot, where: readonly Filter[]): Promise<number> {
    return this.matching(slot, where).length;
  }

  async snapshot(slot: ViewSlot): Promise<ViewSnapshot> {
    const { checkpoint, documents, loading } = this.read(slot);
    const stored = [...documents].map(([id, document]) => ({ id, ...document }));
    return {
      checkpoint,
      documents: () =>
        stored
          .toSorted((a, b) => byteOrder(a.id, b.id))
          .map(({ id, body, indexes }) => ({ id, body, indexes: JSON.stringify(indexes) })),
      entries: () => (loading ? [] : stored.flatMap(entriesOf).toSorted(entryOrder)),
      close: async () => undefined,
    };
  }

  async drop(slot: ViewSlot): Promise<void> {
    this.copies.delete(slotKey(slot));
    if (slot.slot === 'scratch') return;
    const pointer = this.pointers.get(viewKey(slot)) ?? firstPointer;
    const previous = pointer.previous && slot.slot === pointer.slot;
    this.pointers.set(viewKey(slot), { ...pointer, previous, revision: pointer.revision + 1 });
  }

  async startLoading(slot: ViewSlot): Promise<void> {
    await this.drop(slot);
    this.keep(slot).loading = true;
  }

  async isLoading(slot: ViewSlot): Promise<boolean> {
    return this.read(slot).loading;
  }

  async finishLoading(slot: ViewSlot): Promise<void> {
    this.read(slot).loading = false;
  }

  async purge(): Promise<boolean> {
    return true;
  }

  async close(): Promise<void> {}

  private matching(slot: ViewSlot, where: readonly Filter[]): { id: string; body: string }[] {
    const { documents, loading } = this.read(slot);
    if (loading) throw new SlotIsLoading(slot);
    return [...documents]
      .filter(([, { indexes }]) => where.every((filter) => meets(indexes, filter)))
      .map(([id, { body }]) => ({ id, body }));
  }

  private read(slot: ViewSlot): Copy {
    return this.copies.get(slotKey(slot)) ?? emptyCopy();
  }

  private keep({ name, version, slot }: ViewSlot): Copy {
    const key = slotKey({ name, version, slot });
    const copy = this.copies.get(key) ?? { ...emptyCopy(), slot: { name, version, slot } };
    this.copies.set(key, copy);
    return copy;
  }
}

const entriesOf = ({ id, indexes }: Stored & { readonly id: string }): readonly IndexEntry[] =>
  Object.entries(indexes).flatMap(([field, values]) =>
    [...new Set(values)].map((value) => ({ field, value, id, folded: foldCase(value) })),
  );

const entryOrder = (a: IndexEntry, b: IndexEntry): number =>
  byteOrder(a.field, b.field) || byteOrder(a.value, b.value) || byteOrder(a.id, b.id);
