import type {
  Commit,
  CommitMetadata,
  NewEvent,
  RecordedEvent,
  Reservation,
  ReservationChange,
  StreamWrite,
} from '@muster/eventsourcing';
import type { Instant, JsonObject } from '@muster/kernel';
import { v7 as uuidv7 } from 'uuid';
import { commitStream, keyStream } from './stream-names.ts';

/** A record on its way into KurrentDB. Its properties must be texts: the server takes nothing else (26.1). */
export type NewRecord = {
  readonly stream: string;
  readonly id: string;
  readonly type: string;
  readonly data: JsonObject;
  readonly properties: Readonly<Record<string, string>>;
};

/** A record as it stands in KurrentDB. `at` is its place in the whole log: ordered, but with gaps. */
export type StoredRecord = NewRecord & { readonly revision: number; readonly at: number };

/** Opens each commit in the log; its `events` follow it at once, for the server writes an append as one piece (E1). */
export type CommitRecord = {
  readonly commitId: string;
  readonly commandHash: string;
  /** By the clock of the process that wrote it; `recordedAt` is made from it in commit order. */
  readonly takenAt: Instant;
  readonly events: number;
  readonly reservations: readonly ReservationChange[];
};

/** What the follower gives a commit: its place in the one order, and the hash over everything up to it (E2, E4). */
export type NumberedCommit = {
  readonly number: number;
  readonly commitId: string;
  readonly first: number;
  readonly last: number;
  /** Where in KurrentDB's own log the commit begins. */
  readonly at: number;
  readonly recordedAt: Instant;
  readonly hash: string;
};

export const COMMIT_TAKEN = 'muster.CommitTaken';
export const COMMIT_NUMBERED = 'muster.CommitNumbered';
const KEY_RESERVED = 'muster.KeyReserved';
const KEY_RELEASED = 'muster.KeyReleased';

/** A record of the adapter itself. Its id is new on every attempt: a repeat must meet the checks, not be swallowed. */
export const ownRecord = (stream: string, type: string, data: object): NewRecord => ({
  stream,
  id: uuidv7(),
  type,
  data: data as JsonObject,
  properties: {},
});

export const commitRecord = ({ commitId, commandHash, writes, reservations }: Commit, takenAt: Instant) => {
  const events = writes.reduce((count, write) => count + write.events.length, 0);
  const record: CommitRecord = { commitId, commandHash, takenAt, events, reservations };
  return ownRecord(commitStream(commitId), COMMIT_TAKEN, record);
};

/** Who holds the key from now on. */
export const keyRecord = (key: string, held: Reservation | undefined): NewRecord =>
  held ? ownRecord(keyStream(key), KEY_RESERVED, held) : ownRecord(keyStream(key), KEY_RELEASED, { key });

export const reservationIn = (record: StoredRecord | undefined): Reservation | undefined =>
  record?.type === KEY_RESERVED ? (record.data as unknown as Reservation) : undefined;

/** An event as it goes into its stream; `index` is its place within the commit. */
export const eventRecord = (
  { commitId, metadata }: Commit,
  { stream, organizationId }: StreamWrite,
  { eventId, type, schemaVersion, data }: NewEvent,
  index: number,
): NewRecord => ({
  stream,
  id: eventId,
  type,
  data,
  properties: {
    commitId,
    index: `${index}`,
    schemaVersion: `${schemaVersion}`,
    metadata: JSON.stringify(metadata),
    ...(organizationId === null ? {} : { organizationId }),
  },
});

/** Which commit an event is of, and its place there; undefined for a record that no commit wrote. */
export const placeOf = ({ properties: { commitId, index } }: StoredRecord) =>
  commitId === undefined || index === undefined ? undefined : { commitId, index: Number(index) };

export const organizationOf = ({ properties }: StoredRecord): string | null =>
  properties['organizationId'] ?? null;

/** The event as the port gives it, once its commit has a number. */
export const recordedEvent = (
  { id, type, data, stream, revision, properties }: Omit<StoredRecord, 'at'>,
  { commitId, first, recordedAt }: NumberedCommit,
): RecordedEvent => ({
  eventId: id,
  type,
  schemaVersion: Number(properties['schemaVersion']),
  data,
  position: first + Number(properties['index']),
  stream,
  revision,
  organizationId: properties['organizationId'] ?? null,
  commitId,
  metadata: JSON.parse(properties['metadata']!) as CommitMetadata,
  recordedAt,
});
