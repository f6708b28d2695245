import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Reservation, ReservationChange } from '@muster/eventsourcing';
import type { Instant } from '@muster/kernel';

type Row = {
  readonly key: string;
  readonly owner: string;
  readonly kind: string;
  readonly until: Instant | null;
};

/** Who holds which unique key: what all commits' reservation changes add up to. */
export class ReservationTable {
  private readonly select: StatementSync;
  private readonly upsert: StatementSync;
  private readonly remove: StatementSync;
  private readonly changes: StatementSync;

  constructor(private readonly database: DatabaseSync) {
    this.select = database.prepare('SELECT key, owner, kind, until FROM reservations WHERE key = ?');
    this.upsert = database.prepare('INSERT OR REPLACE INTO reservations VALUES (?, ?, ?, ?)');
    this.remove = database.prepare('DELETE FROM reservations WHERE key = ?');
    this.changes = database.prepare(
      `SELECT number, reservations FROM commits WHERE number > ? AND reservations <> '[]' ORDER BY number LIMIT 1000`,
    );
  }

  get(key: string): Reservation | undefined {
    const row = this.select.get(key) as Row | undefined;
    if (!row) return undefined;
    const { until, owner, kind } = row;
    return until === null ? { key, owner, kind } : { key, owner, kind, until };
  }

  /** Nobody holds the key: undefined. */
  set(key: string, reservation: Reservation | undefined): void {
    if (reservation) this.upsert.run(key, reservation.owner, reservation.kind, reservation.until ?? null);
    else this.remove.run(key);
  }

  /** Empties the table and fills it again from the commits. Inside the caller's transaction. */
  rebuild(): void {
    this.database.exec('DELETE FROM reservations');
    for (let after = 0; ;) {
      const rows = this.changes.all(after) as { number: number; reservations: string }[];
      if (rows.length === 0) return;
      for (const { reservations } of rows)
        for (const change of JSON.parse(reservations) as readonly ReservationChange[]) this.apply(change);
      after = rows.at(-1)!.number;
    }
  }

  /** The commit was taken, so a reservation in it was free or its owner's. */
  private apply(change: ReservationChange): void {
    if (change.op === 'reserve') this.set(change.key, change);
    else if (this.get(change.key)?.owner === change.owner) this.set(change.key, undefined);
  }
}
