import { DatabaseSync } from 'node:sqlite';
import type { Checkpoint, IndexEntry, SnapshotDocument, ViewSnapshot } from '@muster/eventsourcing';
import { answering } from './sqlite-file.ts';

/** A read transaction on a connection of its own: writers go on, and what they write is not seen. */
export class SlotSnapshot implements ViewSnapshot {
  readonly checkpoint: Checkpoint | undefined;
  private readonly database: DatabaseSync;

  constructor(path: string) {
    this.database = answering(() => new DatabaseSync(path));
    this.database.exec('PRAGMA busy_timeout = 50; BEGIN');
    const row = this.database.prepare('SELECT log_id, position, revision FROM checkpoint').get();
    this.checkpoint = row && {
      logId: String(row['log_id']),
      position: Number(row['position']),
      revision: Number(row['revision']),
    };
  }

  *documents(): Iterable<SnapshotDocument> {
    const sql = 'SELECT id, body, entries AS indexes FROM documents ORDER BY id';
    yield* this.database.prepare(sql).iterate() as Iterable<unknown> as Iterable<SnapshotDocument>;
  }

  *entries(): Iterable<IndexEntry> {
    const sql = 'SELECT field, value, id, coalesce(folded, value) AS folded FROM entries ORDER BY 1, 2, 3';
    yield* this.database.prepare(sql).iterate() as Iterable<unknown> as Iterable<IndexEntry>;
  }

  async close(): Promise<void> {
    if (this.database.isOpen) this.database.close();
  }
}

/** Of a slot that holds nothing. */
export const emptySnapshot: ViewSnapshot = {
  checkpoint: undefined,
  documents: () => [],
  entries: () => [],
  close: async () => undefined,
};
