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

/** The checkpoint moved under a writer: another owner is at work on this view (E21). */
export class ViewConflict extends Error {
  constructor(view: ViewName) {
    super(`view ${view.name} v${view.version} was written by another owner`);
    this.name = 'ViewConflict';
  }
}

/** Keeps views. Everything in it can be deleted and rebuilt from the log (R50). Adapters pass `readStoreContract`. */
export interface ReadStore {
  /** @throws ViewConflict */
  write(view: ViewName, write: ViewWrite): Promise<void>;
  checkpoint(view: ViewName): Promise<Checkpoint | undefined>;
  /** In order of their positions. */
  parked(view: ViewName): Promise<readonly ParkedStream[]>;
  get(view: ViewName, id: string): Promise<Document | undefined>;
  getMany(view: ViewName, ids: readonly string[]): Promise<ReadonlyMap<string, Document>>;
  /** Documents in order of their ids, compared as UTF-8 bytes. */
  find(
    view: ViewName,
    query: Query,
  ): Promise<readonly { readonly id: string; readonly document: Document }[]>;
  count(view: ViewName, where: readonly Filter[]): Promise<number>;
  /** Removes the view with its checkpoint. */
  drop(view: ViewName): Promise<void>;
  close(): Promise<void>;
}
