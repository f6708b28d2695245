import type { Checkpoint, Stretch } from './stretch.ts';
import type { Wanted } from './wanted.ts';

/** The feed itself: it has every event there ever was, in order. */
export interface Feed {
  /** A page behind a position; at the head of the log an empty one. @throws FeedRefused */
  read(after: number, wanted: Wanted, signal: AbortSignal): Promise<Stretch>;

  /** Where the log ends now. */
  head(signal: AbortSignal): Promise<Checkpoint>;
}

/** Where a subscription takes events from. */
export interface EventSource {
  /**
   * What comes behind a position. Pieces may come twice, late, in another order, or be missing: who follows finds out and
   * asks the feed. Ends when the signal says so, or when it is better begun anew; throws where it broke.
   */
  follow(after: number, wanted: Wanted, signal: AbortSignal): AsyncIterable<Stretch>;

  /** What fills holes; undefined: nobody can. */
  readonly feed: Feed | undefined;
}
