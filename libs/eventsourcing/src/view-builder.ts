import type { ViewSlot } from './read-store.ts';
import type { ViewChecksum, ViewDifference } from './view-operations.ts';

export type BuildOptions = {
  /** Stops at exactly this position; where not given, at the head the log has when it gets there. */
  readonly upTo?: number;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: { readonly position: number; readonly head: number }) => void;
};

/** Two copies at one position. */
export type Comparison = {
  readonly live: ViewChecksum;
  readonly other: ViewChecksum;
  readonly equal: boolean;
  readonly difference: ViewDifference | null;
};

/**
 * The heavy work of `ViewOperations`: reads the log and writes or reads copies of views nobody serves from. All it is
 * given and answers is plain data, so that an adapter may run it in another thread, over log, keys and store that it
 * opened there. `InProcessViewBuilder` does it in the calling thread.
 */
export interface ViewBuilder {
  /**
   * Folds the log into a slot, from the slot's checkpoint on; answers the position reached. Stops between two pages where
   * the signal aborts, and goes on from there when asked again, also in another process (E20).
   * @throws PoisonEvent, ForeignCheckpoint, UnavailableError
   */
  build(slot: ViewSlot, options: BuildOptions): Promise<number>;

  /**
   * Brings `other`, which nobody else writes to, to the position of a snapshot of `live`, and compares the two.
   * @throws as `build`
   */
  compare(live: ViewSlot, other: ViewSlot, options: Omit<BuildOptions, 'upTo'>): Promise<Comparison>;

  /** What a slot holds. */
  checksum(slot: ViewSlot, options: Omit<BuildOptions, 'upTo'>): Promise<ViewChecksum>;
}
