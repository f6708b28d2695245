import type { Instant, JsonObject } from '@muster/kernel';

/** A business fact, in the past tense. `type` is the fact's own name; its stream's category is added when stored. */
export type Event<Type extends string = string, Data extends JsonObject = JsonObject> = {
  readonly type: Type;
  readonly data: Data;
};

/** A wish. Facts the decision needs (time, ids, comparisons of secrets) are gathered before and arrive with it. */
export type Command<Type extends string = string, Data = unknown> = {
  readonly type: Type;
  readonly data: Data;
  readonly at: Instant;
};

/** The whole domain of one aggregate: what is known, what it makes of a fact, what it answers to a wish. */
export type Decider<C extends Command, E extends Event, S> = {
  readonly initialState: S;
  readonly evolve: (state: S, event: E) => S;
  /** Guards first, then facts. Already true: no events. A broken rule throws `DomainError`. */
  readonly decide: (state: S, command: C) => readonly E[];
};
