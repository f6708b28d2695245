import { closeSync, existsSync, openSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { UnavailableError } from '@muster/kernel';

const SQLITE_BUSY = 5;
const PATIENCE_MILLISECONDS = 5_000;

// `secure_delete`: documents hold decoded personal data, and what is erased is not to be found in the file's free space.
// The engine's own waiting for other processes holds up the event loop, so there is little of it.
const PRAGMAS = `
  PRAGMA busy_timeout = 50;
  PRAGMA journal_mode = WAL;
  PRAGMA secure_delete = ON;
  PRAGMA journal_size_limit = 67108864;`;

/** A database file with its prepared statements. */
export class SqliteFile {
  private readonly statements = new Map<string, StatementSync>();

  private constructor(readonly database: DatabaseSync) {}

  /** Opens or creates the file, readable by its owner only. @throws UnavailableError */
  static open(path: string, pragmas: string, schema: string): SqliteFile {
    return answering(() => {
      // Never one that is there: closing it would drop every lock that this process has on it (fcntl).
      if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600));
      const database = new DatabaseSync(path);
      database.exec(PRAGMAS + pragmas);
      database.exec(schema);
      return new SqliteFile(database);
    });
  }

  prepared(sql: string): StatementSync {
    const statement = this.statements.get(sql) ?? this.database.prepare(sql);
    this.statements.set(sql, statement);
    return statement;
  }

  run(sql: string, ...parameters: readonly (string | number)[]): void {
    this.prepared(sql).run(...parameters);
  }

  /** The transaction's work, done at once or not at all. */
  commit<T>(work: () => T): T {
    try {
      const result = work();
      this.database.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.database.isTransaction) this.database.exec('ROLLBACK');
      throw error;
    }
  }

  /** False where another process is writing and there is time left to wait for it. */
  begun(patient: boolean): boolean {
    try {
      this.database.exec('BEGIN IMMEDIATE');
      return true;
    } catch (error) {
      const { errcode = 0 } = error as { errcode?: number };
      if (patient && (errcode & 0xff) === SQLITE_BUSY) return false;
      throw error;
    }
  }

  close(): void {
    if (!this.database.isOpen) return;
    this.statements.clear();
    this.database.close();
  }
}

/**
 * A write transaction on what `open` gives when it begins. Waits for other processes to finish theirs. The work
 * itself never waits, so nobody reads what is half written.
 */
export const inTransaction = async <F extends { readonly file: SqliteFile }, T>(
  open: () => F,
  work: (opened: F) => T,
): Promise<T> => {
  const started = performance.now();
  for (;;) {
    const patient = performance.now() - started < PATIENCE_MILLISECONDS;
    const begun = answering(() => {
      const opened = open();
      if (!opened.file.begun(patient)) return undefined;
      return { result: opened.file.commit(() => work(opened)) };
    });
    if (begun) return begun.result;
    await sleep(1 + Math.random() * 4);
  }
};

/** What the engine or the file system reports (busy, full, gone) is the store not answering; anything else is a bug. */
export const answering = <T>(work: () => T): T => {
  try {
    return work();
  } catch (error) {
    throw asUnavailable(error);
  }
};

/** The same for what takes its time. */
export const answeringLater = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    throw asUnavailable(error);
  }
};

const asUnavailable = (error: unknown): unknown => {
  const { code, syscall } = error as { code?: string; syscall?: string };
  const isStore = code === 'ERR_SQLITE_ERROR' || code === 'ERR_INVALID_STATE' || syscall !== undefined;
  return isStore ? new UnavailableError('read store', { cause: error }) : error;
};
