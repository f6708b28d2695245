import { closeSync, existsSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { UnavailableError } from '@muster/kernel';
import { v7 as uuidv7 } from 'uuid';

/** What a file of ours holds. `name` is also how errors call it. */
export type FileKind = {
  readonly name: 'event log' | 'key store';
  readonly schemaVersion: number;
  readonly schema: string;
};

export type SqliteFile = { readonly database: DatabaseSync; readonly id: string };

const ABOUT = `CREATE TABLE about (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  kind TEXT NOT NULL,
  schema_version INTEGER NOT NULL,
  id TEXT NOT NULL
) STRICT;`;

type About = { readonly kind: string; readonly version: number; readonly id: string };

const SQLITE_BUSY = 5;
const SQLITE_CORRUPT = 11;
const SQLITE_NOT_A_DATABASE = 26;
const OPEN_TIMEOUT = 5_000;

type SqliteError = { readonly code: string; readonly errcode?: number; readonly message: string };

/** What SQLite itself reports. By its code, since an error of another realm is no instance of this one's Error. */
const isSqliteError = (error: unknown): error is SqliteError =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  (error.code === 'ERR_SQLITE_ERROR' || error.code === 'ERR_INVALID_STATE');

/** Extended result codes keep the plain one in their low byte. */
const hasCode = (error: unknown, ...codes: readonly number[]): error is SqliteError =>
  isSqliteError(error) && codes.includes((error.errcode ?? 0) & 0xff);

/** Another process holds the lock. */
const isBusy = (error: unknown): boolean => hasCode(error, SQLITE_BUSY);

/** The file is not, or no more, what SQLite wrote. */
export const isDamage = (error: unknown): error is SqliteError =>
  hasCode(error, SQLITE_CORRUPT, SQLITE_NOT_A_DATABASE);

/** What the caller learns of a failure: SQLite's own become UnavailableError, anything else is a bug and stays. */
export const asUnavailable = (kind: FileKind, error: unknown): unknown =>
  isSqliteError(error) ? new UnavailableError(kind.name, { cause: error }) : error;

/**
 * Runs a synchronous operation, again and again while other processes hold the lock, without holding up the event
 * loop as SQLite's own waiting would.
 * @throws UnavailableError after `patience` milliseconds, or on any other failure of SQLite
 */
export const whenFree = async <T>(kind: FileKind, patience: number, operation: () => T): Promise<T> => {
  const started = performance.now();
  for (;;) {
    try {
      return operation();
    } catch (error) {
      if (!isBusy(error) || performance.now() - started > patience) throw asUnavailable(kind, error);
    }
    await sleep(1 + Math.random() * 2);
  }
};

/** Opens a file of that kind, or makes one where there is none. Readable by its owner only. */
export const openFile = async (path: string, kind: FileKind): Promise<SqliteFile> => {
  // Never one that is there: closing it would drop every lock that this process has on it (fcntl).
  if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600));
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    // Switching to WAL does not wait for other processes that are opening the file at the same time.
    const mode = await whenFree(kind, OPEN_TIMEOUT, () =>
      database.prepare('PRAGMA journal_mode = WAL').get(),
    );
    if (mode?.['journal_mode'] !== 'wal') throw new Error(`${path}: this file system cannot hold a WAL`);
    // FULL: COMMIT returns after the sync (E7). Many small checkpoints keep the slowest commits of a busy log short.
    database.exec('PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 500');
    await whenFree(kind, OPEN_TIMEOUT, () => database.exec('BEGIN IMMEDIATE'));
    const id = identify(database, path, kind);
    database.exec('COMMIT');
    return { database, id };
  } catch (error) {
    database.close();
    throw error;
  }
};

const identify = (database: DatabaseSync, path: string, kind: FileKind): string => {
  const tables = database.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).all();
  if (tables.length === 0) return create(database, kind);
  const about = tables.some(({ name }) => name === 'about')
    ? (database.prepare('SELECT kind, schema_version AS version, id FROM about').get() as About | undefined)
    : undefined;
  if (about?.kind !== kind.name) throw new Error(`${path} is not a Muster ${kind.name}`);
  if (about.version > kind.schemaVersion)
    throw new Error(
      `${path} was written by a newer version of Muster: schema ${about.version}, known up to ${kind.schemaVersion}`,
    );
  return about.id;
};

const create = (database: DatabaseSync, { name, schemaVersion, schema }: FileKind): string => {
  const id = uuidv7();
  database.exec(ABOUT + schema);
  database.prepare('INSERT INTO about VALUES (1, ?, ?, ?)').run(name, schemaVersion, id);
  return id;
};
