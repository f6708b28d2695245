import type { Instant } from '@muster/kernel';
import { isDuplicateKey, MongoConnection } from '@muster/mongo-connection';
import type { AnswerStore, Attempt, Begun } from '@muster/nest-kit';
import { type Model, Schema } from 'mongoose';

type StoredAnswer = {
  readonly _id: string;
  readonly request: string;
  readonly keptUntil: Instant;
  readonly owner: string | null;
  readonly leaseUntil: Instant | null;
  readonly answer: Buffer | null;
};

const answerSchema = new Schema<StoredAnswer>(
  {
    _id: String,
    request: String,
    keptUntil: String,
    owner: String,
    leaseUntil: String,
    answer: Buffer,
  },
  { collection: 'answers', versionKey: false, id: false, autoCreate: false, autoIndex: false },
);

type Mark = Pick<Attempt, 'name' | 'owner'>;

/** Answers in a MongoDB database, for any number of processes. The collection may be dropped while nothing runs. */
export class MongoAnswerStore implements AnswerStore {
  private readonly answers: Model<StoredAnswer>;

  private constructor(private readonly connection: MongoConnection) {
    this.answers = connection.mongoose.model<StoredAnswer>('Answer', answerSchema);
  }

  /** @throws UnavailableError */
  static async open(url: string, options: { readonly patience?: number } = {}): Promise<MongoAnswerStore> {
    const connection = await MongoConnection.open(url, { dependency: 'answer store', ...options });
    const store = new MongoAnswerStore(connection);
    try {
      await connection.answering(() =>
        store.answers.collection.createIndex({ keptUntil: 1 }, { name: 'end' }),
      );
      return store;
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  begin(attempt: Attempt): Promise<Begun> {
    return this.connection.answering(async () => {
      // Each try looks, decides, and writes only where everything is still as it looked.
      for (;;) {
        const outcome = await this.tryToBegin(attempt);
        if (outcome) return outcome;
      }
    });
  }

  async keep(mark: Mark, answer: Uint8Array): Promise<void> {
    await this.end(mark, Buffer.from(answer));
  }

  async release(mark: Mark): Promise<void> {
    await this.end(mark, null);
  }

  async forget({ name, owner }: Mark): Promise<void> {
    await this.connection.answering(() => this.answers.deleteOne({ _id: name, owner }));
  }

  purge(at: Instant, limit: number): Promise<number> {
    return this.connection.answering(async () => {
      const ended = { keptUntil: { $lte: at } };
      const found = await this.answers.find(ended, { _id: 1 }).limit(limit).lean();
      const ids = found.map(({ _id }) => _id);
      // Somebody may have begun with one of these names since.
      return (await this.answers.deleteMany({ _id: { $in: ids }, ...ended })).deletedCount;
    });
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  /** Undefined where another try came between. */
  private async tryToBegin({
    name,
    request,
    owner,
    at,
    leaseUntil,
    keptUntil,
  }: Attempt): Promise<Begun | undefined> {
    const found = await this.answers.findById(name).lean<StoredAnswer>();
    const kept = found && found.keptUntil > at ? found : undefined;
    if (kept && kept.request !== request) return { outcome: 'other-request' };
    if (kept?.answer) return { outcome: 'answered', answer: new Uint8Array(kept.answer) };
    if (kept?.leaseUntil && kept.leaseUntil > at) return { outcome: 'in-flight' };
    const begun = { request, keptUntil: kept?.keptUntil ?? keptUntil, owner, leaseUntil, answer: null };
    const isMine = found ? await this.replace(found, begun) : await this.insert({ _id: name, ...begun });
    return isMine ? { outcome: 'begun' } : undefined;
  }

  private async replace(
    { _id, owner, leaseUntil, keptUntil, request }: StoredAnswer,
    begun: Omit<StoredAnswer, '_id'>,
  ): Promise<boolean> {
    const asFound = { _id, owner, leaseUntil, keptUntil, request };
    return (await this.answers.updateOne(asFound, { $set: begun })).matchedCount > 0;
  }

  private async insert(begun: StoredAnswer): Promise<boolean> {
    try {
      await this.answers.collection.insertOne(begun as never);
      return true;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      return false;
    }
  }

  private async end({ name, owner }: Mark, answer: Buffer | null): Promise<void> {
    await this.connection.answering(() =>
      this.answers.updateOne({ _id: name, owner }, { $set: { owner: null, leaseUntil: null, answer } }),
    );
  }
}
