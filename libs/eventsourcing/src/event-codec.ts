import type { Instant, Json, JsonObject } from '@muster/kernel';
import { timeOrderedUuid } from './time-ordered-uuid.ts';
import { AGED, hasAged } from './ageing/retention.ts';
import type { AnyAggregateType, EventDefinition } from './aggregate.ts';
import type { Event } from './decider.ts';
import type { CommitMetadata, NewEvent, RecordedEvent } from './event-log.ts';
import type { KeyStore } from './key-store.ts';
import { PayloadLost, SealingKeyLost, UnknownEventType } from './log-errors.ts';
import { erased } from './personal.ts';
import { BOX, boxOf, openBox, sealBox } from './sealed-box.ts';
import { aggregateIdOf, type AggregateId, streamName } from './stream-name.ts';

/** An event as the domain knows it, with where and when it stands in the log. */
export type DecodedEvent<E extends Event = Event> = {
  readonly event: E;
  readonly eventId: string;
  readonly category: string;
  readonly stream: string;
  readonly id: AggregateId;
  readonly position: number;
  readonly revision: number;
  readonly commitId: string;
  readonly metadata: CommitMetadata;
  readonly recordedAt: Instant;
};

type KnownType = {
  readonly category: string;
  readonly name: string;
  readonly permanent: boolean;
  readonly definition: EventDefinition<JsonObject>;
};
type Keys = ReadonlyMap<string, Uint8Array>;

const NO_KEYS: Keys = new Map();

const keyIdOf = ({ projectId, organizationId }: Omit<AggregateId, 'id'>, subjectId: string): string =>
  `${projectId}/${organizationId ?? '_'}/${subjectId}`;

/**
 * Between the domain's events and the log's: names and versions them, seals and opens personal data (E12), upcasts on
 * read (E11). A service has one codec, over its own aggregates only.
 */
export class EventCodec {
  /** The categories whose events this codec can open. */
  readonly categories: readonly string[];
  private readonly types = new Map<string, KnownType>();

  constructor(
    private readonly keys: KeyStore,
    aggregates: readonly AnyAggregateType[],
  ) {
    this.categories = aggregates.map(({ category }) => category);
    for (const { category, events, retention } of aggregates)
      for (const [name, definition] of Object.entries<EventDefinition<JsonObject>>(events)) {
        for (let version = 1; version < definition.version; version++)
          if (!definition.upcasts?.[version])
            throw new Error(`${category}.${name} has no upcast from version ${version}`);
        this.types.set(`${category}.${name}`, {
          category,
          name,
          permanent: retention === 'permanent',
          definition,
        });
      }
  }

  /** Domain events, ready for the log. Creates the subjects' keys, durably, before any append uses them. */
  async encode(category: string, id: AggregateId, events: readonly Event[]): Promise<readonly NewEvent[]> {
    const stream = streamName(category, id);
    return Promise.all(
      events.map(async (event) => {
        const type = `${category}.${event.type}`;
        const { definition } = this.known(type);
        const eventId = timeOrderedUuid();
        const data = await this.sealed(definition, event.data, { eventId, type }, id, stream);
        return { eventId, type, schemaVersion: definition.version, data };
      }),
    );
  }

  /**
   * Events of this codec's categories, as the newest version of their type. One whose payload was dropped comes as
   * `AGED` (E13): folds and projections skip it.
   * @throws UnknownEventType where a type or version is not known here: a writer must stop, a projection parks;
   *   SealBroken, SealingKeyLost, PayloadLost
   */
  async decode(recorded: readonly RecordedEvent[]): Promise<readonly DecodedEvent[]> {
    const keys = await this.keysOf(recorded);
    return recorded.map((event) => this.decodeOne(event, keys));
  }

  private async keysOf(recorded: readonly RecordedEvent[]): Promise<Keys> {
    const wanted = new Set<string>();
    for (const { data } of recorded) {
      const box = boxOf(data);
      if (box && box.box !== '') wanted.add(box.key);
    }
    if (wanted.size === 0) return NO_KEYS;
    const keys = await this.keys.find([...wanted]);
    if (keys.size === wanted.size) return keys;
    const missing = [...wanted].filter((keyId) => !keys.has(keyId));
    const destroyed = await this.keys.destroyed(missing);
    const lost = missing.find((keyId) => !destroyed.has(keyId));
    if (lost !== undefined) throw new SealingKeyLost(lost);
    return keys;
  }

  private decodeOne(recorded: RecordedEvent, keys: Keys): DecodedEvent {
    const { eventId, type, schemaVersion, stream, organizationId, metadata } = recorded;
    const known = this.known(type, schemaVersion);
    if (known.permanent && hasAged(recorded)) throw new PayloadLost(type, recorded.position);
    return {
      event: hasAged(recorded) ? agedEvent : newest(known, recorded, keys),
      eventId,
      category: known.category,
      stream,
      id: { projectId: metadata.projectId, organizationId, id: aggregateIdOf(stream) },
      position: recorded.position,
      revision: recorded.revision,
      commitId: recorded.commitId,
      metadata,
      recordedAt: recorded.recordedAt,
    };
  }

  private async sealed(
    definition: EventDefinition<JsonObject>,
    data: JsonObject,
    { eventId, type }: Pick<NewEvent, 'eventId' | 'type'>,
    id: AggregateId,
    stream: string,
  ): Promise<JsonObject> {
    const fields = (definition.sealed ?? []).filter(
      (field) => data[field] !== undefined && data[field] !== null,
    );
    if (fields.length === 0) return data;
    const keyId = keyIdOf(id, definition.subject?.(data) ?? id.id);
    const key = await this.keys.ensure(keyId);
    const clear = Object.fromEntries(Object.entries(data).filter(([field]) => !fields.includes(field)));
    const plain = Object.fromEntries(fields.map((field) => [field, data[field] as Json]));
    // A destroyed key stays destroyed: what would be sealed with it is never readable, so it is not kept at all.
    const box = key ? sealBox(key, plain, { organizationId: id.organizationId, stream, eventId, type }) : '';
    return { ...clear, [BOX]: { key: keyId, box, fields } };
  }

  private known(type: string, schemaVersion = 1): KnownType {
    const known = this.types.get(type);
    if (!known || schemaVersion > known.definition.version) throw new UnknownEventType(type, schemaVersion);
    return known;
  }
}

const agedEvent: Event = { type: AGED, data: {} };

const newest = ({ name, definition }: KnownType, recorded: RecordedEvent, keys: Keys): Event => {
  let data = opened(recorded, keys);
  for (let version = recorded.schemaVersion; version < definition.version; version++)
    data = definition.upcasts![version]!(data);
  return { type: name, data };
};

const opened = (event: RecordedEvent, keys: Keys): JsonObject => {
  const sealed = boxOf(event.data);
  if (!sealed) return event.data;
  const { [BOX]: _, ...clear } = event.data;
  const key = sealed.box === '' ? undefined : keys.get(sealed.key);
  if (key) return { ...clear, ...openBox(key, sealed.box, event) };
  return { ...clear, ...Object.fromEntries(sealed.fields.map((field) => [field, erased])) };
};
