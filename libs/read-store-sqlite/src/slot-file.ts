import {
  type Checkpoint,
  type Document,
  type Filter,
  foldCase,
  meets,
  type ParkedStream,
  type Query,
  sameCheckpoint,
  SlotIsLoading,
  ViewConflict,
  type ViewSlot,
  type ViewWrite,
} from '@muster/eventsourcing';
import { loadDocument, putDocument, removeDocument, unloadDocument } from './document-writer.ts';
import {
  CONTAINS,
  countStatement,
  findStatement,
  rarestFirst,
  sizeStatement,
  type Statement,
} from './find-statement.ts';
import { slotSchema } from './slot.schema.ts';
import { answering, SqliteFile } from './sqlite-file.ts';

/** Conditions that name more entries than this are all the same to the choice of the one to start from. */
const RARE = 1_000;

// `synchronous = NORMAL`: a power cut may take the last transactions, whole and from the end; the checkpoint goes with
// its documents, so the projection takes up there again. What must not be lost is in the event log.
// `threads`: what is sorted is sorted beside the thread that reads it.
const PRAGMAS = `
  PRAGMA synchronous = NORMAL;
  PRAGMA threads = 1;
  PRAGMA cache_size = -65536;
  PRAGMA wal_autocheckpoint = 16000;`;

// Sorted as `find` reads them, so that the tree grows at its end only. A value that stands twice counts once: the tree
// refuses the second, which DISTINCT would find by sorting everything once more.
const ENTRIES_OF_DOCUMENTS = `
  INSERT INTO entries (field, value, id, folded)
  SELECT fields.key, given.value, documents.id, nullif(folded(given.value), given.value)
  FROM documents, json_each(documents.entries) AS fields, json_each(fields.value) AS given
  WHERE true
  ORDER BY 1, 2, 3
  ON CONFLICT (field, value, id) DO NOTHING`;

type Row = { readonly id: string; readonly body: string };

/** The file of one slot: all of it is read and written in the calling turn. */
export class SlotFile {
  private constructor(
    readonly path: string,
    readonly slot: ViewSlot,
    readonly file: SqliteFile,
  ) {}

  static open(path: string, slot: ViewSlot): SlotFile {
    const file = SqliteFile.open(path, PRAGMAS, slotSchema);
    file.database.function(CONTAINS, { deterministic: true }, (entries, field, part) =>
      Number(meets(JSON.parse(String(entries)), { field: String(field), contains: String(part) })),
    );
    file.database.function('folded', { deterministic: true }, (value) => foldCase(String(value)));
    return new SlotFile(path, slot, file);
  }

  /** Within a transaction. @throws ViewConflict */
  write({ changes, expected, checkpoint, park, release }: ViewWrite): void {
    if (!sameCheckpoint(this.checkpoint(), expected)) throw new ViewConflict(this.slot);
    const [put, remove] = this.isLoading() ? [loadDocument, unloadDocument] : [putDocument, removeDocument];
    for (const change of changes)
      if (change.document) put(this.file, change.id, change.document, change.indexes);
      else remove(this.file, change.id);
    for (const stream of release) this.file.run('DELETE FROM parked WHERE stream = ?', stream);
    for (const { stream, position, error } of park)
      this.file.run('REPLACE INTO parked VALUES (?, ?, ?)', stream, position, error);
    const { logId, position, revision } = checkpoint;
    this.file.run('REPLACE INTO checkpoint VALUES (1, ?, ?, ?)', logId, position, revision);
  }

  checkpoint(): Checkpoint | undefined {
    const row = this.file.prepared('SELECT log_id, position, revision FROM checkpoint').get();
    if (!row) return undefined;
    return {
      logId: String(row['log_id']),
      position: Number(row['position']),
      revision: Number(row['revision']),
    };
  }

  parked(): readonly ParkedStream[] {
    const sql = 'SELECT stream, position, error FROM parked ORDER BY position';
    const rows = this.all<ParkedStream>({ sql, parameters: [] });
    return rows.map(({ stream, position, error }) => ({ stream, position, error }));
  }

  getMany(ids: readonly string[]): ReadonlyMap<string, Document> {
    const rows = this.all<Row>({
      sql: 'SELECT d.id, d.body FROM json_each(?) AS wanted CROSS JOIN documents AS d ON d.id = wanted.value',
      parameters: [JSON.stringify(ids)],
    });
    return new Map(rows.map(({ id, body }) => [id, JSON.parse(body)]));
  }

  find({ where, after, limit }: Query): readonly { readonly id: string; readonly document: Document }[] {
    const rows = this.all<Row>(findStatement(this.ordered(where), after ?? '', Math.max(0, limit)));
    return rows.map(({ id, body }) => ({ id, document: JSON.parse(body) }));
  }

  count(where: readonly Filter[]): number {
    return this.all<{ count: number }>(countStatement(this.ordered(where)))[0]!.count;
  }

  isLoading(): boolean {
    return this.file.prepared('SELECT loading FROM load').get()?.['loading'] === 1;
  }

  /** Within a transaction. */
  setLoading(loading: boolean): void {
    this.file.run('REPLACE INTO load VALUES (1, ?)', Number(loading));
  }

  /** Within a transaction: what was loaded is found from now on. */
  addEntries(): void {
    this.file.database.exec('DELETE FROM entries');
    this.file.database.exec(ENTRIES_OF_DOCUMENTS);
  }

  /** Brings what was written into the file itself. False where readers of older states keep it from doing all of it. */
  settle(): boolean {
    return (
      answering(() => this.file.database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get())?.['busy'] === 0
    );
  }

  bytes(): number {
    const { pages, size } = this.file
      .prepared('SELECT page_count AS pages, page_size AS size FROM pragma_page_count, pragma_page_size')
      .get() as { readonly pages: number; readonly size: number };
    return pages * size;
  }

  close(): void {
    this.file.close();
  }

  private ordered(where: readonly Filter[]): readonly Filter[] {
    if (this.isLoading()) throw new SlotIsLoading(this.slot);
    return rarestFirst(where, (filter) => {
      const { sql, parameters } = sizeStatement(filter, RARE);
      return Number(this.file.prepared(sql).get(...parameters)!['count']);
    });
  }

  private all<R>({ sql, parameters }: Statement): readonly R[] {
    return this.file.prepared(sql).all(...parameters) as R[];
  }
}
