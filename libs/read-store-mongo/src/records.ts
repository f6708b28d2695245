import type { Checkpoint, ParkedStream, Slot, ViewSlot } from '@muster/eventsourcing';
import { Schema } from 'mongoose';

/** What of a slot there is: its documents are in a collection named by the generation, which no drop leaves the same. */
export type SlotState = { readonly generation: number; readonly stored: boolean; readonly loading: boolean };

/** One version of a view: which slot is live, and what each slot is. One document, so that it changes at once. */
export type CatalogEntry = {
  readonly _id: string;
  readonly name: string;
  readonly version: number;
  readonly live: Slot;
  readonly previous: boolean;
  /** Counts swaps and drops. */
  readonly revision: number;
  readonly slots: Readonly<Record<ViewSlot['slot'], SlotState>>;
};

/** A page that is committed and not yet in all of its documents. Its changes are inside, or in that many parts. */
export type PendingPage = { readonly token: string; readonly changes: string | null; readonly parts: number };

/**
 * The head of one generation of a slot: how far it is, as one document. `writes` counts its commits: whoever wants to
 * commit names the count it knows, and every document carries the count of the commit that wrote it last.
 */
export type SlotHead = {
  readonly _id: string;
  readonly view: string;
  readonly slot: ViewSlot['slot'];
  readonly generation: number;
  readonly writes: number;
  readonly checkpoint: Checkpoint | null;
  readonly parked: readonly ParkedStream[];
  readonly pending: PendingPage | null;
};

/** Some of the changes of a page that is too large for the head. */
export type PagePart = {
  readonly _id: string;
  readonly head: string;
  readonly token: string;
  readonly changes: string;
  readonly keptAt: Date;
};

/**
 * A document of a view, as JSON text so that it comes back byte for byte (R50). `entries` and `folded` are what `find`
 * looks at, side by side. Where `goneAt` is set the document was removed, and stands there for a while to tell a late
 * writer of an older page so.
 */
export type StoredDocument = {
  readonly _id: string;
  readonly writes: number;
  readonly body: string | null;
  readonly indexes: string | null;
  readonly entries: readonly string[];
  readonly folded: readonly string[];
  readonly goneAt?: Date;
};

const plain = { versionKey: false, id: false, minimize: false, autoCreate: false, autoIndex: false } as const;
const inside = { ...plain, _id: false } as const;

const slotState = new Schema<SlotState>({ generation: Number, stored: Boolean, loading: Boolean }, inside);

export const catalogSchema = new Schema<CatalogEntry>(
  {
    _id: String,
    name: String,
    version: Number,
    live: String,
    previous: Boolean,
    revision: Number,
    slots: new Schema({ a: slotState, b: slotState, scratch: slotState }, inside),
  },
  { ...plain, collection: 'views' },
);

export const headSchema = new Schema<SlotHead>(
  {
    _id: String,
    view: String,
    slot: String,
    generation: Number,
    writes: Number,
    checkpoint: new Schema({ logId: String, position: Number, revision: Number }, inside),
    parked: [new Schema({ stream: String, position: Number, error: String }, inside)],
    pending: new Schema({ token: String, changes: String, parts: Number }, inside),
  },
  { ...plain, collection: 'slots' },
);

export const partSchema = new Schema<PagePart>(
  { _id: String, head: String, token: String, changes: String, keptAt: Date },
  { ...plain, collection: 'pages' },
);

export const documentSchema = new Schema<StoredDocument>(
  {
    _id: String,
    writes: Number,
    body: String,
    indexes: String,
    entries: { type: [String], default: undefined },
    folded: { type: [String], default: undefined },
    goneAt: Date,
  },
  plain,
);
