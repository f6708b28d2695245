import { mkdirSync } from 'node:fs';
import type {
  Checkpoint,
  Document,
  Filter,
  LivePointer,
  ParkedStream,
  Query,
  ReadStore,
  ViewName,
  ViewSlot,
  ViewSnapshot,
  ViewWrite,
} from '@muster/eventsourcing';
import { ViewConflict } from '@muster/eventsourcing';
import { UnavailableError } from '@muster/kernel';
import { Catalog } from './catalog.ts';
import { writeAnew } from './compaction.ts';
import { SlotFile } from './slot-file.ts';
import { emptySnapshot, SlotSnapshot } from './slot-snapshot.ts';
import { answering, answeringLater, inTransaction } from './sqlite-file.ts';

/** Takes about a second, in which the slot cannot be written to. */
const LARGEST_WRITTEN_ANEW = 128 * 1024 * 1024;

const keyOf = ({ name, version, slot }: ViewSlot): string => `${name} v${version} ${slot}`;

/**
 * Views in SQLite, one file per slot, in one directory. So a copy that is built takes nobody's write lock, and dropping
 * one is removing a file. Several processes of one host may share the directory.
 */
export class SqliteReadStore implements ReadStore {
  private readonly files = new Map<string, SlotFile>();
  private readonly purges = new Map<string, Promise<boolean>>();
  private readonly nextPurges = new Map<string, Promise<boolean>>();

  private constructor(private readonly catalog: Catalog) {}

  /**
   * Opens or creates the directory; its files are readable by their owner only.
   *
   * @example
   * const store = SqliteReadStore.open('.muster/views');
   * @throws UnavailableError where it cannot be opened
   */
  static open(directory: string): SqliteReadStore {
    return answering(() => {
      mkdirSync(directory, { mode: 0o700, recursive: true });
      return new SqliteReadStore(new Catalog(directory));
    });
  }

  async live(view: ViewName): Promise<LivePointer> {
    return this.catalog.pointer(view);
  }

  async swap(view: ViewName, expected: LivePointer): Promise<LivePointer> {
    return this.catalog.swap(view, expected);
  }

  async slots(): Promise<readonly ViewSlot[]> {
    return this.catalog.slots();
  }

  async write(slot: ViewSlot, write: ViewWrite): Promise<void> {
    // Only a first write makes a file: one that expects something stored comes too late where there is nothing.
    if (write.expected === undefined) await this.catalog.claim(slot);
    await this.change(slot, (file) => file.write(write));
  }

  async checkpoint(slot: ViewSlot): Promise<Checkpoint | undefined> {
    return this.read(slot, (file) => file.checkpoint());
  }

  async parked(slot: ViewSlot): Promise<readonly ParkedStream[]> {
    return this.read(slot, (file) => file.parked()) ?? [];
  }

  async get(slot: ViewSlot, id: string): Promise<Document | undefined> {
    return (await this.getMany(slot, [id])).get(id);
  }

  async getMany(slot: ViewSlot, ids: readonly string[]): Promise<ReadonlyMap<string, Document>> {
    return this.read(slot, (file) => file.getMany(ids)) ?? new Map();
  }

  async find(
    slot: ViewSlot,
    query: Query,
  ): Promise<readonly { readonly id: string; readonly document: Document }[]> {
    return this.read(slot, (file) => file.find(query)) ?? [];
  }

  async count(slot: ViewSlot, where: readonly Filter[]): Promise<number> {
    return this.read(slot, (file) => file.count(where)) ?? 0;
  }

  async snapshot(slot: ViewSlot): Promise<ViewSnapshot> {
    return this.read(slot, ({ path }) => new SlotSnapshot(path)) ?? emptySnapshot;
  }

  async drop(slot: ViewSlot): Promise<void> {
    await this.catalog.drop(slot);
    this.present(slot);
  }

  async startLoading(slot: ViewSlot): Promise<void> {
    await this.drop(slot);
    await this.catalog.claim(slot);
    await this.change(slot, (file) => file.setLoading(true));
  }

  async isLoading(slot: ViewSlot): Promise<boolean> {
    return this.read(slot, (file) => file.isLoading()) ?? false;
  }

  async finishLoading(slot: ViewSlot): Promise<void> {
    if (!(await this.isLoading(slot))) return;
    await this.change(slot, (file) => {
      file.addEntries();
      file.setLoading(false);
    });
    this.read(slot, (file) => file.settle());
  }

  /** Many at once are two runs at most: the one that is under way, which may be past what was just removed, and one more. */
  purge(slot: ViewSlot): Promise<boolean> {
    const key = keyOf(slot);
    const waiting = this.nextPurges.get(key);
    if (waiting) return waiting;
    const before = this.purges.get(key) ?? Promise.resolve(true);
    const next = before
      .catch(() => undefined)
      .then(() => {
        this.nextPurges.delete(key);
        this.purges.set(key, next);
        return this.purgeNow(slot);
      });
    this.nextPurges.set(key, next);
    return next;
  }

  private async purgeNow(slot: ViewSlot): Promise<boolean> {
    const file = answering(() => this.present(slot));
    if (!file) return true;
    const isSmall = answering(() => file.bytes()) <= LARGEST_WRITTEN_ANEW;
    if (isSmall) await answeringLater(() => writeAnew(file.path));
    // Whoever reads an older state keeps it in the write-ahead log until they are done.
    if (this.read(slot, (present) => present.settle()) === false) throw new UnavailableError('read store');
    return isSmall;
  }

  async close(): Promise<void> {
    for (const file of this.files.values()) file.close();
    this.catalog.close();
  }

  private read<T>(slot: ViewSlot, ask: (file: SlotFile) => T): T | undefined {
    return answering(() => {
      const file = this.present(slot);
      return file && ask(file);
    });
  }

  private change(slot: ViewSlot, work: (file: SlotFile) => void): Promise<void> {
    return inTransaction(() => {
      const file = this.present(slot);
      if (!file) throw new ViewConflict(slot);
      return file;
    }, work);
  }

  /** The file that the slot has now, whoever made it. */
  private present(slot: ViewSlot): SlotFile | undefined {
    const path = this.catalog.path(slot);
    const key = keyOf(slot);
    const known = this.files.get(key);
    if (known && known.path === path) return known;
    known?.close();
    this.files.delete(key);
    if (path === undefined) return undefined;
    const { name, version } = slot;
    const file = SlotFile.open(path, { name, version, slot: slot.slot });
    this.files.set(key, file);
    return file;
  }
}
