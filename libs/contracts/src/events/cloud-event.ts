import type { RecordedEvent } from '@muster/eventsourcing';
import type { Instant, JsonObject } from '@muster/kernel';
import { exampleId } from './public-event-type.ts';
import { publicEventDefinition, type PublicEventData, type PublicEventType } from './public-events.ts';
import { id, instant, type Schema } from './schema.ts';

/**
 * The envelope of a public event: CloudEvents 1.0, JSON format. Attributes after `dataschema` are extensions; their
 * names are lower-case and without separators because CloudEvents wants them so.
 */
type Envelope<T extends PublicEventType> = {
  readonly specversion: '1.0';
  /** `<logId>:<position>`: the same event has the same id wherever and however often it arrives (E30). */
  readonly id: string;
  readonly source: string;
  readonly type: T;
  /** The id of what the event is about. */
  readonly subject: string;
  /** When the log took the event. */
  readonly time: Instant;
  readonly datacontenttype: 'application/json';
  readonly dataschema: string;
  readonly projectid: string;
  readonly organizationid?: string;
  /** Digits, not a number: integers of CloudEvents end at 2³¹ − 1. */
  readonly position: string;
  readonly correlationid: string;
  readonly causationid: string;
  readonly data: PublicEventData<T>;
};

/** A public event, in its envelope; of one type, of several, or of any: `type` tells which data there is. */
export type PublicEvent<T extends PublicEventType = PublicEventType> = T extends PublicEventType
  ? Envelope<T>
  : never;

/** What of an envelope is the deployment's and not the event's. */
export type Deployment = { readonly logId: string; readonly publicUrl: string };

export const eventIdOf = (logId: string, position: number): string => `${logId}:${position}`;

export const eventSource = (projectId: string): string => `/projects/${projectId}`;

/** Where the JSON schema of a type's data is served. */
export const dataSchemaUrl = (publicUrl: string, type: PublicEventType): string =>
  `${publicUrl}/v1/events/schemas/${type}`;

/** Puts data into its envelope. The order of the attributes is part of the bytes, which never change (E32). */
export const envelope = (
  place: Pick<RecordedEvent, 'position' | 'organizationId' | 'metadata' | 'recordedAt'>,
  type: PublicEventType,
  data: JsonObject,
  { logId, publicUrl }: Deployment,
): PublicEvent => {
  const { position, organizationId, metadata, recordedAt } = place;
  return {
    specversion: '1.0',
    id: eventIdOf(logId, position),
    source: eventSource(metadata.projectId),
    type,
    subject: data[publicEventDefinition(type)!.subject] as string,
    time: recordedAt,
    datacontenttype: 'application/json',
    dataschema: dataSchemaUrl(publicUrl, type),
    projectid: metadata.projectId,
    ...(organizationId === null ? {} : { organizationid: organizationId }),
    position: String(position),
    correlationid: metadata.correlationId,
    causationid: metadata.causationId,
    data,
  } as PublicEvent;
};

/** The JSON schema of a type's data, as it is served. */
export const dataSchema = (publicUrl: string, type: PublicEventType): JsonObject => {
  const { doc, schema, example } = publicEventDefinition(type)!;
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: dataSchemaUrl(publicUrl, type),
    title: type,
    description: doc,
    ...schema,
    examples: [example],
  };
};

/** A whole event of a type, made of its example. */
export const exampleEvent = (type: PublicEventType): PublicEvent => {
  const { example } = publicEventDefinition(type)!;
  const organizationId = example['organization_id'] as string;
  const at = '2026-11-23T09:30:00.000Z';
  const metadata = {
    projectId: exampleId('project'),
    actor: 'system:example',
    commandId: exampleId('request-id'),
    correlationId: exampleId('request-id'),
    causationId: exampleId('request-id'),
    at,
  };
  const place = { position: 42, organizationId, metadata, recordedAt: at };
  const deployment = { logId: exampleId('').slice('-test-'.length), publicUrl: 'https://muster.example' };
  return envelope(place, type, example, deployment);
};

const text = { type: 'string', minLength: 1 };

/** What the attributes may hold that depend on the type of event. */
type OfType = Readonly<Record<'type' | 'dataschema' | 'data', Schema<unknown>>>;

const schemaOf = ({ type, dataschema, data }: OfType): JsonObject => {
  const attributes: Readonly<Record<string, Schema<unknown>>> = {
    specversion: { const: '1.0' },
    id: { type: 'string', pattern: '^[^:]+:[1-9]\\d*$' },
    source: { type: 'string', pattern: '^/projects/project-(test|live)-[0-9a-f-]{36}$' },
    type,
    subject: text,
    time: instant,
    datacontenttype: { const: 'application/json' },
    dataschema,
    projectid: id('project'),
    organizationid: id('organization'),
    position: { type: 'string', pattern: '^[1-9]\\d*$' },
    correlationid: text,
    causationid: text,
    data,
  };
  const required = Object.keys(attributes).filter((name) => name !== 'organizationid');
  return { type: 'object', additionalProperties: false, required, properties: attributes };
};

/** The JSON schema of a whole event of a type, envelope and data. */
export const eventSchema = (type: PublicEventType): JsonObject =>
  schemaOf({
    type: { const: type },
    dataschema: { type: 'string', pattern: `^https?://.+/v1/events/schemas/${type.replaceAll('.', '\\.')}$` },
    data: publicEventDefinition(type)!.schema,
  });

/** The JSON schema of what all events have in common. */
export const envelopeSchema: JsonObject = schemaOf({
  type: text,
  dataschema: { type: 'string', pattern: '^https?://.+/v1/events/schemas/[a-z0-9.-]+$' },
  data: { type: 'object' },
});
