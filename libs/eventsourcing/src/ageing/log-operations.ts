import type { Instant } from '@muster/kernel';
import type { Appended, CommitMetadata } from '../event-log.ts';

/** A stream that nobody has written to for a while, and that still has its payloads. */
export type QuietStream = {
  readonly stream: string;
  readonly organizationId: string | null;
  /** Of its last event. */
  readonly revision: number;
};

export type QuietQuery = {
  readonly category: string;
  readonly projectId: string;
  /** Its last event was recorded before. */
  readonly before: Instant;
  /** Its last event is at this position or earlier. */
  readonly upTo: number;
  /** The `next` of the page before; empty for the first. */
  readonly after: string;
};

/** Some quiet streams in order of their names; `next` is undefined after the last page, which may come early. */
export type QuietPage = {
  readonly streams: readonly QuietStream[];
  /** How many streams of the category were looked at. */
  readonly looked: number;
  readonly next: string | undefined;
};

/** Whole streams that are to lose their payloads together, and the record of it. */
export type Ageing = {
  readonly commitId: string;
  readonly metadata: CommitMetadata;
  /** The streams ended before. */
  readonly before: Instant;
  readonly streams: readonly {
    readonly stream: string;
    /** Must still be that of the last event, else nothing happens. */
    readonly revision: number;
    /** Of its events that still have their payload. */
    readonly positions: readonly number[];
  }[];
};

/** How much there is of something. `bytes` are those of the payloads; `aged` counts events without one. */
export type Amount = {
  readonly streams: number;
  readonly events: number;
  readonly bytes: number;
  readonly aged: number;
};

/** What a log holds, as of its head when it was asked. */
export type LogStats = {
  readonly logId: string;
  readonly head: number;
  readonly commits: number;
  readonly total: Amount;
  /** In order of their names. */
  readonly categories: Readonly<Record<string, Amount>>;
  readonly firstRecordedAt: Instant | null;
  readonly lastRecordedAt: Instant | null;
  /** Of the files that hold it; null where it is in none. */
  readonly fileBytes: number | null;
};

/** What those who look after a log may do beyond what services do. Adapters pass `logOperationsContract`. */
export interface LogOperations {
  /** The next streams of a category that could be aged. */
  quietStreams(query: QuietQuery): Promise<QuietPage>;
  /**
   * Drops the payloads of all events of these streams and appends the record of it, or does neither (E13). Content
   * hashes stay, so the chain goes on to verify.
   * @throws PermanentStream where a stream's category is never aged: nothing was done; RevisionConflict where one was
   *   written meanwhile; and what `append` throws
   */
  age(ageing: Ageing): Promise<Appended>;
  /** Counts in pages, letting others work in between. */
  stats(onProgress?: (position: number, head: number) => void): Promise<LogStats>;
}
