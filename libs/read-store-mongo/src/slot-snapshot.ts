import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Checkpoint, IndexEntry, SnapshotDocument, ViewSnapshot } from '@muster/eventsourcing';
import { UnavailableError } from '@muster/kernel';
import { storedEntries } from './conditions.ts';
import type { SlotHead, StoredDocument } from './records.ts';
import type { SlotDocuments } from './slot-documents.ts';

/** Each takes what was written during the one before, which is less every time. */
const ATTEMPTS = 100;

const SCHEMA = `
  CREATE TABLE documents (id TEXT PRIMARY KEY, body TEXT NOT NULL, indexes TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE entries (
    id TEXT NOT NULL, n INTEGER NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL, folded TEXT NOT NULL,
    PRIMARY KEY (id, n)
  ) STRICT, WITHOUT ROWID;
  BEGIN`;

/**
 * A copy of a slot as of one commit, in a temporary file of this host without a name. The documents are read while others
 * write; what they wrote meanwhile is read again, until nobody wrote during a read. Writers wait for nothing, and the
 * copy lasts as long as it is needed.
 */
export class SlotSnapshot implements ViewSnapshot {
  private readonly database = new DatabaseSync('');
  private readonly statements: Readonly<
    Record<'put' | 'remove' | 'addEntry' | 'removeEntries', StatementSync>
  >;
  private isLoading = false;
  checkpoint: Checkpoint | undefined;

  private constructor() {
    this.database.exec(SCHEMA);
    const prepare = (sql: string) => this.database.prepare(sql);
    this.statements = {
      put: prepare('REPLACE INTO documents VALUES (?, ?, ?)'),
      remove: prepare('DELETE FROM documents WHERE id = ?'),
      addEntry: prepare('INSERT INTO entries VALUES (?, ?, ?, ?, ?)'),
      removeEntries: prepare('DELETE FROM entries WHERE id = ?'),
    };
  }

  /**
   * @param settled the slot's head as it is now, without anything left to bring in
   * @throws UnavailableError where others wrote during every read
   */
  static async take(
    documents: SlotDocuments,
    settled: () => Promise<SlotHead | undefined>,
    { isLoading }: { readonly isLoading: boolean },
  ): Promise<SlotSnapshot> {
    const snapshot = new SlotSnapshot();
    snapshot.isLoading = isLoading;
    let known = -1;
    let head = await settled();
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      for await (const document of documents.writtenAfter(known)) snapshot.take(document);
      const now = await settled();
      if (now?.writes === head?.writes) {
        snapshot.checkpoint = head?.checkpoint ?? undefined;
        return snapshot;
      }
      // What a later commit wrote is read once more: it may have been half of it.
      known = head?.writes ?? -1;
      head = now;
    }
    await snapshot.close();
    throw new UnavailableError('read store');
  }

  *documents(): Iterable<SnapshotDocument> {
    const sql = 'SELECT id, body, indexes FROM documents ORDER BY id';
    yield* this.database.prepare(sql).iterate() as Iterable<unknown> as Iterable<SnapshotDocument>;
  }

  /** None while a slot is being loaded: nothing is found by them. */
  *entries(): Iterable<IndexEntry> {
    if (this.isLoading) return;
    const sql = 'SELECT field, value, id, folded FROM entries ORDER BY field, value, id';
    yield* this.database.prepare(sql).iterate() as Iterable<unknown> as Iterable<IndexEntry>;
  }

  async close(): Promise<void> {
    if (this.database.isOpen) this.database.close();
  }

  private take(document: StoredDocument): void {
    const { _id: id, body, indexes } = document;
    this.statements.removeEntries.run(id);
    if (body === null) return void this.statements.remove.run(id);
    this.statements.put.run(id, body, indexes);
    for (const [n, { field, value, folded }] of storedEntries(document).entries())
      this.statements.addEntry.run(id, n, field, value, folded);
  }
}

/** Of a slot that holds nothing. */
export const emptySnapshot: ViewSnapshot = {
  checkpoint: undefined,
  documents: () => [],
  entries: () => [],
  close: async () => undefined,
};
