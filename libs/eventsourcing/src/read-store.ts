import type { JsonObject } from '@muster/kernel';

/** A document of a view: what one id looks like now. Decoded values, no ciphertext (E24). */
export type Document = JsonObject;

/** Fields by which documents are found. A field may have several values (all roles of a member). */
export type IndexEntries = Readonly<Record<string, readonly string[]>>;

/** One condition on an index field; conditions are joined by AND, the values of one by OR. */
export type Filter =
  | { readonly field: string; readonly anyOf: readonly string[] }
  /** Substring, case-insensitive. */
  | { readonly field: string; readonly contains: string };

/** The form in which `contains` compares: the same in every adapter, so that none uses its engine's own idea of case. */
export const foldCase = (text: string): string => text.toLowerCase();

/** Whether a document with these index entries meets a condition: what every adapter's `find` must agree with. */
export const meets = (entries: IndexEntries, filter: Filter): boolean => {
  const values = entries[filter.field] ?? [];
  if ('anyOf' in filter) return values.some((value) => filter.anyOf.includes(value));
  const part = foldCase(filter.contains);
  return values.some((value) => foldCase(value).includes(part));
};

/** The order of ids: as UTF-8 bytes. */
export const byteOrder = (a: string, b: string): number =>
  a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b));

export type Query = {
  readonly where: readonly Filter[];
  /** Only ids after this one (cursor). */
  readonly after?: string;
  readonly limit: number;
};

export type DocumentChange =
  | { readonly id: string; readonly document: Document; readonly indexes: IndexEntries }
  | { readonly id: string; readonly document: undefined };

/** An event that its view could not take; later events of its stream wait behind it (E22). */
export type ParkedStream = { readonly stream: string; readonly position: number; readonly error: string };

/**
 * How far a view is. `logId` guards against a checkpoint of another log (E14). `revision` counts the view's writes, so
 * that a write which moves no position (a parked stream is released) is still seen by every other owner (E21).
 */
export type Checkpoint = { readonly logId: string; readonly position: number; readonly revision: number };

/** True where both name the same write of the same log, or both none. */
export const sameCheckpoint = (a: Checkpoint | undefined, b: Checkpoint | undefined): boolean =>
  a?.logId === b?.logId && a?.position === b?.position && a?.revision === b?.revision;

/** Written in one transaction, or not at all (E20). */
export type ViewWrite = {
  /** Names each document once. */
  readonly changes: readonly DocumentChange[];
  /** Must be the stored one, else another owner was here: nothing is written. Undefined: none is stored yet. */
  readonly expected: Checkpoint | undefined;
  readonly checkpoint: Checkpoint;
  /** Streams that wait from now on; one that waits already takes the new position and error. */
  readonly park: readonly ParkedStream[];
  /** Streams no longer parked. */
  readonly release: readonly string[];
};

/** One version of one view. */
export type ViewName = { readonly name: string; readonly version: number };

/** A view has two copies at most that it may be read from: the live one and, beside it, a shadow or the previous one. */
export type Slot = 'a' | 'b';

/** One copy of one version of a view: what is stored. `scratch` holds a copy that is built to be compared, then dropped. */
export type ViewSlot = ViewName & { readonly slot: Slot | 'scratch' };

/** The slot beside that one. */
export const otherSlot = (slot: Slot): Slot => (slot === 'a' ? 'b' : 'a');

/**
 * Which slot is live; `a` where nobody ever swapped. `previous`: the other slot was live until the last swap, and was not
 * dropped since. `revision` changes with every swap and every drop, so a reader who finds it unchanged after the read
 * knows that it read the live slot, whole, whoever else is at work.
 */
export type LivePointer = { readonly slot: Slot; readonly previous: boolean; readonly revision: number };

/** What the pointer is before anybody swapped or dropped anything. */
export const firstPointer: LivePointer = { slot: 'a', previous: false, revision: 0 };

/** How a document is found by one value of one field, with the form in which `contains` compares it. */
export type IndexEntry = {
  readonly field: string;
  readonly value: string;
  readonly id: string;
  readonly folded: string;
};

/** A document as it is stored, with the entries it was stored with, both as JSON text. */
export type SnapshotDocument = { readonly id: string; readonly body: string; readonly indexes: string };

