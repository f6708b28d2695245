import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type KeyRange, type KeyStore, unwrapKey, wrapKey, WrongMasterKey } from '@muster/eventsourcing';
import { UnavailableError } from '@muster/kernel';
import { LRUCache } from 'lru-cache';
import { GroupCommit, type Outcome } from './group-commit.ts';
import { type FileKind, openFile, whenFree } from './sqlite-file.ts';

export type SqliteKeyStoreOptions = {
  /** 32 bytes; all keys are wrapped with it. */
  readonly masterKey: Uint8Array;
  /** Milliseconds to wait for other processes that use the file. */
  readonly patience?: number;
  /** How many opened keys to keep in memory. */
  readonly cached?: number;
};

/** `wrapped` is null once the key was destroyed: the row is its tombstone. */
const keyStoreFile: FileKind = {
  name: 'key store',
  schemaVersion: 1,
  schema: `
    CREATE TABLE keys (key_id TEXT PRIMARY KEY, wrapped BLOB) STRICT, WITHOUT ROWID;
    CREATE TABLE master_key_check (one INTEGER PRIMARY KEY CHECK (one = 1), wrapped BLOB NOT NULL) STRICT;`,
};

const CHECK_ID = 'master key check';

type KeyWork = { readonly ensure: string } | { readonly destroy: string };
type KeyRow = { readonly wrapped: Uint8Array | null };
type StoredKey = readonly [keyId: string, wrapped: Uint8Array];

/**
 * Sealing keys in a SQLite file of their own, wrapped by the master key. Back it up apart from the log: what it loses
 * is unreadable, and what was destroyed returns with an old copy (E12).
 */
export class SqliteKeyStore implements KeyStore {
  private readonly cache: LRUCache<string, Uint8Array>;
  private readonly group: GroupCommit<KeyWork, Uint8Array | undefined>;
  private readonly select: StatementSync;
  private readonly selectMany: StatementSync;
  private readonly insert: StatementSync;
  private readonly bury: StatementSync;
  private readonly range: StatementSync;
  private readonly dataVersion: StatementSync;
  private version: unknown;
  private closed = false;
  private emptying: Promise<void> | undefined;

  private constructor(
    private readonly database: DatabaseSync,
    private readonly masterKey: KeyObject,
    private readonly patience: number,
    cached: number,
  ) {
    this.cache = new LRUCache({ max: cached });
    this.select = database.prepare('SELECT wrapped FROM keys WHERE key_id = ?');
    // A page of events asks for thousands: at once, a key takes a third of the time.
    this.selectMany = database.prepare(
      `SELECT keys.key_id, keys.wrapped FROM json_each(?) AS wanted CROSS JOIN keys ON keys.key_id = wanted.value
       WHERE keys.wrapped IS NOT NULL`,
    );
    this.selectMany.setReturnArrays(true);
    this.insert = database.prepare('INSERT INTO keys VALUES (?, ?)');
    this.bury = database.prepare('INSERT OR REPLACE INTO keys VALUES (?, NULL)');
    this.range = database.prepare(
      'SELECT key_id FROM keys WHERE key_id >= ? AND key_id < ? AND wrapped IS NOT NULL ORDER BY key_id LIMIT ?',
    );
    this.dataVersion = database.prepare('PRAGMA data_version');
    this.group = new GroupCommit(database, {
      kind: keyStoreFile,
      patience,
      perform: (works) => works.map((work) => this.perform(work)),
      // Asking again is harmless, so there is no need to tell "unknown" from "not done".
      outcomeUnknown: (_, cause) => new UnavailableError(keyStoreFile.name, { cause }),
    });
  }

  /**
   * Opens the key store in that file; makes a new one where there is no file.
   * @throws WrongMasterKey
   */
  static async open(path: string, options: SqliteKeyStoreOptions): Promise<SqliteKeyStore> {
    const { masterKey: bytes, patience = 5_000, cached = 10_000 } = options;
    if (bytes.length !== 32) throw new Error(`a master key has 32 bytes, this one ${bytes.length}`);
    const masterKey = createSecretKey(bytes);
    const { database } = await openFile(path, keyStoreFile);
    try {
      // What is deleted is overwritten: a destroyed key must not be found in the file's free space.
      database.exec('PRAGMA secure_delete = ON');
      await whenFree(keyStoreFile, patience, () => checkMasterKey(database, masterKey, path));
    } catch (error) {
      database.close();
      throw error;
    }
    return new SqliteKeyStore(database, masterKey, patience, cached);
  }

  async ensure(keyId: string): Promise<Uint8Array | undefined> {
    const row = await this.read(() => this.lookUp(keyId));
    if (row === undefined) return this.submit({ ensure: keyId });
    return row ?? undefined;
  }

