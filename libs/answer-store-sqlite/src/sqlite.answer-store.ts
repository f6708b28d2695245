import { closeSync, existsSync, openSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Instant, UnavailableError } from '@muster/kernel';
import type { AnswerStore, Attempt, Begun } from '@muster/nest-kit';

const SCHEMA_VERSION = 1;
const SQLITE_BUSY = 5;
const PATIENCE_MILLISECONDS = 5_000;

// `synchronous = NORMAL`: a power cut may take the last answers; their requests run again and converge (E5).
// `secure_delete`: an answer may tell of a person, and what is purged is not to be found in the file's free space.
const PRAGMAS = `
  PRAGMA busy_timeout = 50;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA secure_delete = ON;
  PRAGMA journal_size_limit = 16777216;`;

const SCHEMA = `
  DROP TABLE IF EXISTS answers;
  CREATE TABLE answers (
    name TEXT PRIMARY KEY,
    request TEXT NOT NULL,
    kept_until TEXT NOT NULL,
    owner TEXT,
    lease_until TEXT,
    answer BLOB
  ) STRICT;
  CREATE INDEX answers_by_end ON answers (kept_until);
  PRAGMA user_version = ${SCHEMA_VERSION};`;

type Row = {
  readonly request: string;
  readonly kept_until: string;
  readonly owner: string | null;
  readonly lease_until: string | null;
  readonly answer: Uint8Array | null;
};

type Mark = Pick<Attempt, 'name' | 'owner'>;

/** Answers in a SQLite file of their own, which may be deleted while nothing runs. Several processes may share it. */
export class SqliteAnswerStore implements AnswerStore {
  private readonly select: StatementSync;
  private readonly put: StatementSync;
  private readonly answer: StatementSync;
  private readonly free: StatementSync;
  private readonly remove: StatementSync;
  private readonly removeEnded: StatementSync;

  private constructor(private readonly database: DatabaseSync) {
    const prepare = (sql: string) => database.prepare(sql);
    this.select = prepare(
      'SELECT request, kept_until, owner, lease_until, answer FROM answers WHERE name = ?',
    );
    this.put = prepare('REPLACE INTO answers VALUES (?, ?, ?, ?, ?, NULL)');
    const end = 'UPDATE answers SET owner = NULL, lease_until = NULL';
    this.answer = prepare(`${end}, answer = ? WHERE name = ? AND owner = ?`);
    this.free = prepare(`${end} WHERE name = ? AND owner = ?`);
    this.remove = prepare('DELETE FROM answers WHERE name = ? AND owner = ?');
    this.removeEnded = prepare(
      'DELETE FROM answers WHERE rowid IN (SELECT rowid FROM answers WHERE kept_until <= ? LIMIT ?)',
    );
  }

  /**
   * Opens or creates the file, readable by its owner only.
   * @throws UnavailableError where the file cannot be opened or is damaged; it may be deleted then
   */
  static async open(path: string): Promise<SqliteAnswerStore> {
    return whenFree(() => {
      // Never one that is there: closing it would drop every lock that this process has on it (fcntl).
      if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600));
      const database = new DatabaseSync(path);
      try {
        database.exec(PRAGMAS);
        inTransaction(database, () => {
          // What another version of Muster kept is not worth an upgrade.
          const { user_version } = database.prepare('PRAGMA user_version').get() as { user_version: number };
          if (user_version !== SCHEMA_VERSION) database.exec(SCHEMA);
        });
        return new SqliteAnswerStore(database);
      } catch (error) {
        database.close();
        throw error;
      }
    });
  }

  async begin({ name, request, owner, at, leaseUntil, keptUntil }: Attempt): Promise<Begun> {
    return this.write((): Begun => {
      const found = this.select.get(name) as Row | undefined;
      const row = found && found.kept_until > at ? found : undefined;
      if (row && row.request !== request) return { outcome: 'other-request' };
      if (row?.answer) return { outcome: 'answered', answer: row.answer };
      if (row?.lease_until && row.lease_until > at) return { outcome: 'in-flight' };
      this.put.run(name, request, row?.kept_until ?? keptUntil, owner, leaseUntil);
      return { outcome: 'begun' };
    });
  }

  async keep({ name, owner }: Mark, answer: Uint8Array): Promise<void> {
    await this.write(() => this.answer.run(answer, name, owner));
  }

  async release({ name, owner }: Mark): Promise<void> {
    await this.write(() => this.free.run(name, owner));
  }

  async forget({ name, owner }: Mark): Promise<void> {
    await this.write(() => this.remove.run(name, owner));
  }

  async purge(at: Instant, limit: number): Promise<number> {
    return this.write(() => Number(this.removeEnded.run(at, limit).changes));
  }

  async close(): Promise<void> {
    if (this.database.isOpen) this.database.close();
  }

  private write<T>(work: () => T): Promise<T> {
    return whenFree(() => inTransaction(this.database, work));
  }
}

const inTransaction = <T>(database: DatabaseSync, work: () => T): T => {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
};

/** Waits for other processes without holding up this one's event loop for long. */
const whenFree = async <T>(work: () => T): Promise<T> => {
  const started = performance.now();
  for (;;) {
    try {
      return work();
    } catch (error) {
      const { code, errcode = 0, syscall } = error as { code?: string; errcode?: number; syscall?: string };
      const outside = code === 'ERR_SQLITE_ERROR' || code === 'ERR_INVALID_STATE' || syscall !== undefined;
      if (!outside) throw error;
      const busy = (errcode & 0xff) === SQLITE_BUSY && performance.now() - started < PATIENCE_MILLISECONDS;
      if (!busy) throw new UnavailableError('answer store', { cause: error });
    }
    await sleep(1 + Math.random() * 4);
  }
};
