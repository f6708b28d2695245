import type { DatabaseSync } from 'node:sqlite';
import type { PublicEvent } from '@muster/contracts';
import type { Checkpoint } from '../feed/stretch.ts';
import type { ParkedEvent, SubscriptionStore } from './subscription-store.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS muster_checkpoints (
    subscription TEXT PRIMARY KEY, log_id TEXT NOT NULL, position INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS muster_parked (
    subscription TEXT NOT NULL, position INTEGER NOT NULL, event TEXT NOT NULL, error TEXT NOT NULL,
    PRIMARY KEY (subscription, position)
  ) STRICT;`;

/**
 * In two tables of the subscriber's own SQLite file. The connection is the subscription's alone: a handler writes with it
 * and is part of its transaction, and whatever else wrote with it meanwhile would be too.
 */
export class SqliteSubscriptionStore implements SubscriptionStore<DatabaseSync> {
  readonly isAtomic = true;

  constructor(private readonly database: DatabaseSync) {
    database.exec(SCHEMA);
  }

  async checkpoint(subscription: string): Promise<Checkpoint | undefined> {
    const row = this.database
      .prepare('SELECT log_id AS logId, position FROM muster_checkpoints WHERE subscription = ?')
      .get(subscription);
    return row && { logId: String(row['logId']), position: Number(row['position']) };
  }

  advance(
    subscription: string,
    { logId, position }: Checkpoint,
    work: (transaction: DatabaseSync) => Promise<void>,
  ): Promise<void> {
    return this.transaction(async () => {
      await work(this.database);
      this.database
        .prepare('INSERT OR REPLACE INTO muster_checkpoints VALUES (?, ?, ?)')
        .run(subscription, logId, position);
    });
  }

  async park(subscription: string, { event, error }: ParkedEvent): Promise<void> {
    this.database
      .prepare('INSERT OR REPLACE INTO muster_parked VALUES (?, ?, ?, ?)')
      .run(subscription, Number(event.position), JSON.stringify(event), error);
  }

  async parked(subscription: string): Promise<readonly ParkedEvent[]> {
    const rows = this.database
      .prepare('SELECT event, error FROM muster_parked WHERE subscription = ? ORDER BY position')
      .all(subscription) as { event: string; error: string }[];
    return rows.map(({ event, error }) => ({ event: JSON.parse(event) as PublicEvent, error }));
  }

  release(
    subscription: string,
    { position }: PublicEvent,
    work: (transaction: DatabaseSync) => Promise<void>,
  ): Promise<void> {
    return this.transaction(async () => {
      await work(this.database);
      this.database
        .prepare('DELETE FROM muster_parked WHERE subscription = ? AND position = ?')
        .run(subscription, Number(position));
    });
  }

  private async transaction(work: () => Promise<void>): Promise<void> {
    this.database.exec('BEGIN IMMEDIATE');
    try {
      await work();
      this.database.exec('COMMIT');
    } catch (error) {
      if (this.database.isTransaction) this.database.exec('ROLLBACK');
      throw error;
    }
  }
}
