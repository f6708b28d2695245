import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type Document, foldCase, type IndexEntries } from '@muster/eventsourcing';
import type { ViewTables } from './view-tables.ts';

type Pair = readonly [field: string, value: string];

const pairsOf = (entries: IndexEntries): readonly Pair[] =>
  Object.entries(entries).flatMap(([field, values]) => values.map((value): Pair => [field, value]));

/** The pairs of the first list that are not in the second. */
const without = (pairs: readonly Pair[], others: readonly Pair[]): readonly Pair[] =>
  pairs.filter(([field, value]) => !others.some(([f, v]) => f === field && v === value));

/** Replaces documents of one view with their index entries; touches only entries that differ. */
export class ViewWriter {
  private readonly select: StatementSync;
  private readonly upsert: StatementSync;
  private readonly erase: StatementSync;
  private readonly addEntry: StatementSync;
  private readonly removeEntry: StatementSync;

  constructor(database: DatabaseSync, { documents, entries }: ViewTables) {
    this.select = database.prepare(`SELECT entries FROM ${documents} WHERE id = ?`);
    this.upsert = database.prepare(`REPLACE INTO ${documents} (id, body, entries) VALUES (?, ?, ?)`);
    this.erase = database.prepare(`DELETE FROM ${documents} WHERE id = ?`);
    this.addEntry = database.prepare(
      `INSERT INTO ${entries} (field, value, id, folded) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    );
    this.removeEntry = database.prepare(`DELETE FROM ${entries} WHERE field = ? AND value = ? AND id = ?`);
  }

  put(id: string, document: Document, indexes: IndexEntries): void {
    const text = JSON.stringify(indexes);
    const stored = this.storedEntries(id);
    this.upsert.run(id, JSON.stringify(document), text);
    if (stored === text) return;
    const before = pairsOf(stored === undefined ? {} : JSON.parse(stored));
    const now = pairsOf(indexes);
    for (const [field, value] of without(before, now)) this.removeEntry.run(field, value, id);
    for (const [field, value] of without(now, before)) {
      const folded = foldCase(value);
      this.addEntry.run(field, value, id, folded === value ? null : folded);
    }
  }

  remove(id: string): void {
    const stored = this.storedEntries(id);
    if (stored === undefined) return;
    for (const [field, value] of pairsOf(JSON.parse(stored))) this.removeEntry.run(field, value, id);
    this.erase.run(id);
  }

  private storedEntries(id: string): string | undefined {
    return this.select.get(id)?.['entries'] as string | undefined;
  }
}
