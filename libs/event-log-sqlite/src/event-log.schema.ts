import type { FileKind } from './sqlite-file.ts';

/**
 * Truth is in `commits`, `events` and the names in `streams`; `streams.revision`, `reservations` and `head` follow
 * from them. `data` is null once a payload was dropped by ageing; its `content_hash` stays, so the chain holds (E13).
 */
export const eventLogFile: FileKind = {
  name: 'event log',
  schemaVersion: 1,
  schema: `
    CREATE TABLE commits (
      number INTEGER PRIMARY KEY,
      commit_id TEXT NOT NULL UNIQUE,
      command_hash TEXT NOT NULL,
      first_position INTEGER NOT NULL,
      last_position INTEGER NOT NULL,
      recorded_at TEXT NOT NULL,
      metadata TEXT NOT NULL,
      reservations TEXT NOT NULL,
      hash TEXT NOT NULL
    ) STRICT;
    CREATE TABLE events (
      position INTEGER PRIMARY KEY,
      commit_number INTEGER NOT NULL,
      stream_number INTEGER NOT NULL,
      revision INTEGER NOT NULL,
      event_id TEXT NOT NULL,
      type TEXT NOT NULL,
      schema_version INTEGER NOT NULL,
      data TEXT,
      content_hash TEXT NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX events_by_stream ON events (stream_number, revision);
    CREATE TABLE streams (
      number INTEGER PRIMARY KEY,
      name TEXT NOT NULL UNIQUE,
      organization_id TEXT,
      revision INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE reservations (
      key TEXT PRIMARY KEY,
      owner TEXT NOT NULL,
      kind TEXT NOT NULL,
      until TEXT
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE head (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      commit_number INTEGER NOT NULL,
      position INTEGER NOT NULL,
      recorded_at TEXT NOT NULL,
      hash TEXT NOT NULL
    ) STRICT;`,
};

/** The end of the log. Kept apart from the commits, so that a cut tail is seen (E4). */
export type Head = {
  readonly commitNumber: number;
  readonly position: number;
  readonly recordedAt: string;
  readonly hash: string;
};

export const SELECT_HEAD =
  'SELECT commit_number AS commitNumber, position, recorded_at AS recordedAt, hash FROM head';
