import type { LogStats, Verification } from '@muster/eventsourcing';
import type { Instant } from '@muster/kernel';

/** How far a walk over the log is. */
export type Walk = {
  readonly signal: AbortSignal;
  readonly onProgress: (position: number, head: number) => void;
};

/** What ageing is asked to do (E13). */
export type AgeRequest = {
  readonly olderThanDays: number;
  readonly dryRun: boolean;
  /** What a view has not seen keeps its payload. */
  readonly upTo: number;
  readonly actor: string;
  readonly now: Instant;
};

export type AgedAmount = { readonly streams: number; readonly events: number; readonly bytes: number };

export type AgeOutcome = {
  readonly dryRun: boolean;
  readonly before: Instant;
  readonly looked: number;
  readonly total: AgedAmount;
  readonly categories: Readonly<Record<string, AgedAmount>>;
  readonly keys: number;
  readonly interrupted: boolean;
};

/** The heavy work on a log. Plain data in and out, so that it may be done in another thread. */
export interface LogWork {
  /** Walks the hash chain (E4). */
  verify(walk: Walk): Promise<Verification>;
  /** Counts what the log holds. */
  count(walk: Walk): Promise<LogStats>;
  /** Drops payloads of flows that ended long ago. `onProgress` counts the streams looked at; their number is not known. */
  age(request: AgeRequest, walk: Walk): Promise<AgeOutcome>;
}

/** How far the bus is: every public event up to `position` is on it. `problem`: what stands in the way. */
export type RelayStatus = {
  readonly state: 'stopped' | 'starting' | 'relaying' | 'standby' | 'failing';
  readonly position: number;
  readonly problem: string | undefined;
};

/** What puts public events on the bus (E30). Of several processes with one, one works and the others stand by. */
export interface Relay {
  readonly status: RelayStatus;
  /** How many positions of the log have not been looked at yet. */
  lag(): Promise<number>;
  start(): void;
  stop(): Promise<void>;
}

/** A file that keeps what this process keeps, and its size. */
export type KeptFile = { readonly name: string; readonly bytes: number };
