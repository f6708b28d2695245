import type { Instant, JsonObject } from '@muster/kernel';

/** How much an acknowledgement promises, from weak to strong (E7). */
export const durabilities = ['memory', 'fsync', 'quorum'] as const;
export type Durability = (typeof durabilities)[number];

/** What a stream must look like for a commit to be taken (E3). `revision` counts from 0: the last event's. */
export type Expectation = 'any' | 'noStream' | 'exists' | { readonly revision: number };

/** One event on its way into the log. `data` is clear JSON but for its sealed box (see `event-codec.ts`). */
export type NewEvent = {
  /** UUIDv7 (E6). */
  readonly eventId: string;
  /** `<category>.<PascalName>`. */
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: JsonObject;
};

/** Events for one stream. `organizationId` is null for streams outside any organization (flows) (E10). */
export type StreamWrite = {
  readonly stream: string;
  readonly organizationId: string | null;
  readonly expect: Expectation;
  readonly events: readonly NewEvent[];
};

/** A stream the decision read but does not write: checked in the same commit (E3). */
export type Condition = { readonly stream: string; readonly expect: Expectation };

/**
 * A unique key taken or given back within the commit (E1). Reserving a key that another owner holds fails the commit;
 * the same owner may reserve again (another kind or end). `until` is judged by the commit's instant `metadata.at`.
 */
export type ReservationChange =
  | {
      readonly op: 'reserve';
      readonly key: string;
      readonly owner: string;
      readonly kind: string;
      readonly until?: Instant;
    }
  | { readonly op: 'release'; readonly key: string; readonly owner: string };

export type Reservation = {
  readonly key: string;
  readonly owner: string;
  readonly kind: string;
  readonly until?: Instant;
};

/** Who did it, why, and as part of what (E10). */
export type CommitMetadata = {
  readonly projectId: string;
  /** `project:<id>`, `member:<id>`, `system:<part>`; never an address or a name. */
  readonly actor: string;
  readonly commandId: string;
  readonly correlationId: string;
  readonly causationId: string;
  readonly traceparent?: string;
  /** The command's instant. */
  readonly at: Instant;
};

export type Commit = {
  /** Unique for ever. The same id with the same `commandHash` gives the first result again (E5). */
  readonly commitId: string;
  /** Hash of the command (type, target, payload), not of the events it led to. */
  readonly commandHash: string;
  readonly metadata: CommitMetadata;
  readonly writes: readonly StreamWrite[];
  readonly conditions: readonly Condition[];
  readonly reservations: readonly ReservationChange[];
};

/** `position` is that of the commit's last event. `duplicate`: the commit was already there, with these events (E5). */
export type Appended = {
  readonly position: number;
  readonly duplicate: boolean;
  readonly events: readonly RecordedEvent[];
};

export type RecordedEvent = NewEvent & {
  /** Dense, from 1, in commit order (E2). */
  readonly position: number;
  readonly stream: string;
  /** Within the stream, from 0. */
  readonly revision: number;
  readonly organizationId: string | null;
  readonly commitId: string;
  readonly metadata: CommitMetadata;
  /** When the log took the commit, by its own clock; never earlier than the commit before. */
  readonly recordedAt: Instant;
};

/**
 * The events of some categories after one position, up to and with another. What is between them and not here is of
 * other categories. Where the log ends at `after`, `upTo` is that.
 */
export type LogStretch = {
  readonly after: number;
  readonly upTo: number;
  readonly events: readonly RecordedEvent[];
};

/** What `verify` found: the first thing wrong, or nothing. `aged` events have lost their payload by design (E13). */
export type Verification =
  | {
      readonly ok: true;
      readonly commits: number;
      readonly events: number;
      readonly aged: number;
      readonly head: number;
    }
  | { readonly ok: false; readonly position: number; readonly problem: string };

/**
 * The only truth. Every adapter passes `eventLogContract`; what differs between adapters is a bug.
 *
 * @example
 * const { position } = await log.append(commit);
 * for await (const page of tail(log, position, signal)) …
 */
export interface EventLog {
  /** Names this log; a checkpoint of another log is refused (E14). */
  readonly logId: string;
  readonly durability: Durability;

  /**
   * All of the commit, or nothing (E1). Acknowledged means durable (E7). Checked in this order: limits, an earlier
   * commit of that id, organizations, expectations and conditions, reservations.
   * @throws LimitExceeded, CommitIdReused, OrganizationMismatch, RevisionConflict, ReservationTaken,
   *   AppendOutcomeUnknown, UnavailableError (nothing was written)
   */
  append(commit: Commit): Promise<Appended>;

  /** The events of one stream in order; only those at or before `upTo`, where given. Empty where there is no stream. */
  readStream(stream: string, options?: { readonly upTo?: number }): Promise<readonly RecordedEvent[]>;

  /** Up to `limit` events after a position, in order, without holes (E2). */
  readAll(after: number, limit: number): Promise<readonly RecordedEvent[]>;

  /** The next `limit` positions, of some categories: for adapters that can leave other events unread. See `readStretch`. */
  readStretch?(after: number, limit: number, categories: ReadonlySet<string>): Promise<LogStretch>;

  /** The events of a commit, or undefined where no such commit was taken; `commandHash` for E5. */
  findCommit(
    commitId: string,
  ): Promise<{ readonly commandHash: string; readonly events: readonly RecordedEvent[] } | undefined>;

  /** Who holds a key at an instant, as of the last commit. */
  reservation(key: string, at: Instant): Promise<Reservation | undefined>;

  /**
   * The position of the last visible event; 0 in an empty log. Commits of other processes may be up to `within`
   * milliseconds old before they count, where given; those acknowledged by this one count at once, always.
   */
  head(options?: { readonly within?: number }): Promise<number>;

  /**
   * What `head({ within })` would answer without asking the engine; undefined where it would have to. For paths that
   * look at the head with every call: an answer that is in memory should cost them no turn.
   */
  recentHead(within: number): number | undefined;

  /** Resolves as soon as the head is past `after`, or when the signal aborts. Never rejects for the abort. */
  changed(after: number, signal: AbortSignal): Promise<void>;

  /** Walks the hash chain and names the first missing, altered or reordered commit (E4). */
  verify(onProgress?: (position: number, head: number) => void): Promise<Verification>;

  close(): Promise<void>;
}

/** Stops start-up where the log's acknowledgement promises less than production asks for (E7). */
export const requireDurability = (log: EventLog, minimum: Durability): void => {
  if (durabilities.indexOf(log.durability) < durabilities.indexOf(minimum))
    throw new Error(`the event log acknowledges at '${log.durability}', '${minimum}' is required`);
};

/** The log from a position on, in pages, for ever: ends when the signal aborts. */
export async function* tail(
  log: EventLog,
  after: number,
  signal: AbortSignal,
  pageSize = 1_000,
): AsyncGenerator<readonly RecordedEvent[]> {
  let position = after;
  while (!signal.aborted) {
    const page = await log.readAll(position, pageSize);
    if (page.length === 0) {
      await log.changed(position, signal);
      continue;
    }
    position = page.at(-1)!.position;
    yield page;
  }
}
