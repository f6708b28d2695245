import type { AggregateType, Command, Event } from '@muster/eventsourcing';
import type { ClearData } from '@muster/contracts';
import type { JsonObject } from '@muster/kernel';

/** Values of labels. From a closed set: a label is for ever. */
export type FactLabels = Readonly<Record<string, string>>;

/** A counter of what happens in the domain, by what is committed. */
export type FactCounter = {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
};

/** Events of one kind of stream that count, and with which labels. */
export type CountedFacts = {
  readonly counter: FactCounter;
  readonly category: string;
  readonly events: Readonly<Record<string, (data: JsonObject) => FactLabels>>;
};

/** As a mapping sees events: without what is sealed, for no key is at hand where they are counted. */
export type CountedEvents<E extends Event> = {
  readonly [Type in E['type']]?: (data: ClearData<Extract<E, { type: Type }>['data']>) => FactLabels;
};

/**
 * Says which events of an aggregate a counter counts. A commit counts once, in the process that wrote it; a repeat of a
 * command counts nothing.
 *
 * @example
 * countedFacts({ name: 'muster_logins_total', help: 'Logins.', labelNames: ['outcome'] }, loginAggregate, {
 *   LoginStarted: () => ({ outcome: 'started' }),
 * });
 */
export const countedFacts = <C extends Command, E extends Event, S>(
  counter: FactCounter,
  { category }: AggregateType<C, E, S>,
  events: CountedEvents<E>,
): CountedFacts => ({ counter, category, events: events as unknown as CountedFacts['events'] });
