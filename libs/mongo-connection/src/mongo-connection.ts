import { UnavailableError } from '@muster/kernel';
import { type ClientSession, type Connection, mongo, Mongoose, MongooseError } from 'mongoose';

const PATIENCE_MILLISECONDS = 5_000;
const WRITE_CONCERN_MILLISECONDS = 10_000;
const SOCKET_MILLISECONDS = 60_000;
const DEFAULT_DATABASE = 'muster';
const DUPLICATE_KEY = 11_000;

export type MongoOptions = {
  /** What is said to be unavailable where the server does not answer. */
  readonly dependency: string;
  /** Milliseconds to wait for a server that takes writes. */
  readonly patience?: number;
  /** False: does without transactions also where there are some. */
  readonly transactions?: boolean;
};

/**
 * One database of a MongoDB server, for one store. Writes are acknowledged by the majority of a replica set, by the
 * journal where the database has one member only; they are read where they were written, from the primary.
 */
export class MongoConnection {
  private closed = false;

  private constructor(
    readonly mongoose: Connection,
    private readonly dependency: string,
    /** Several documents can be written as one: on a replica set or a sharded cluster, not on a server alone. */
    readonly hasTransactions: boolean,
  ) {}

  /**
   * Connects; without a database in the URL it is the one called `muster`.
   *
   * @example
   * const connection = await MongoConnection.open('mongodb://localhost:27017/muster', { dependency: 'read store' });
   * @throws UnavailableError
   */
  static async open(
    url: string,
    { dependency, patience, transactions = true }: MongoOptions,
  ): Promise<MongoConnection> {
    return answering(dependency, async () => {
      const mongoose = new Mongoose({ autoCreate: false, autoIndex: false, strictQuery: 'throw' });
      const connection = mongoose.createConnection(url, {
        ...(hasDatabase(url) ? {} : { dbName: DEFAULT_DATABASE }),
        appName: 'muster',
        bufferCommands: false,
        promoteBuffers: true,
        readPreference: 'primary',
        // Wins over the URL: an acknowledged write must not be lost with one member.
        writeConcern: { w: 'majority', journal: true, wtimeoutMS: WRITE_CONCERN_MILLISECONDS },
        serverSelectionTimeoutMS: patience ?? PATIENCE_MILLISECONDS,
        socketTimeoutMS: SOCKET_MILLISECONDS,
      });
      try {
        await connection.asPromise();
        const hasTransactions = transactions && (await knowsTransactions(connection));
        return new MongoConnection(connection, dependency, hasTransactions);
      } catch (error) {
        await connection.destroy();
        throw error;
      }
    });
  }

  /** Does it; what MongoDB cannot do now is UnavailableError, what the caller throws is passed on. */
  async answering<T>(work: () => Promise<T>): Promise<T> {
    if (this.closed) throw new UnavailableError(this.dependency);
    return answering(this.dependency, work);
  }

  /** All that the work writes with the session, or nothing; begun again where another transaction was in the way. */
  inTransaction(work: (session: ClientSession) => Promise<void>): Promise<void> {
    return this.answering(() =>
      this.mongoose.withSession((session) =>
        session.withTransaction(() => work(session), {
          readConcern: { level: 'snapshot' },
          writeConcern: { w: 'majority', journal: true },
        }),
      ),
    );
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.mongoose.close();
  }
}

/** The one thing that is unique is a document's id: somebody else has inserted it. */
export const isDuplicateKey = (error: unknown): boolean =>
  error instanceof mongo.MongoServerError && error.code === DUPLICATE_KEY;

const answering = async <T>(dependency: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    const outside = error instanceof mongo.MongoError || error instanceof MongooseError;
    if (!outside) throw error;
    throw new UnavailableError(dependency, { cause: error });
  }
};

const hasDatabase = (url: string): boolean => /^[^/]+:\/\/[^/]+\/[^/?]/.test(url);

const knowsTransactions = async ({ db }: Connection): Promise<boolean> => {
  const hello = await db!.command({ hello: 1 });
  const isDistributed = hello['setName'] !== undefined || hello['msg'] === 'isdbgrid';
  return isDistributed && typeof hello['logicalSessionTimeoutMinutes'] === 'number';
};
