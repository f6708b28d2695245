import { closeSync, openSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Checkpoint,
  type Document,
  type Filter,
  meets,
  type ParkedStream,
  type Query,
  type ReadStore,
  sameCheckpoint,
  ViewConflict,
  type ViewName,
  type ViewWrite,
} from '@muster/eventsourcing';
import { UnavailableError } from '@muster/kernel';
import {
  CONTAINS,
  countStatement,
  findStatement,
  rarestFirst,
  sizeStatement,
  type Statement,
} from './find-statement.ts';
import { sharedSchema, tablesOf, viewSchema, type ViewTables } from './view-tables.ts';
import { ViewWriter } from './view-writer.ts';

/** Conditions that name more entries than this are all the same to the choice of the one to start from. */
const RARE = 1_000;
const SQLITE_BUSY = 5;
const PATIENCE_MILLISECONDS = 5_000;

// `synchronous = NORMAL`: a power cut may take the last transactions, whole and from the end; the checkpoint goes with
// its documents, so the projection takes up there again. What must not be lost is in the event log.
// `secure_delete`: documents hold decoded personal data, and what is erased is not to be found in the file's free space.
// The engine's own waiting for other processes holds up the event loop, so there is little of it.
const PRAGMAS = `
  PRAGMA busy_timeout = 50;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA secure_delete = ON;
  PRAGMA cache_size = -65536;
  PRAGMA wal_autocheckpoint = 16000;
  PRAGMA journal_size_limit = 67108864;`;

/** Views in one SQLite file. Several processes of one host may share it. */
export class SqliteReadStore implements ReadStore {
  private readonly tables = new Map<string, ViewTables>();
  private readonly writers = new Map<string, ViewWriter>();
  private readonly statements = new Map<string, StatementSync>();

  private constructor(private readonly database: DatabaseSync) {}

  /**
   * Opens or creates the file, readable by its owner only.
   *
   * @example
   * const store = SqliteReadStore.open('.muster/views.sqlite');
   * @throws UnavailableError where the file cannot be opened
   */
  static open(path: string): SqliteReadStore {
    return answering(() => {
      if (path !== ':memory:') closeSync(openSync(path, 'a', 0o600));
      const database = new DatabaseSync(path);
      database.exec(PRAGMAS);
      database.exec(sharedSchema);
      database.function(CONTAINS, { deterministic: true }, (entries, field, part) =>
        Number(meets(JSON.parse(String(entries)), { field: String(field), contains: String(part) })),
      );
      return new SqliteReadStore(database);
    });
  }

  async write(view: ViewName, { changes, expected, checkpoint, park, release }: ViewWrite): Promise<void> {
    const tables = this.tablesOf(view);
    await this.inTransaction(() => {
      if (!sameCheckpoint(this.storedCheckpoint(tables), expected)) throw new ViewConflict(view);
      const writer = this.writer(tables);
      for (const change of changes)
        if (change.document) writer.put(change.id, change.document, change.indexes);
        else writer.remove(change.id);
      for (const stream of release)
        this.run('DELETE FROM parked WHERE view = ? AND stream = ?', tables.key, stream);
      for (const { stream, position, error } of park)
        this.run('REPLACE INTO parked VALUES (?, ?, ?, ?)', tables.key, stream, position, error);
      const { logId, position, revision } = checkpoint;
      this.run('REPLACE INTO checkpoints VALUES (?, ?, ?, ?)', tables.key, logId, position, revision);
    });
  }

  async checkpoint(view: ViewName): Promise<Checkpoint | undefined> {
    return answering(() => this.storedCheckpoint(this.tablesOf(view)));
  }

  async parked(view: ViewName): Promise<readonly ParkedStream[]> {
    const sql = 'SELECT stream, position, error FROM parked WHERE view = ? ORDER BY position';
    const rows = this.all<ParkedStream>(() => ({ sql, parameters: [this.tablesOf(view).key] }));
    return rows.map(({ stream, position, error }) => ({ stream, position, error }));
  }

  async get(view: ViewName, id: string): Promise<Document | undefined> {
    return (await this.getMany(view, [id])).get(id);
  }

  async getMany(view: ViewName, ids: readonly string[]): Promise<ReadonlyMap<string, Document>> {
    const rows = this.all<{ id: string; body: string }>(() => ({
      sql: `SELECT d.id, d.body FROM json_each(?) AS wanted CROSS JOIN ${this.tablesOf(view).documents} AS d ON d.id = wanted.value`,
      parameters: [JSON.stringify(ids)],
    }));
    return new Map(rows.map(({ id, body }) => [id, JSON.parse(body)]));
  }

