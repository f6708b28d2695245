import type { ParkedStream, ViewName } from './read-store.ts';

/** `halted` needs a person: an event the view cannot take, or a checkpoint that is not of this log. */
export type RunnerState = 'running' | 'halted' | 'stopped';

/** One view in the list of views. Positions and `lag` count events; `head` is missing while the log does not answer. */
export type ProjectionState = ViewName & {
  readonly position: number;
  readonly head: number | undefined;
  readonly lag: number | undefined;
  readonly state: RunnerState;
  readonly parked: readonly ParkedStream[];
  /** Why it halted, or what it is trying again. */
  readonly error: string | undefined;
  readonly eventsPerSecond: number;
};

/** Something to alarm about. `retrying` ends by itself, the others need a person. */
export type ProjectionProblem = ViewName & {
  readonly kind: 'retrying' | 'parked' | 'halted';
  readonly error: string;
};
