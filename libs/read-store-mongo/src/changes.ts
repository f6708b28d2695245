import type { DocumentChange } from '@muster/eventsourcing';
import type { AnyBulkWriteOperation } from 'mongoose';
import { entriesOf } from './conditions.ts';
import type { StoredDocument } from './records.ts';

/** A change in the form in which it is stored: it has been serialized, so nothing about it can fail any more. */
export type Change = Omit<StoredDocument, 'writes' | 'goneAt'>;

/** @throws TypeError where a document is no JSON */
export const changeOf = (change: DocumentChange): Change =>
  change.document === undefined
    ? { _id: change.id, body: null, indexes: null, entries: [], folded: [] }
    : {
        _id: change.id,
        body: JSON.stringify(change.document),
        indexes: JSON.stringify(change.indexes),
        ...entriesOf(change.indexes),
      };

/** The document as that commit leaves it. */
export const storedBy = (change: Change, writes: number, at: Date): StoredDocument => ({
  ...change,
  writes,
  ...(change.body === null ? { goneAt: at } : {}),
});

/**
 * Replaces a document that an older commit wrote, or makes one. Where the document is as new already the server tries to
 * make one, too, and says that the id is taken: so a change that comes twice, or late, changes nothing.
 */
export const guarded = (change: Change, writes: number, at: Date): AnyBulkWriteOperation<StoredDocument> => ({
  replaceOne: {
    filter: { _id: change._id, writes: { $lt: writes } },
    replacement: storedBy(change, writes, at),
    upsert: true,
  },
});

/** Of as many as there are: lists of so many. */
export const inParts = <T>(all: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, n) => all.slice(n * size, (n + 1) * size));
