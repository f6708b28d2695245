import type { PublicEvent } from '@muster/contracts';
import type { mongo } from 'mongoose';
import type { Checkpoint } from '../feed/stretch.ts';
import type { ParkedEvent, SubscriptionStore } from './subscription-store.ts';

export type MongoSubscriptionStoreOptions = {
  readonly database: mongo.Db;
  /**
   * On a replica set: handlers write with the session they are given, and their writes and the checkpoint are one. Without
   * it the checkpoint is written after them.
   */
  readonly client?: mongo.MongoClient;
};

type CheckpointDocument = { readonly _id: string; readonly logId: string; readonly position: number };
type ParkedDocument = {
  readonly _id: string;
  readonly subscription: string;
  readonly position: number;
  /** As JSON, so that it comes back as the same bytes. */
  readonly event: string;
  readonly error: string;
};
type Session = mongo.ClientSession | undefined;

/** In two collections of the subscriber's own database; with the driver or with mongoose (`connection.db`). */
export class MongoSubscriptionStore implements SubscriptionStore<Session> {
  readonly isAtomic: boolean;
  private readonly checkpoints: mongo.Collection<CheckpointDocument>;
  private readonly aside: mongo.Collection<ParkedDocument>;

  constructor(private readonly options: MongoSubscriptionStoreOptions) {
    this.isAtomic = options.client !== undefined;
    this.checkpoints = options.database.collection('muster_checkpoints');
    this.aside = options.database.collection('muster_parked');
  }

  async checkpoint(subscription: string): Promise<Checkpoint | undefined> {
    const found = await this.checkpoints.findOne({ _id: subscription });
    return found ? { logId: found.logId, position: found.position } : undefined;
  }

  advance(
    subscription: string,
    { logId, position }: Checkpoint,
    work: (transaction: Session) => Promise<void>,
  ): Promise<void> {
    return this.transaction(async (session) => {
      await work(session);
      const kept = { logId, position };
      await this.checkpoints.replaceOne({ _id: subscription }, kept, { upsert: true, ...within(session) });
    });
  }

  async park(subscription: string, { event, error }: ParkedEvent, session: Session): Promise<void> {
    const position = Number(event.position);
    const kept = { subscription, position, event: JSON.stringify(event), error };
    const options = { upsert: true, ...within(session) };
    await this.aside.replaceOne({ _id: idOf(subscription, event) }, kept, options);
  }

  async parked(subscription: string): Promise<readonly ParkedEvent[]> {
    const found = await this.aside.find({ subscription }).sort({ position: 1 }).toArray();
    return found.map(({ event, error }) => ({ event: JSON.parse(event) as PublicEvent, error }));
  }

  release(
    subscription: string,
    event: PublicEvent,
    work: (transaction: Session) => Promise<void>,
  ): Promise<void> {
    return this.transaction(async (session) => {
      await work(session);
      await this.aside.deleteOne({ _id: idOf(subscription, event) }, within(session));
    });
  }

  private async transaction(work: (session: Session) => Promise<void>): Promise<void> {
    const { client } = this.options;
    if (!client) return work(undefined);
    await client.withSession((session) => session.withTransaction(() => work(session)));
  }
}

const within = (session: Session) => (session ? { session } : {});
const idOf = (subscription: string, { position }: PublicEvent): string => `${subscription}:${position}`;
