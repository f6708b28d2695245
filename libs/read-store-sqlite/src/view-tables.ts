import type { ViewName } from '@muster/eventsourcing';

/** The tables of one version of one view. Names are quoted identifiers, safe to put into SQL. */
export type ViewTables = {
  /** Key of the view's rows in the shared tables. */
  readonly key: string;
  readonly documents: string;
  readonly entries: string;
};

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** @throws where the view's name is not kebab-case: it becomes part of table names */
export const tablesOf = ({ name, version }: ViewName): ViewTables => {
  if (!NAME.test(name) || !Number.isSafeInteger(version) || version < 1)
    throw new Error(`not a view name: ${name} v${version}`);
  const key = `${name}_v${version}`;
  return { key, documents: `"${key}_documents"`, entries: `"${key}_entries"` };
};

/** Checkpoints and parked streams of all views. */
export const sharedSchema = `
  CREATE TABLE IF NOT EXISTS checkpoints (
    view TEXT PRIMARY KEY, log_id TEXT NOT NULL, position INTEGER NOT NULL, revision INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS parked (
    view TEXT NOT NULL, stream TEXT NOT NULL, position INTEGER NOT NULL, error TEXT NOT NULL,
    PRIMARY KEY (view, stream)
  ) STRICT, WITHOUT ROWID;`;

/**
 * One tree per table: documents by id; entries by field, value, id, which is the order `find` reads them in.
 * A document repeats its own entries, so that replacing it needs no second index to find the old ones.
 * `folded` is the value as `contains` compares it, where that differs from the value itself.
 */
export const viewSchema = ({ documents, entries }: ViewTables): string => `
  CREATE TABLE IF NOT EXISTS ${documents} (
    id TEXT PRIMARY KEY, body TEXT NOT NULL, entries TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS ${entries} (
    field TEXT NOT NULL, value TEXT NOT NULL, id TEXT NOT NULL, folded TEXT,
    PRIMARY KEY (field, value, id)
  ) STRICT, WITHOUT ROWID;`;
