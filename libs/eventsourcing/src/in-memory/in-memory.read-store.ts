import {
  type Checkpoint,
  type Document,
  type Filter,
  type IndexEntries,
  meets,
  type ParkedStream,
  type Query,
  type ReadStore,
  sameCheckpoint,
  ViewConflict,
  type ViewName,
  type ViewWrite,
} from '../read-store.ts';

type Stored = { readonly body: string; readonly indexes: IndexEntries };
type View = {
  readonly documents: Map<string, Stored>;
  readonly parked: Map<string, ParkedStream>;
  checkpoint: Checkpoint | undefined;
};

const keyOf = ({ name, version }: ViewName): string => `${name} v${version}`;

/**
 * Views in the memory of one process, for tests and throw-away runs. Documents are kept as JSON text, so that nobody
 * can change a stored one through a reference, and what JSON drops is dropped here too.
 */
export class InMemoryReadStore implements ReadStore {
  private readonly views = new Map<string, View>();

  async write(name: ViewName, { changes, expected, checkpoint, park, release }: ViewWrite): Promise<void> {
    const view = this.view(name);
    if (!sameCheckpoint(view.checkpoint, expected)) throw new ViewConflict(name);
    // All that can fail comes before the first change: the write is atomic because nothing below throws or waits.
    const stored = changes.map((change) => ({
      id: change.id,
      stored: change.document && { body: JSON.stringify(change.document), indexes: change.indexes },
    }));
    for (const { id, stored: document } of stored)
      if (document) view.documents.set(id, document);
      else view.documents.delete(id);
    for (const stream of release) view.parked.delete(stream);
    for (const parked of park) view.parked.set(parked.stream, parked);
    view.checkpoint = checkpoint;
  }

  async checkpoint(name: ViewName): Promise<Checkpoint | undefined> {
    return this.view(name).checkpoint;
  }

  async parked(name: ViewName): Promise<readonly ParkedStream[]> {
    return [...this.view(name).parked.values()].toSorted((a, b) => a.position - b.position);
  }

  async get(name: ViewName, id: string): Promise<Document | undefined> {
    const stored = this.view(name).documents.get(id);
    return stored && JSON.parse(stored.body);
  }

  async getMany(name: ViewName, ids: readonly string[]): Promise<ReadonlyMap<string, Document>> {
    const { documents } = this.view(name);
    const known = ids.filter((id) => documents.has(id));
    return new Map(known.map((id) => [id, JSON.parse(documents.get(id)!.body)]));
  }

  async find(
    name: ViewName,
    { where, after, limit }: Query,
  ): Promise<readonly { readonly id: string; readonly document: Document }[]> {
    return this.matching(name, where)
      .filter(({ id }) => after === undefined || byteOrder(id, after) > 0)
      .toSorted((a, b) => byteOrder(a.id, b.id))
      .slice(0, Math.max(0, limit))
      .map(({ id, body }) => ({ id, document: JSON.parse(body) }));
  }

  async count(name: ViewName, where: readonly Filter[]): Promise<number> {
    return this.matching(name, where).length;
  }

  async drop(name: ViewName): Promise<void> {
    this.views.delete(keyOf(name));
  }

  async close(): Promise<void> {}

  private matching(name: ViewName, where: readonly Filter[]): { id: string; body: string }[] {
    return [...this.view(name).documents]
      .filter(([, { indexes }]) => where.every((filter) => meets(indexes, filter)))
      .map(([id, { body }]) => ({ id, body }));
  }

  private view(name: ViewName): View {
    const key = keyOf(name);
    const view = this.views.get(key) ?? { documents: new Map(), parked: new Map(), checkpoint: undefined };
    this.views.set(key, view);
    return view;
  }
}

const byteOrder = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
