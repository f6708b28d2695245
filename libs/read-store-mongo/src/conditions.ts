import { type Filter, foldCase, type IndexEntries, type IndexEntry, type Query } from '@muster/eventsourcing';
import type { QueryFilter } from 'mongoose';
import type { StoredDocument } from './records.ts';

/** A field with one of its values as one string, which one index holds for all fields. No two pairs give the same. */
const entryOf = (field: string, value: string): string => `${encodeURIComponent(field)}=${value}`;

/** What a document is found by: each pair once, and in the same order the form in which `contains` compares it. */
export const entriesOf = (indexes: IndexEntries): Pick<StoredDocument, 'entries' | 'folded'> => {
  const pairs = Object.entries(indexes).flatMap(([field, values]) =>
    [...new Set(values)].map((value) => [field, value] as const),
  );
  return {
    entries: pairs.map(([field, value]) => entryOf(field, value)),
    folded: pairs.map(([field, value]) => entryOf(field, foldCase(value))),
  };
};

/** The entries that are stored with a document, as they are found. */
export const storedEntries = ({
  _id: id,
  entries,
  folded,
}: Pick<StoredDocument, '_id' | 'entries' | 'folded'>): readonly IndexEntry[] =>
  Array.from({ length: Math.max(entries.length, folded.length) }, (_, n) => {
    const [field, value] = parted(entries[n] ?? '');
    return { field, value, id, folded: parted(folded[n] ?? '')[1] };
  });

const parted = (entry: string): readonly [field: string, rest: string] => {
  const at = entry.indexOf('=');
  return [decodeURIComponent(entry.slice(0, Math.max(0, at))), entry.slice(at + 1)];
};

/** Letters, digits and what is not ASCII stand for themselves; a pattern may hold no NUL. */
const literally = (text: string): string =>
  Array.from(text, (character) => {
    if (character === '\0') return String.raw`\x00`;
    return character > '\u007f' || /\w/.test(character) ? character : `\\${character}`;
  }).join('');

const condition = (filter: Filter): QueryFilter<StoredDocument> => {
  if ('anyOf' in filter)
    return { entries: { $in: filter.anyOf.map((value) => entryOf(filter.field, value)) } };
  const field = literally(entryOf(filter.field, ''));
  const part = literally(foldCase(filter.contains));
  return { folded: { $regex: `^${field}.*${part}`, $options: 's' } };
};

/** Values go into it as strings, never as part of its structure. */
export const conditionsOf = (
  where: readonly Filter[],
  after?: Query['after'],
): QueryFilter<StoredDocument> => {
  const conditions = where.map(condition);
  // What was removed has no entries, so only who names none has to leave it out.
  if (conditions.length === 0) conditions.push({ goneAt: null });
  if (after !== undefined) conditions.push({ _id: { $gt: after } });
  return { $and: conditions };
};
