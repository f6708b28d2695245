import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { type KeyRange, type KeyStore, unwrapKey, wrapKey, WrongMasterKey } from '@muster/eventsourcing';
import { isDuplicateKey, MongoConnection } from '@muster/mongo-connection';
import { type Model, Schema } from 'mongoose';

export type MongoKeyStoreOptions = {
  /** 32 bytes; all keys are wrapped with it. */
  readonly masterKey: Uint8Array;
  /** Milliseconds to wait for a server that takes writes. */
  readonly patience?: number;
};

/** `wrapped` is null once the key was destroyed: the document is its tombstone. */
type StoredKey = { readonly _id: string; readonly wrapped: Buffer | null };

const keySchema = new Schema<StoredKey>(
  { _id: String, wrapped: Buffer },
  { collection: 'keys', versionKey: false, id: false, autoCreate: false, autoIndex: false },
);

const CHECK_ID = 'master key check';
const IDS_AT_ONCE = 5_000;

/** No member of a replica set that is left alone, or comes back, can have said it alone. */
const BY_MAJORITY = 'majority';

/**
 * Sealing keys in a MongoDB database, wrapped by the master key, for any number of processes. A key is in the journals of
 * a majority before it is handed out, also where somebody else has just made it, so no failover takes one away that
 * sealed something. Nothing is kept in memory: a key that any process destroyed is gone for all of them (E12).
 *
 * @example
 * const keys = await MongoKeyStore.open('mongodb://mongo-1,mongo-2,mongo-3/keys?replicaSet=rs0', { masterKey });
 */
export class MongoKeyStore implements KeyStore {
  private readonly keys: Model<StoredKey>;

  private constructor(
    private readonly connection: MongoConnection,
    private readonly masterKey: KeyObject,
  ) {
    this.keys = connection.mongoose.model<StoredKey>('Key', keySchema);
  }

  /** @throws WrongMasterKey, UnavailableError */
  static async open(url: string, { masterKey, ...options }: MongoKeyStoreOptions): Promise<MongoKeyStore> {
    if (masterKey.length !== 32) throw new Error(`a master key has 32 bytes, this one ${masterKey.length}`);
    const connection = await MongoConnection.open(url, { dependency: 'key store', ...options });
    const store = new MongoKeyStore(connection, createSecretKey(masterKey));
    try {
      await connection.answering(() => store.checkMasterKey());
      return store;
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  ensure(keyId: string): Promise<Uint8Array | undefined> {
    return this.connection.answering(async () => {
      const found = await this.keys.findById(keyId).readConcern(BY_MAJORITY).lean();
      const { wrapped } = found ?? (await this.make(keyId, new Uint8Array(randomBytes(32))));
      return wrapped === null ? undefined : unwrapKey(this.masterKey, keyId, wrapped);
    });
  }

  async find(keyIds: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>> {
    const found = await this.among(keyIds, { wrapped: { $ne: null } });
    return new Map(found.map(({ _id, wrapped }) => [_id, unwrapKey(this.masterKey, _id, wrapped!)]));
  }

  async destroyed(keyIds: readonly string[]): Promise<ReadonlySet<string>> {
    return new Set((await this.among(keyIds, { wrapped: null })).map(({ _id }) => _id));
  }

  list({ from, before }: KeyRange, limit: number): Promise<readonly string[]> {
    return this.connection.answering(async () => {
      if (limit <= 0) return [];
      const found = await this.keys
        .find({ _id: { $gte: from, $lt: before }, wrapped: { $ne: null } }, { _id: 1 })
        .readConcern(BY_MAJORITY)
        .sort({ _id: 1 })
        .limit(limit)
        .lean();
      return found.map(({ _id }) => _id);
    });
  }

  /**
   * The key is gone for all that ask. Its wrapped bytes stay in the server's journal, its oplog and its backups for a
   * while, which is as an old backup of the keys is.
   */
  destroy(keyId: string): Promise<void> {
    return this.connection.answering(() =>
      insisting(async () => {
        await this.keys.updateOne({ _id: keyId }, { $set: { wrapped: null } }, { upsert: true });
      }),
    );
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  /** Of those who make it at once, one does; all get that one, when it is in the journals of a majority. */
  private make(keyId: string, key: Uint8Array): Promise<StoredKey> {
    const wrapped = Buffer.from(wrapKey(this.masterKey, keyId, key));
    return insisting(async () => {
      const made = await this.keys
        .findOneAndUpdate(
          { _id: keyId },
          { $setOnInsert: { wrapped } },
          { upsert: true, returnDocument: 'after' },
        )
        .lean<StoredKey>();
      return made!;
    });
  }

  private among(
    keyIds: readonly string[],
    state: { readonly wrapped: null | { readonly $ne: null } },
  ): Promise<readonly StoredKey[]> {
    return this.connection.answering(async () => {
      const found: StoredKey[] = [];
      for (let at = 0; at < keyIds.length; at += IDS_AT_ONCE)
        found.push(
          ...(await this.keys
            .find({ _id: { $in: keyIds.slice(at, at + IDS_AT_ONCE) }, ...state })
            .readConcern(BY_MAJORITY)
            .lean<StoredKey[]>()),
        );
      return found;
    });
  }

  private async checkMasterKey(): Promise<void> {
    const { wrapped } = await this.make(CHECK_ID, new Uint8Array(32));
    try {
      unwrapKey(this.masterKey, CHECK_ID, wrapped!);
    } catch (cause) {
      const { host, name } = this.connection.mongoose;
      throw new WrongMasterKey(`${name} at ${host}`, { cause });
    }
  }
}

/** Two that insert the same id at once: one is told that it is taken, and then finds it. */
const insisting = async <T>(work: () => Promise<T>): Promise<T> => {
  for (;;)
    try {
      return await work();
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
};
