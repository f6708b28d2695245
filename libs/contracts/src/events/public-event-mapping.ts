import type {
  AnyAggregateType,
  Command,
  AggregateType,
  Erased,
  Event,
  EventDefinition,
} from '@muster/eventsourcing';
import type { JsonObject } from '@muster/kernel';
import type { PublicEventData, PublicEventType } from './public-events.ts';

/** An event's data without what is sealed: all that a public event may be made of, and no key is needed for it. */
export type ClearData<Data> = {
  readonly [Field in keyof Data as Erased extends Data[Field] ? never : Field]: Data[Field];
};

/** A domain event as a mapping sees it. `organizationId` is `_` outside any organization; `id` is the aggregate's. */
export type ClearEvent<Data = JsonObject> = {
  readonly data: ClearData<Data>;
  readonly organizationId: string;
  readonly id: string;
};

/** How a domain event is told to others: as which type, with what data. Pure, of this one event (E32). */
export type PublicEventMapping<Data> = {
  readonly [Type in PublicEventType]: {
    readonly as: Type;
    readonly data: (event: ClearEvent<Data>) => PublicEventData<Type>;
  };
}[PublicEventType];

/** For every event of an aggregate, what others may know of it. Nobody decided, nothing compiles. */
export type PublicEventMappings<E extends Event> = {
  readonly [Type in E['type']]: 'internal' | PublicEventMapping<Extract<E, { type: Type }>['data']>;
};

export type AnyPublicEventMapping = {
  readonly as: PublicEventType;
  readonly data: (event: ClearEvent) => JsonObject;
};

/** The public events of one kind of stream, with what reading its clear fields takes. */
export type PublicEventSource = {
  readonly category: string;
  /** Nothing of it is ever dropped (E13): a payload that is missing is damage. */
  readonly isPermanent: boolean;
  readonly events: Readonly<Record<string, EventDefinition<JsonObject>>>;
  readonly mappings: Readonly<Record<string, 'internal' | AnyPublicEventMapping>>;
};

/**
 * Says of every event of an aggregate how it becomes public, or that it stays internal.
 *
 * @example
 * publicEventsOf(stewardsAggregate, {
 *   StewardAdded: {
 *     as: 'muster.organization.steward-added.v1',
 *     data: ({ data, organizationId }) => ({ organization_id: organizationId, member_id: data.memberId }),
 *   },
 *   …
 * });
 */
export const publicEventsOf = <C extends Command, E extends Event, S>(
  aggregate: AggregateType<C, E, S>,
  mappings: PublicEventMappings<E>,
): PublicEventSource => ({
  category: aggregate.category,
  isPermanent: aggregate.retention === 'permanent',
  events: (aggregate as AnyAggregateType).events,
  mappings: mappings as PublicEventSource['mappings'],
});