  async find(keyIds: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>> {
    return this.read(() => {
      const found = new Map<string, Uint8Array>();
      const others: string[] = [];
      for (const keyId of keyIds) {
        const key = this.cache.get(keyId);
        if (key) found.set(keyId, key);
        else others.push(keyId);
      }
      for (const [keyId, wrapped] of this.stored(others)) found.set(keyId, this.unwrapped(keyId, wrapped));
      return found;
    });
  }

  async destroyed(keyIds: readonly string[]): Promise<ReadonlySet<string>> {
    return this.read(() => new Set(keyIds.filter((keyId) => this.lookUp(keyId) === null)));
  }

  async list({ from, before }: KeyRange, limit: number): Promise<readonly string[]> {
    return this.read(() => this.range.all(from, before, limit).map((row) => String(row['key_id'])));
  }

  /** @throws UnavailableError where the key's bytes could not be overwritten yet; call again */
  async destroy(keyId: string): Promise<void> {
    await this.submit({ destroy: keyId });
    // Those that went in one transaction share this: it begins after their commit, whoever asks first.
    this.emptying ??= this.emptyWriteAheadLog().finally(() => (this.emptying = undefined));
    await this.emptying;
  }

  /** It still holds the pages as they were. Emptying it needs a moment without readers. */
  private emptyWriteAheadLog(): Promise<void> {
    return whenFree(keyStoreFile, this.patience, () => {
      const outcome = this.database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
      if (outcome?.['busy'] !== 0) throw new StillRead();
    });
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.group.drained();
    this.cache.clear();
    this.database.close();
  }

  private submit(work: KeyWork): Promise<Uint8Array | undefined> {
    if (this.closed) return Promise.reject(new UnavailableError(keyStoreFile.name));
    return this.group.submit(work);
  }

  private read<T>(operation: () => T): Promise<T> {
    return whenFree(keyStoreFile, this.patience, () => {
      this.forgetWhatOthersChanged();
      return operation();
    });
  }

  /** Another process may have destroyed a key that is cached here. */
  private forgetWhatOthersChanged(): void {
    const version = this.dataVersion.get()?.['data_version'];
    if (version !== this.version) this.cache.clear();
    this.version = version;
  }

  /** The key; null where it was destroyed, undefined where it never was. */
  private lookUp(keyId: string): Uint8Array | null | undefined {
    const cached = this.cache.get(keyId);
    if (cached) return cached;
    const row = this.select.get(keyId) as KeyRow | undefined;
    return row?.wrapped ? this.unwrapped(keyId, row.wrapped) : row?.wrapped;
  }

  private stored(keyIds: readonly string[]): readonly StoredKey[] {
    if (keyIds.length === 0) return [];
    return this.selectMany.all(JSON.stringify(keyIds)) as unknown as readonly StoredKey[];
  }

  private unwrapped(keyId: string, wrapped: Uint8Array): Uint8Array {
    const key = unwrapKey(this.masterKey, keyId, wrapped);
    this.cache.set(keyId, key);
    return key;
  }

  private perform(work: KeyWork): Outcome<Uint8Array | undefined> {
    if ('destroy' in work) {
      this.cache.delete(work.destroy);
      this.bury.run(work.destroy);
      return { result: undefined };
    }
    const keyId = work.ensure;
    const row = this.select.get(keyId) as KeyRow | undefined; // Made meanwhile, here or by another process.
    if (row) return { result: row.wrapped ? unwrapKey(this.masterKey, keyId, row.wrapped) : undefined };
    const key = new Uint8Array(randomBytes(32));
    this.insert.run(keyId, wrapKey(this.masterKey, keyId, key));
    return { result: key };
  }
}

/** The write-ahead log cannot be emptied while another process reads it; has SQLite's code for busy. */
class StillRead extends Error {
  readonly code = 'ERR_SQLITE_ERROR';
  readonly errcode = 5;
}

const checkMasterKey = (database: DatabaseSync, masterKey: KeyObject, path: string): void => {
  const check = database.prepare('SELECT wrapped FROM master_key_check').get() as KeyRow | undefined;
  if (!check?.wrapped) {
    const wrapped = wrapKey(masterKey, CHECK_ID, new Uint8Array(32));
    database.prepare('INSERT OR IGNORE INTO master_key_check VALUES (1, ?)').run(wrapped);
    return checkMasterKey(database, masterKey, path);
  }
  try {
    unwrapKey(masterKey, CHECK_ID, check.wrapped);
  } catch (cause) {
    throw new WrongMasterKey(path, { cause });
  }
};
