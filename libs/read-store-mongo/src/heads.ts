import type { Checkpoint, ParkedStream, ViewSlot } from '@muster/eventsourcing';
import { isDuplicateKey, type MongoConnection } from '@muster/mongo-connection';
import type { ClientSession, Model } from 'mongoose';
import { headSchema, type PendingPage, type SlotHead } from './records.ts';

/** What a commit makes of a head. */
export type NextHead = {
  readonly checkpoint: Checkpoint;
  readonly parked: readonly ParkedStream[];
  readonly pending: PendingPage | null;
};

/** One head per generation of a slot: the document by which a page is committed, all of it or nothing. */
export class Heads {
  private readonly heads: Model<SlotHead>;

  constructor({ mongoose }: MongoConnection) {
    this.heads = mongoose.model<SlotHead>('SlotHead', headSchema);
  }

  find(id: string): Promise<SlotHead | null> {
    return this.heads.findById(id).lean<SlotHead>().exec();
  }

  /** Of a generation that was never written. */
  async make(_id: string, { name, version, slot }: ViewSlot, generation: number): Promise<void> {
    const nothing = { writes: 0, checkpoint: null, parked: [], pending: null };
    const head = { _id, view: `${name} v${version}`, slot, generation, ...nothing };
    await this.heads.collection.insertOne(head as never).catch((error: unknown) => {
      if (!isDuplicateKey(error)) throw error;
    });
  }

  /** False where the head is not the one that was read any more: somebody else committed. */
  async commit({ _id, writes }: SlotHead, next: NextHead, session?: ClientSession): Promise<boolean> {
    const { matchedCount } = await this.heads.updateOne(
      { _id, writes, pending: null },
      { $set: { ...next, writes: writes + 1 } },
      session ? { session } : {},
    );
    return matchedCount > 0;
  }

  /** The page is in all of its documents. */
  async settle(_id: string, { token }: PendingPage): Promise<void> {
    await this.heads.updateOne({ _id, 'pending.token': token }, { $set: { pending: null } });
  }

  all(): Promise<readonly SlotHead[]> {
    return this.heads.find({}, { pending: 0 }).lean<SlotHead[]>().exec();
  }

  async drop(id: string): Promise<void> {
    await this.heads.deleteOne({ _id: id });
  }
}
