import type { JsonObject } from '@muster/kernel';
import { agedCategories, type Retention } from './ageing/retention.ts';
import type { Command, Decider, Event } from './decider.ts';
import type { ReservationChange } from './event-log.ts';
import type { AggregateId } from './stream-name.ts';

/** Makes an event's data of one schema version into the next. Pure and total (E11). */
export type Upcast = (data: JsonObject) => JsonObject;

/** How one type of event is stored. */
export type EventDefinition<Data> = {
  /** The version written now, from 1. */
  readonly version: number;
  /** Fields that hold personal data or secrets: sealed with the subject's key (E12). */
  readonly sealed?: readonly (keyof Data & string)[];
  /** Whose key; the aggregate's own id where not given. */
  readonly subject?: (data: Data) => string;
  /** From version n to n+1, for every n below `version`. */
  readonly upcasts?: Readonly<Record<number, Upcast>>;
};

export type EventDefinitions<E extends Event> = {
  readonly [Type in E['type']]: EventDefinition<Extract<E, { type: Type }>['data']>;
};

/** Hashes a value with the secret look-up key of a scope (an organization, a project): same in, same out. */
export type LookupHash = (scope: string, value: string) => string;

/** Which unique keys an event takes or gives back. Claim and release stand side by side in one function. */
export type ReservationsOf<E extends Event> = (
  event: E,
  id: AggregateId,
  hash: LookupHash,
) => readonly ReservationChange[];

/**
 * One kind of aggregate: its streams' category, its decider, how its events are stored, which keys they reserve, and how
 * long what they say is kept: to be decided for every one (E13).
 */
export type AggregateType<C extends Command, E extends Event, S> = {
  readonly category: string;
  readonly retention: Retention<S>;
  readonly decider: Decider<C, E, S>;
  readonly events: EventDefinitions<E>;
  readonly reservations?: ReservationsOf<E>;
};

/**
 * Keeps the type parameters of an aggregate's parts together.
 * @throws Error where its retention is not what the list of aged categories says
 */
export const defineAggregate = <C extends Command, E extends Event, S>(
  type: AggregateType<C, E, S>,
): AggregateType<C, E, S> => {
  const { category, retention } = type;
  if (agedCategories.has(category) !== (retention !== 'permanent'))
    throw new Error(`${category} is aged in one of its declaration and \`agedCategories\`, not in both`);
  return type;
};

/** An aggregate type whose parameters do not matter to the reader. */
// oxlint-disable-next-line typescript/no-explicit-any -- a registry holds aggregates of every type
export type AnyAggregateType = AggregateType<any, any, any>;
