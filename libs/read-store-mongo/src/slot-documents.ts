import type { Document, Filter, Query } from '@muster/eventsourcing';
import { isDuplicateKey, type MongoConnection } from '@muster/mongo-connection';
import { type ClientSession, type Model, mongo } from 'mongoose';
import { type Change, guarded, inParts } from './changes.ts';
import { conditionsOf } from './conditions.ts';
import { documentSchema, type StoredDocument } from './records.ts';

const IDS_AT_ONCE = 5_000;
const CHANGES_AT_ONCE = 1_000;
const NAMESPACE_EXISTS = 48;

type Found = { readonly id: string; readonly document: Document };

/** The collection of one generation of a slot. */
export class SlotDocuments {
  private readonly model: Model<StoredDocument>;

  constructor(
    private readonly connection: MongoConnection,
    readonly collection: string,
  ) {
    const { mongoose } = connection;
    this.model =
      (mongoose.models[collection] as Model<StoredDocument> | undefined) ??
      mongoose.model<StoredDocument>(collection, documentSchema, collection);
  }

  /** Makes the collection; a transaction finds it there. */
  async create(): Promise<void> {
    await this.model.createCollection().catch((error: unknown) => {
      if (!(error instanceof mongo.MongoServerError && error.code === NAMESPACE_EXISTS)) throw error;
    });
  }

  /**
   * One index finds by values in order of ids, one by parts of values; the others are for snapshots and for sweeping.
   * Each is made by itself: FerretDB breaks on a list of which several are there already.
   */
  async index(): Promise<void> {
    await this.model.collection.createIndex({ entries: 1, _id: 1 }, { name: 'entries' });
    await this.model.collection.createIndex({ folded: 1, _id: 1 }, { name: 'folded' });
    await this.model.collection.createIndex({ writes: 1 }, { name: 'writes' });
    await this.model.collection.createIndex({ goneAt: 1 }, { name: 'gone', sparse: true });
  }

  async getMany(ids: readonly string[]): Promise<ReadonlyMap<string, Document>> {
    const found = new Map<string, Document>();
    for (const some of inParts(ids, IDS_AT_ONCE)) {
      const stored = await this.model.find({ _id: { $in: some } }, { body: 1 }).lean();
      for (const { _id, body } of stored) if (body !== null) found.set(_id, JSON.parse(body) as Document);
    }
    return found;
  }

  async find({ where, after, limit }: Query): Promise<readonly Found[]> {
    if (limit <= 0) return [];
    const stored = await this.model
      .find(conditionsOf(where, after), { body: 1 })
      .sort({ _id: 1 })
      .limit(limit)
      .lean();
    return stored.map(({ _id, body }) => ({ id: _id, document: JSON.parse(body!) as Document }));
  }

  count(where: readonly Filter[]): Promise<number> {
    return this.model.countDocuments(conditionsOf(where));
  }

  /** Whatever commits after that one wrote, what they removed too. */
  writtenAfter(writes: number): AsyncIterable<StoredDocument> {
    return this.model
      .find({ writes: { $gt: writes } })
      .lean()
      .cursor({ batchSize: CHANGES_AT_ONCE }) as AsyncIterable<StoredDocument>;
  }

  /**
   * Brings the changes of one commit into the documents, however often and however late: a document that a later commit
   * wrote stays as it is. Stops where the commit is no longer to be brought in.
   */
  async apply(
    changes: readonly Change[],
    writes: number,
    options: { readonly isDue?: () => Promise<boolean>; readonly session?: ClientSession } = {},
  ): Promise<void> {
    const { isDue = async () => true, ...session } = options;
    for (let missing of inParts(changes, CHANGES_AT_ONCE))
      while (missing.length > 0) {
        if (!(await isDue())) return;
        missing = await this.applyOnce(missing, writes, session);
      }
  }

  /** Forgets what was removed before then. */
  async sweep(before: Date): Promise<void> {
    await this.model.deleteMany({ goneAt: { $lt: before } });
  }

  async drop(): Promise<void> {
    await this.model.collection.drop();
    this.connection.mongoose.deleteModel(this.collection);
  }

  /** Answers the changes of which it is not certain that they are in. */
  private async applyOnce(
    changes: readonly Change[],
    writes: number,
    session: { readonly session?: ClientSession },
  ): Promise<readonly Change[]> {
    const now = new Date();
    try {
      await this.model.bulkWrite(
        changes.map((change) => guarded(change, writes, now)),
        { ordered: false, ...session },
      );
      return [];
    } catch (error) {
      if (session.session || !isDuplicateKey(error)) throw error;
      return this.missing(changes, writes);
    }
  }

  private async missing(changes: readonly Change[], writes: number): Promise<readonly Change[]> {
    const ids = changes.map(({ _id }) => _id);
    const newer = await this.model.find({ _id: { $in: ids }, writes: { $gte: writes } }, { _id: 1 }).lean();
    const there = new Set(newer.map(({ _id }) => _id));
    return changes.filter(({ _id }) => !there.has(_id));
  }
}
