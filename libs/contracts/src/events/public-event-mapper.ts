import {
  aggregateIdOf,
  clearDataOf,
  type EventDefinition,
  PayloadLost,
  PAYLOADS_DROPPED,
  type RecordedEvent,
  UnknownEventType,
} from '@muster/eventsourcing';
import type { JsonObject } from '@muster/kernel';
import { type Deployment, envelope, type PublicEvent } from './cloud-event.ts';
import type { AnyPublicEventMapping, PublicEventSource } from './public-event-mapping.ts';

type KnownType = {
  readonly isPermanent: boolean;
  readonly definition: EventDefinition<JsonObject>;
  readonly mapping: 'internal' | AnyPublicEventMapping;
};

const matches = (pattern: string, type: string): boolean =>
  pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : pattern === type;

/** Makes public events of recorded ones, without any key: sealed fields are never opened for it (E32). */
export class PublicEventMapper {
  private readonly types = new Map<string, KnownType>();

  constructor(
    sources: readonly PublicEventSource[],
    private readonly deployment: Deployment,
  ) {
    for (const { category, isPermanent, events, mappings } of sources)
      for (const [name, definition] of Object.entries(events)) {
        const mapping = mappings[name] ?? 'internal';
        this.types.set(`${category}.${name}`, { isPermanent, definition, mapping });
      }
    // The log's own record of an ageing (E13) is told to nobody.
    this.types.set(PAYLOADS_DROPPED, { isPermanent: true, definition: { version: 1 }, mapping: 'internal' });
  }

  /**
   * The stored types that lead to public events of these: a type's name, or its beginning and `*`.
   * Undefined where a pattern is met by nothing.
   */
  typesFor(pattern: string): ReadonlySet<string> | undefined {
    const found = [...this.types].filter(
      ([, { mapping }]) => mapping !== 'internal' && matches(pattern, mapping.as),
    );
    return found.length === 0 ? undefined : new Set(found.map(([type]) => type));
  }

  /** @throws UnknownEventType where it cannot be told whether the event is public: better no answer than a hole */
  assertKnown({ type, schemaVersion }: RecordedEvent): void {
    const known = this.types.get(type);
    if (!known || schemaVersion > known.definition.version) throw new UnknownEventType(type, schemaVersion);
  }

  /** Undefined where the event is internal, or aged (E13). @throws UnknownEventType, PayloadLost */
  publicEvent(recorded: RecordedEvent): PublicEvent | undefined {
    const known = this.types.get(recorded.type);
    if (!known) throw new UnknownEventType(recorded.type, recorded.schemaVersion);
    if (known.mapping === 'internal') return undefined;
    const data = clearDataOf(recorded, known.definition);
    if (!data) {
      if (known.isPermanent) throw new PayloadLost(recorded.type, recorded.position);
      return undefined;
    }
    const organizationId = recorded.organizationId ?? '_';
    const told = known.mapping.data({ data, organizationId, id: aggregateIdOf(recorded.stream) });
    return envelope(recorded, known.mapping.as, told, this.deployment);
  }
}