/**
 * One slot as of one checkpoint, whatever is written meanwhile; writers do not wait for it. Whoever took it closes it.
 * Entries are those that `find` uses, so what was altered in either place is seen.
 */
export interface ViewSnapshot {
  readonly checkpoint: Checkpoint | undefined;
  /** In order of ids, as UTF-8 bytes. */
  documents(): Iterable<SnapshotDocument> | AsyncIterable<SnapshotDocument>;
  /** In order of field, value and id, as UTF-8 bytes. */
  entries(): Iterable<IndexEntry> | AsyncIterable<IndexEntry>;
  close(): Promise<void>;
}

/**
 * Somebody else was here: the checkpoint moved under a writer, or the pointer under a swap. Nothing was written; read
 * again (E21).
 */
export class ViewConflict extends Error {
  constructor(view: ViewName) {
    super(`view ${view.name} v${view.version} was written by another owner`);
    this.name = 'ViewConflict';
  }
}

/** A slot that is being loaded cannot be searched: its index entries are not there yet. */
export class SlotIsLoading extends Error {
  constructor({ name, version, slot }: ViewSlot) {
    super(`slot ${slot} of view ${name} v${version} is being loaded`);
    this.name = 'SlotIsLoading';
  }
}

/**
 * Keeps copies of views: documents by id, found by index entries, with the checkpoint they are as of. Everything in it
 * can be deleted and rebuilt from the log (R50). Adapters pass `readStoreContract`.
 *
 * A view has slots, each with documents, entries, checkpoint and parked streams of its own, and a pointer to the one that
 * is live (E23). Who reads a view reads the pointer, then the slot, then the pointer again; see `View`.
 *
 * @example
 * const { slot } = await store.live(members);
 * const found = await store.find({ ...members, slot }, { where: [{ field: 'role', anyOf: ['admin'] }], limit: 100 });
 */
export interface ReadStore {
  live(view: ViewName): Promise<LivePointer>;
  /**
   * Points to the other slot, at once and for all readers, where the pointer is still the expected one. What was live
   * becomes previous.
   * @throws ViewConflict
   */
  swap(view: ViewName, expected: LivePointer): Promise<LivePointer>;
  /** All that hold something, of whatever version. */
  slots(): Promise<readonly ViewSlot[]>;

  /** @throws ViewConflict */
  write(slot: ViewSlot, write: ViewWrite): Promise<void>;
  checkpoint(slot: ViewSlot): Promise<Checkpoint | undefined>;
  /** In order of their positions. */
  parked(slot: ViewSlot): Promise<readonly ParkedStream[]>;
  get(slot: ViewSlot, id: string): Promise<Document | undefined>;
  getMany(slot: ViewSlot, ids: readonly string[]): Promise<ReadonlyMap<string, Document>>;
  /** Documents in order of their ids, compared as UTF-8 bytes. @throws SlotIsLoading */
  find(
    slot: ViewSlot,
    query: Query,
  ): Promise<readonly { readonly id: string; readonly document: Document }[]>;
  /** @throws SlotIsLoading */
  count(slot: ViewSlot, where: readonly Filter[]): Promise<number>;
  snapshot(slot: ViewSlot): Promise<ViewSnapshot>;
  /** Removes the copy with its checkpoint. A reader of the live slot is told by the pointer's revision. */
  drop(slot: ViewSlot): Promise<void>;

  /**
   * Makes a slot empty and ready to be filled fast: whatever is written to it from now on is not found by entries until
   * `finishLoading`. That is kept with the slot, for whoever goes on after a crash.
   */
  startLoading(slot: ViewSlot): Promise<void>;
  isLoading(slot: ViewSlot): Promise<boolean>;
  /** Makes all that the slot holds findable. Nothing to do where it is not being loaded. */
  finishLoading(slot: ViewSlot): Promise<void>;

  /**
   * Leaves no trace in any file of what was replaced or removed in this slot, not even where it had been (R54). False
   * where the slot is too large to be written anew beside its readers: building it in the other slot does it then.
   */
  purge(slot: ViewSlot): Promise<boolean>;

  close(): Promise<void>;
}