  async find(
    view: ViewName,
    { where, after, limit }: Query,
  ): Promise<readonly { readonly id: string; readonly document: Document }[]> {
    const rows = this.all<{ id: string; body: string }>(() => {
      const tables = this.tablesOf(view);
      return findStatement(tables, this.ordered(tables, where), after ?? '', Math.max(0, limit));
    });
    return rows.map(({ id, body }) => ({ id, document: JSON.parse(body) }));
  }

  async count(view: ViewName, where: readonly Filter[]): Promise<number> {
    const [row] = this.all<{ count: number }>(() => {
      const tables = this.tablesOf(view);
      return countStatement(tables, this.ordered(tables, where));
    });
    return row!.count;
  }

  /** Empties the tables but leaves them: other processes may have prepared statements on them. */
  async drop(view: ViewName): Promise<void> {
    const tables = this.tablesOf(view);
    await this.inTransaction(() => {
      this.run(`DELETE FROM ${tables.documents}`);
      this.run(`DELETE FROM ${tables.entries}`);
      this.run('DELETE FROM parked WHERE view = ?', tables.key);
      this.run('DELETE FROM checkpoints WHERE view = ?', tables.key);
    });
  }

  async close(): Promise<void> {
    if (!this.database.isOpen) return;
    this.statements.clear();
    this.writers.clear();
    this.database.close();
  }

  private ordered(tables: ViewTables, where: readonly Filter[]): readonly Filter[] {
    return rarestFirst(where, (filter) => {
      const { sql, parameters } = sizeStatement(tables, filter, RARE);
      return Number(this.prepared(sql).get(...parameters)!['count']);
    });
  }

  private storedCheckpoint({ key }: ViewTables): Checkpoint | undefined {
    const row = this.prepared('SELECT log_id, position, revision FROM checkpoints WHERE view = ?').get(key);
    if (!row) return undefined;
    return {
      logId: String(row['log_id']),
      position: Number(row['position']),
      revision: Number(row['revision']),
    };
  }

  private tablesOf(view: ViewName): ViewTables {
    const key = `${view.name} v${view.version}`;
    const known = this.tables.get(key);
    if (known) return known;
    const tables = tablesOf(view);
    answering(() => this.database.exec(viewSchema(tables)));
    this.tables.set(key, tables);
    return tables;
  }

  private writer(tables: ViewTables): ViewWriter {
    const writer = this.writers.get(tables.key) ?? new ViewWriter(this.database, tables);
    this.writers.set(tables.key, writer);
    return writer;
  }

  private prepared(sql: string): StatementSync {
    const statement = this.statements.get(sql) ?? this.database.prepare(sql);
    this.statements.set(sql, statement);
    return statement;
  }

  private run(sql: string, ...parameters: readonly (string | number)[]): void {
    this.prepared(sql).run(...parameters);
  }

  private all<Row>(statement: () => Statement): readonly Row[] {
    return answering(() => {
      const { sql, parameters } = statement();
      return this.prepared(sql).all(...parameters) as Row[];
    });
  }

  /** Waits for other processes to finish theirs. The work itself never waits, so nobody reads what is half written. */
  private async inTransaction(work: () => void): Promise<void> {
    const started = performance.now();
    while (!answering(() => this.begun(performance.now() - started < PATIENCE_MILLISECONDS)))
      await sleep(1 + Math.random() * 4);
    answering(() => {
      try {
        work();
        this.database.exec('COMMIT');
      } catch (error) {
        if (this.database.isTransaction) this.database.exec('ROLLBACK');
        throw error;
      }
    });
  }

  /** False where another process is writing and there is time left to wait for it. */
  private begun(patient: boolean): boolean {
    try {
      this.database.exec('BEGIN IMMEDIATE');
      return true;
    } catch (error) {
      const { errcode = 0 } = error as { errcode?: number };
      if (patient && (errcode & 0xff) === SQLITE_BUSY) return false;
      throw error;
    }
  }
}

/** What the engine or the file system reports (busy, full, gone) is the store not answering; anything else is a bug. */
const answering = <T>(work: () => T): T => {
  try {
    return work();
  } catch (error) {
    const { code, syscall } = error as { code?: string; syscall?: string };
    if (code === 'ERR_SQLITE_ERROR' || code === 'ERR_INVALID_STATE' || syscall !== undefined)
      throw new UnavailableError('read store', { cause: error });
    throw error;
  }
};
