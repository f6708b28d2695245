import { type Document, foldCase, type IndexEntries } from '@muster/eventsourcing';
import type { SqliteFile } from './sqlite-file.ts';

type Pair = readonly [field: string, value: string];

const SELECT = 'SELECT entries FROM documents WHERE id = ?';
// Where there is one it stays in its place, so that the index of ids is left alone.
const UPSERT = `
  INSERT INTO documents (id, body, entries) VALUES (?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET body = excluded.body, entries = excluded.entries`;
const ERASE = 'DELETE FROM documents WHERE id = ?';
const ADD_ENTRY = 'INSERT INTO entries (field, value, id, folded) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING';
const REMOVE_ENTRY = 'DELETE FROM entries WHERE field = ? AND value = ? AND id = ?';

const pairsOf = (entries: IndexEntries): readonly Pair[] =>
  Object.entries(entries).flatMap(([field, values]) => values.map((value): Pair => [field, value]));

/** The pairs of the first list that are not in the second. */
const without = (pairs: readonly Pair[], others: readonly Pair[]): readonly Pair[] =>
  pairs.filter(([field, value]) => !others.some(([f, v]) => f === field && v === value));

/** Replaces a document with its index entries; touches only entries that differ. */
export const putDocument = (
  file: SqliteFile,
  id: string,
  document: Document,
  indexes: IndexEntries,
): void => {
  const text = JSON.stringify(indexes);
  const stored = storedEntries(file, id);
  file.prepared(UPSERT).run(id, JSON.stringify(document), text);
  if (stored === text) return;
  const before = pairsOf(stored === undefined ? {} : JSON.parse(stored));
  const now = pairsOf(indexes);
  for (const [field, value] of without(before, now)) file.prepared(REMOVE_ENTRY).run(field, value, id);
  for (const [field, value] of without(now, before)) {
    const folded = foldCase(value);
    file.prepared(ADD_ENTRY).run(field, value, id, folded === value ? null : folded);
  }
};

export const removeDocument = (file: SqliteFile, id: string): void => {
  const stored = storedEntries(file, id);
  if (stored === undefined) return;
  for (const [field, value] of pairsOf(JSON.parse(stored))) file.prepared(REMOVE_ENTRY).run(field, value, id);
  file.prepared(ERASE).run(id);
};

/** While a slot is being loaded: the document alone. */
export const loadDocument = (
  file: SqliteFile,
  id: string,
  document: Document,
  indexes: IndexEntries,
): void => {
  file.prepared(UPSERT).run(id, JSON.stringify(document), JSON.stringify(indexes));
};

export const unloadDocument = (file: SqliteFile, id: string): void => {
  file.prepared(ERASE).run(id);
};

const storedEntries = (file: SqliteFile, id: string): string | undefined =>
  file.prepared(SELECT).get(id)?.['entries'] as string | undefined;
