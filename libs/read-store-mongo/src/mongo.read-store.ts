import {
  type Checkpoint,
  type Document,
  type Filter,
  type LivePointer,
  type ParkedStream,
  type Query,
  type ReadStore,
  SlotIsLoading,
  ViewConflict,
  type ViewName,
  type ViewSlot,
  type ViewSnapshot,
  type ViewWrite,
} from '@muster/eventsourcing';
import { MongoConnection, type MongoOptions } from '@muster/mongo-connection';
import { Catalog } from './catalog.ts';
import { Heads } from './heads.ts';
import { collectionOf, removeLeftovers } from './leftovers.ts';
import { PageWriter, type PresentSlot } from './page-writer.ts';
import { Pages } from './pages.ts';
import { SlotDocuments } from './slot-documents.ts';
import { emptySnapshot, SlotSnapshot } from './slot-snapshot.ts';

export type MongoReadStoreOptions = Omit<MongoOptions, 'dependency'> & {
  /** Pages of more changes are written without a transaction, which has a minute only. */
  readonly largestTransaction?: number;
};

const LARGEST_TRANSACTION = 5_000;

type Found = PresentSlot & { readonly generation: number; readonly isLoading: boolean };

/**
 * Views in a MongoDB database, for any number of processes on any number of hosts: a collection per copy of a view, and
 * for each a head that says how far it is.
 *
 * @example
 * const store = await MongoReadStore.open('mongodb://mongo-1,mongo-2,mongo-3/muster?replicaSet=rs0');
 */
export class MongoReadStore implements ReadStore {
  private readonly catalog: Catalog;
  private readonly heads: Heads;
  private readonly pages: Pages;
  private readonly writer: PageWriter;

  private constructor(
    private readonly connection: MongoConnection,
    largestTransaction: number,
  ) {
    this.catalog = new Catalog(connection);
    this.heads = new Heads(connection);
    this.pages = new Pages(connection);
    this.writer = new PageWriter({ connection, heads: this.heads, pages: this.pages, largestTransaction });
  }

  /** @throws UnavailableError */
  static async open(
    url: string,
    { largestTransaction = LARGEST_TRANSACTION, ...options }: MongoReadStoreOptions = {},
  ): Promise<MongoReadStore> {
    const connection = await MongoConnection.open(url, { dependency: 'read store', ...options });
    const store = new MongoReadStore(connection, largestTransaction);
    try {
      await connection.answering(() => store.removeLeftovers());
      return store;
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  live(view: ViewName): Promise<LivePointer> {
    return this.connection.answering(() => this.catalog.pointer(view));
  }

  swap(view: ViewName, expected: LivePointer): Promise<LivePointer> {
    return this.connection.answering(() => this.catalog.swap(view, expected));
  }

  slots(): Promise<readonly ViewSlot[]> {
    return this.connection.answering(() => this.catalog.stored());
  }

  write(slot: ViewSlot, write: ViewWrite): Promise<void> {
    return this.connection.answering(async () => {
      // Only a first write makes anything: one that expects something stored comes too late where there is nothing.
      const found = (await this.lookUp(slot)) ?? (write.expected ? undefined : await this.claim(slot, false));
      if (!found) throw new ViewConflict(slot);
      await this.writer.write(found, write);
    });
  }

  async checkpoint(slot: ViewSlot): Promise<Checkpoint | undefined> {
    const head = await this.read(slot, (found) => this.writer.settled(found));
    return head?.checkpoint ?? undefined;
  }

  async parked(slot: ViewSlot): Promise<readonly ParkedStream[]> {
    const head = await this.read(slot, (found) => this.writer.settled(found));
    return head?.parked ?? [];
  }

  async get(slot: ViewSlot, id: string): Promise<Document | undefined> {
    return (await this.getMany(slot, [id])).get(id);
  }

  async getMany(slot: ViewSlot, ids: readonly string[]): Promise<ReadonlyMap<string, Document>> {
    return (await this.read(slot, ({ documents }) => documents.getMany(ids))) ?? new Map();
  }

  async find(
    slot: ViewSlot,
    query: Query,
  ): Promise<readonly { readonly id: string; readonly document: Document }[]> {
    return (await this.read(slot, (found) => findable(found).find(query))) ?? [];
  }

  async count(slot: ViewSlot, where: readonly Filter[]): Promise<number> {
    return (await this.read(slot, (found) => findable(found).count(where))) ?? 0;
  }

  async snapshot(slot: ViewSlot): Promise<ViewSnapshot> {
    const take = (found: Found) =>
      SlotSnapshot.take(found.documents, () => this.writer.settled(found), found);
    return (await this.read(slot, take)) ?? emptySnapshot;
  }

  drop(slot: ViewSlot): Promise<void> {
    return this.connection.answering(() => this.dropNow(slot));
  }

  startLoading(slot: ViewSlot): Promise<void> {
    return this.connection.answering(async () => {
      await this.dropNow(slot);
      await this.claim(slot, true);
    });
  }

  async isLoading(slot: ViewSlot): Promise<boolean> {
    return (await this.read(slot, async ({ isLoading }) => isLoading)) ?? false;
  }

  async finishLoading(slot: ViewSlot): Promise<void> {
    await this.read(slot, async ({ documents, generation, isLoading }) => {
      if (!isLoading) return;
      await documents.index();
      await this.catalog.put(slot, { generation, stored: true, loading: false });
    });
  }

  /**
   * Always false: what a document said before stays in the server's journal, in its oplog and in free space of its files
   * until they are overwritten, and no client can hasten that.
   */
  async purge(slot: ViewSlot): Promise<boolean> {
    await this.read(slot, (found) => this.writer.settled(found));
    return false;
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  private read<T>(slot: ViewSlot, ask: (found: Found) => Promise<T>): Promise<T | undefined> {
    return this.connection.answering(async () => {
      const found = await this.lookUp(slot);
      return found && ask(found);
    });
  }

  private async lookUp(slot: ViewSlot): Promise<Found | undefined> {
    const { generation, stored, loading } = await this.catalog.state(slot);
    return stored ? this.found(slot, generation, loading) : undefined;
  }

  private found(slot: ViewSlot, generation: number, isLoading: boolean): Found {
    const collection = collectionOf(slot, generation);
    return {
      slot,
      generation,
      isLoading,
      head: collection,
      documents: new SlotDocuments(this.connection, collection),
    };
  }

  /** Makes what a slot is kept in, then says that it is there. */
  private async claim(slot: ViewSlot, loading: boolean): Promise<Found> {
    for (;;) {
      const { generation, ...state } = await this.catalog.state(slot);
      const found = this.found(slot, generation, state.stored ? state.loading : loading);
      if (state.stored) return found;
      await found.documents.create();
      if (!loading) await found.documents.index();
      await this.heads.make(found.head, slot, generation);
      if (await this.catalog.put(slot, { generation, stored: true, loading })) return found;
    }
  }

  private async dropNow(slot: ViewSlot): Promise<void> {
    const { generation } = await this.catalog.state(slot);
    await this.catalog.drop(slot);
    const { head, documents } = this.found(slot, generation, false);
    await documents.drop();
    await this.pages.forgetAll(head);
    await this.heads.drop(head);
  }

  private removeLeftovers(): Promise<void> {
    const { catalog, heads, pages } = this;
    return removeLeftovers(this.connection, { catalog, heads, pages });
  }
}

/** @throws SlotIsLoading */
const findable = ({ documents, isLoading, slot }: Found): SlotDocuments => {
  if (isLoading) throw new SlotIsLoading(slot);
  return documents;
};
