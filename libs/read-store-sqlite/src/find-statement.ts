import { type Filter, foldCase } from '@muster/eventsourcing';

/** SQL with what is bound to it, in order. */
export type Statement = { readonly sql: string; readonly parameters: readonly (string | number)[] };

export type AnyOf = Extract<Filter, { readonly anyOf: readonly string[] }>;

/** Conditions by how many entries they name, the fewest first; parts of values, which need a scan, come last. */
export const rarestFirst = (
  where: readonly Filter[],
  sizeOf: (filter: AnyOf) => number,
): readonly Filter[] => {
  const exact = where.filter((filter): filter is AnyOf => 'anyOf' in filter);
  const parts = where.filter((filter) => 'contains' in filter);
  if (exact.length < 2) return [...exact, ...parts];
  const sized = exact.map((filter) => ({ filter, size: sizeOf(filter) }));
  return [...sized.toSorted((a, b) => a.size - b.size).map(({ filter }) => filter), ...parts];
};

/** SQL function (entries, field, folded part): whether one of a document's values contains the part. */
export const CONTAINS = 'entries_contain';

// One value is compared by `=`, which leaves the ids in order; several come as one JSON list, so that the number of
// values does not make a new statement.
const isOneOf = (column: string, values: readonly string[]): Statement =>
  values.length === 1
    ? { sql: `${column} = ?`, parameters: [values[0]!] }
    : { sql: `${column} IN (SELECT value FROM json_each(?))`, parameters: [JSON.stringify(values)] };

const leading = (filter: Filter): Statement => {
  if ('contains' in filter)
    return {
      sql: 'e.field = ? AND instr(coalesce(e.folded, e.value), ?) > 0',
      parameters: [filter.field, foldCase(filter.contains)],
    };
  const values = isOneOf('e.value', filter.anyOf);
  return { sql: `e.field = ? AND ${values.sql}`, parameters: [filter.field, ...values.parameters] };
};

const further = (filter: Filter): Statement => {
  if ('contains' in filter)
    return {
      sql: `${CONTAINS}((SELECT entries FROM documents WHERE id = e.id), ?, ?)`,
      parameters: [filter.field, foldCase(filter.contains)],
    };
  const values = isOneOf('f.value', filter.anyOf);
  return {
    sql: `EXISTS (SELECT 1 FROM entries AS f WHERE f.field = ? AND ${values.sql} AND f.id = e.id)`,
    parameters: [filter.field, ...values.parameters],
  };
};

/** The ids that meet all conditions. Starts from the entries of the first one and looks the others up per id. */
const idsStatement = (where: readonly Filter[], after: string): Statement => {
  const [first, ...others] = where;
  if (!first) return { sql: 'SELECT id FROM documents WHERE id > ?', parameters: [after] };
  const conditions = [leading(first), { sql: 'e.id > ?', parameters: [after] }, ...others.map(further)];
  // One value of one field names an id once; several values, or a part of one, may name it twice.
  const distinct = 'anyOf' in first && first.anyOf.length === 1 ? '' : 'DISTINCT ';
  return {
    sql: `SELECT ${distinct}e.id FROM entries AS e WHERE ${conditions.map(({ sql }) => sql).join(' AND ')}`,
    parameters: conditions.flatMap(({ parameters }) => parameters),
  };
};

/** A page of documents, in order of their ids. Bodies are read for that page only. */
export const findStatement = (where: readonly Filter[], after: string, limit: number): Statement => {
  const ids = idsStatement(where, after);
  return {
    sql:
      `SELECT d.id, d.body FROM (${ids.sql} ORDER BY 1 LIMIT ?) AS hit ` +
      'CROSS JOIN documents AS d ON d.id = hit.id ORDER BY hit.id',
    parameters: [...ids.parameters, limit],
  };
};

/** How many documents meet all conditions. */
export const countStatement = (where: readonly Filter[]): Statement => {
  const ids = idsStatement(where, '');
  return { sql: `SELECT count(*) AS count FROM (${ids.sql})`, parameters: ids.parameters };
};

/** How many entries a condition names, counted up to `most`: enough to see which one is rarer. */
export const sizeStatement = ({ field, anyOf }: AnyOf, most: number): Statement => {
  const values = isOneOf('value', anyOf);
  return {
    sql: `SELECT count(*) AS count FROM (SELECT 1 FROM entries WHERE field = ? AND ${values.sql} LIMIT ?)`,
    parameters: [field, ...values.parameters, most],
  };
};
