import type { Instant } from '@muster/kernel';
import type { ParkedStream, Slot, ViewName } from './read-store.ts';
import type { RunnerState } from './projection-state.ts';

/**
 * What the copy beside the live one is: `building` from the log, `following` the head and ready to be swapped in,
 * `previous`: live until the last swap, still following, so that swapping again rolls back. `failed` keeps what it has;
 * a rebuild goes on with it. `cancelled` is gone from the store.
 */
export type ShadowState = 'building' | 'following' | 'previous' | 'failed' | 'cancelled';

/** The copy beside the live one. Positions count events of the whole log. */
export type ShadowReport = {
  readonly slot: Slot;
  readonly state: ShadowState;
  readonly position: number;
  readonly head: number | null;
  readonly eventsPerSecond: number;
  /** Null where it is not building, or no rate is known yet. */
  readonly etaSeconds: number | null;
  /** When this process began, or went on, to build it. */
  readonly startedAt: Instant | null;
  readonly parked: readonly ParkedStream[];
  readonly error: string | null;
};

/** One copy's contents at a position: equal contents have equal checksums in every read store (E24). */
export type ViewChecksum = {
  readonly position: number;
  /** SHA-256, hex: of every document and every index entry, in canonical form and order. */
  readonly checksum: string;
  readonly documents: number;
};

/**
 * The first document by id that two copies do not agree on, and where: JSON pointers into it, `index:<field>` for how
 * it is found. Never what stands there: documents hold personal data.
 */
export type ViewDifference = {
  readonly id: string;
  readonly kind: 'missing in live' | 'only in live' | 'differs';
  readonly paths: readonly string[];
};

/** What live is compared with: the shadow, or a copy built for this purpose and dropped afterwards. */
export type VerifiedAgainst = 'shadow' | 'rebuild';

/**
 * A verification, under way or done. `live` is null where the live copy is past the position asked for: then `other` is
 * to be compared with what an earlier verification said at that position.
 */
export type VerificationReport = {
  readonly state: 'building' | 'comparing' | 'done' | 'failed' | 'cancelled';
  readonly against: VerifiedAgainst;
  readonly asOf: number | null;
  readonly startedAt: Instant;
  readonly finishedAt: Instant | null;
  /** How far the copy is that live is compared with. */
  readonly position: number;
  readonly head: number | null;
  readonly etaSeconds: number | null;
  readonly live: ViewChecksum | null;
  readonly other: ViewChecksum | null;
  /** Null until both checksums are known. */
  readonly equal: boolean | null;
  readonly difference: ViewDifference | null;
  readonly error: string | null;
};

/** One view as an operator sees it. Plain data. `parked`, `error` and the figures are those of the live copy. */
export type ViewReport = ViewName & {
  readonly live: Slot;
  readonly position: number;
  /** Null while the log does not answer. */
  readonly head: number | null;
  readonly lag: number | null;
  readonly state: RunnerState;
  readonly eventsPerSecond: number;
  readonly parked: readonly ParkedStream[];
  readonly error: string | null;
  readonly shadow: ShadowReport | null;
  /** The last one, or the one under way. */
  readonly verification: VerificationReport | null;
};

export type OperationOptions = {
  /** Checks everything, changes nothing, and answers what would be done. */
  readonly dryRun?: boolean;
};

/** What a rebuild does, or would do. */
export type RebuildPlan = ViewName & {
  readonly dryRun: boolean;
  readonly live: Slot;
  /** The slot that is built. */
  readonly slot: Slot;
  /** The copy that gives way; its roll-back is gone. */
  readonly drops: 'following' | 'previous' | null;
  /** 0, or where a failed build goes on. */
  readonly from: number;
  readonly head: number;
};

/** What a swap did, or would do. */
export type SwapOutcome = ViewName & {
  readonly dryRun: boolean;
  readonly from: Slot;
  readonly to: Slot;
  /** Of the copy that was live, and of the one that is now. */
  readonly positions: { readonly from: number; readonly to: number };
  readonly head: number;
  /** What the last verification against this shadow said; null where there was none. */
  readonly verified:
    | (Pick<VerificationReport, 'equal' | 'difference'> & { readonly position: number })
    | null;
};

/** What a release did: `free` is false where another event of the stream could not be taken. */
export type ReleaseOutcome = ViewName & {
  readonly stream: string;
  readonly free: boolean;
  readonly parked: readonly ParkedStream[];
};

/**
 * What an operator does to views while they are read and written (E22, E23, E24, R50). Views are named without their
 * version: the one this process runs. Long work is started, answered at once, and polled with `get`.
 *
 * @throws UnknownView from everything that names one
 */
export interface ViewOperations {
  list(): Promise<readonly ViewReport[]>;
  get(name: string): Promise<ViewReport>;

  /**
   * Starts to build the view anew beside the live copy, and follows the log with it when it has caught up. Goes on with a
   * build that failed. After a restart of the process builds go on by themselves.
   * @throws ViewBusy while the view is being built or verified
   */
  rebuild(name: string, options?: OperationOptions): Promise<RebuildPlan>;

  /** Ends what is under way: a verification, else the shadow, which is dropped. @throws NoShadow */
  cancel(name: string): Promise<ViewReport>;

  /**
   * Starts to compare the live copy with the shadow, both at the same position, while the log grows; without a shadow,
   * with a copy built for this purpose. `asOf` builds a copy as of that position.
   * @throws ViewBusy while the view is being built or verified; PositionAhead
   */
  verify(name: string, options?: { readonly asOf?: number }): Promise<ViewReport>;

  /**
   * The other copy becomes the live one; this one becomes `previous`.
   * @throws NoShadow, ShadowBehind, ViewBusy
   */
  swap(name: string, options?: OperationOptions): Promise<SwapOutcome>;

  /** Applies what waits in a parked stream of the live copy and of the shadow, in order. */
  release(name: string, stream: string): Promise<ReleaseOutcome>;
}

/** What an operator asked for cannot be done now; `message` says why. The base of the errors of `ViewOperations`. */
export abstract class ViewOperationRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }
}

/** This process runs no view of that name. */
export class UnknownView extends ViewOperationRefused {
  constructor(name: string) {
    super(`there is no view ${name}`);
  }
}

/** There is no copy beside the live one. */
export class NoShadow extends ViewOperationRefused {
  constructor(name: string) {
    super(`view ${name} has no shadow: rebuild it first`);
  }
}

/** The shadow has not caught up: reads after a swap would wait for it. */
export class ShadowBehind extends ViewOperationRefused {
  constructor(
    name: string,
    readonly position: number,
    readonly head: number,
  ) {
    super(`the shadow of view ${name} is at ${position} of ${head}`);
  }
}

/** The view is being built or verified: wait, or cancel. */
export class ViewBusy extends ViewOperationRefused {
  constructor(name: string, doing: string) {
    super(`view ${name} is ${doing}: wait for it, or cancel it`);
  }
}

/** A position past the head of the log. */
export class PositionAhead extends ViewOperationRefused {
  constructor(
    readonly position: number,
    readonly head: number,
  ) {
    super(`position ${position} is past the head ${head} of the log`);
  }
}
