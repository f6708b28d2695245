/**
 * The file of one slot. Documents are a table with an index of ids: as rows of the tree of ids itself, they would fit
 * four to a page, and a look-up would read ten pages; files of earlier versions have them so, and are used as they are.
 * Entries, which are short, are one tree by field, value, id, which is the order `find` reads them in. A document repeats
 * its own entries, so that replacing it needs no second index to find the old ones.
 * `folded` is the value as `contains` compares it, where that differs from the value itself. While `loading` is 1 there
 * are no entries.
 */
export const slotSchema = `
  CREATE TABLE IF NOT EXISTS documents (
    id TEXT PRIMARY KEY NOT NULL, body TEXT NOT NULL, entries TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS entries (
    field TEXT NOT NULL, value TEXT NOT NULL, id TEXT NOT NULL, folded TEXT,
    PRIMARY KEY (field, value, id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS checkpoint (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    log_id TEXT NOT NULL, position INTEGER NOT NULL, revision INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS parked (
    stream TEXT PRIMARY KEY, position INTEGER NOT NULL, error TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS load (only INTEGER PRIMARY KEY CHECK (only = 1), loading INTEGER NOT NULL) STRICT;`;

/** Which slots there are and which are live. A slot's `generation` names its file, and no file's name comes twice. */
export const catalogSchema = `
  CREATE TABLE IF NOT EXISTS pointers (
    name TEXT NOT NULL, version INTEGER NOT NULL,
    slot TEXT NOT NULL, previous INTEGER NOT NULL, revision INTEGER NOT NULL,
    PRIMARY KEY (name, version)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS slots (
    name TEXT NOT NULL, version INTEGER NOT NULL, slot TEXT NOT NULL,
    generation INTEGER NOT NULL, stored INTEGER NOT NULL,
    PRIMARY KEY (name, version, slot)
  ) STRICT, WITHOUT ROWID;`;
