import type { JsonObject } from '@muster/kernel';
import type { PublicEvent } from './cloud-event.ts';
import { subjectOf } from './public-events.ts';

/**
 * How public events travel on the bus (E30–E33), for those who publish and those who subscribe.
 *
 * A message is one public event: its subject by `subjectOf`, its body the event's JSON, the same bytes as in the HTTP
 * feed, its `Nats-Msg-Id` the event's id. Its headers say where it stands in the feed, so that a hole can be told from
 * silence. They are made by the relay and are not part of the event.
 */
export const busHeaders = {
  /** The log that positions belong to; a checkpoint of another log means nothing here (E14). */
  log: 'Muster-Log',
  /** Of an event: its position. Of a heartbeat: the relay has published every public event up to here. */
  position: 'Muster-Position',
  /** No public event of the project lies between this position and `Muster-Position`. Always there. */
  previous: 'Muster-Previous',
  /**
   * No public event of the same organization lies between this position and `Muster-Position`. Missing where there is
   * no organization, and where the relay does not know it: then only the feed can tell.
   */
  organizationPrevious: 'Muster-Organization-Previous',
  /** `application/cloudevents+json`: a whole event, in the structured mode of CloudEvents. */
  contentType: 'Content-Type',
} as const;

export const CLOUD_EVENT_JSON = 'application/cloudevents+json';

/**
 * Where an event, or a heartbeat, stands in its feed. Who holds everything up to a checkpoint compares it with
 * `previous`: below it there may be a hole, to be filled from the feed (E31); otherwise everything up to `position` is
 * there, and `position` is the new checkpoint. At or below the checkpoint it is a copy that came late.
 */
export type BusPlace = {
  readonly logId: string;
  readonly position: number;
  readonly previous: number;
  readonly organizationPrevious?: number;
};

/** The JetStream stream that keeps the events of a project for a while. */
export const busStreamOf = (projectId: string): string => `muster-${projectId}`;

/**
 * The consumer that the server keeps for one organization with credentials of its own. Its name is the organization's
 * id, because that is what permissions are bound to (E33).
 */
export const busConsumerOf = (organizationId: string): string => organizationId;

/** Subjects of the events of a project, or of one organization in it (`_`: of what belongs to none). */
export const busSubjectsOf = (projectId: string, organizationId = '*'): string =>
  `muster.v1.${projectId}.${organizationId}.*.*`;

/** Everything under one organization's prefix (E33): what a credential for it may hear. */
export const organizationPrefixOf = (projectId: string, organizationId: string): string =>
  `muster.v1.${projectId}.${organizationId}.>`;

/**
 * Every second the relay says how far it is: headers of an event without one, and no body. Core NATS, kept nowhere; its
 * subject is shorter than an event's, so that the stream does not take it. It may overtake events on their way: what it
 * shows to be missing is asked of the feed only when it is still missing at the next one.
 */
export const heartbeatSubjectOf = (projectId: string): string => `muster.v1.${projectId}._.heartbeat`;

/** Where a service answers a question of another one. Its prefix differs from that of events, so that permissions can. */
export const requestSubjectOf = (projectId: string, subject: string): string =>
  `muster.request.${projectId}.${subject}`;

/** Where an event is published (E33). */
export const busSubjectOf = (event: PublicEvent): string =>
  subjectOf(event.type, { projectId: event.projectid, organizationId: event.organizationid ?? null });

/** The headers of an event or a heartbeat, by name. */
export const busHeadersOf = (place: BusPlace): Readonly<Record<string, string>> => ({
  [busHeaders.log]: place.logId,
  [busHeaders.position]: String(place.position),
  [busHeaders.previous]: String(place.previous),
  ...(place.organizationPrevious === undefined
    ? {}
    : { [busHeaders.organizationPrevious]: String(place.organizationPrevious) }),
});

const position = { type: 'string', pattern: '^(0|[1-9]\\d{0,14})$' };

/** The JSON schema of the headers of an event, or of a heartbeat. */
export const busHeadersSchema = (of: 'event' | 'heartbeat'): JsonObject => ({
  type: 'object',
  required: [busHeaders.log, busHeaders.position, busHeaders.previous],
  properties: {
    [busHeaders.log]: { type: 'string', description: 'The log that positions belong to.' },
    [busHeaders.position]: {
      ...position,
      description:
        of === 'event' ? 'Where the event stands.' : 'Every public event up to here has been published.',
    },
    [busHeaders.previous]: {
      ...position,
      description: 'No public event of the project lies between this position and Muster-Position.',
    },
    ...(of === 'heartbeat'
      ? {}
      : {
          [busHeaders.organizationPrevious]: {
            ...position,
            description: 'The same for the organization of the event; missing where it is not known.',
          },
          [busHeaders.contentType]: { const: CLOUD_EVENT_JSON },
          'Nats-Msg-Id': { type: 'string', description: 'The id of the event.' },
        }),
  },
});

const DIGITS = /^(0|[1-9]\d{0,14})$/;

/**
 * What the headers say; undefined where they are not those of an event or a heartbeat. Takes whatever gives a header by
 * its name, and nothing or an empty text where there is none.
 */
export const busPlaceIn = (header: (name: string) => string | undefined): BusPlace | undefined => {
  const positionIn = (name: string): number | undefined => {
    const text = header(name) ?? '';
    return DIGITS.test(text) ? Number(text) : undefined;
  };
  const logId = header(busHeaders.log);
  const position = positionIn(busHeaders.position);
  const previous = positionIn(busHeaders.previous);
  if (!logId || position === undefined || previous === undefined) return undefined;
  const organizationPrevious = positionIn(busHeaders.organizationPrevious);
  return {
    logId,
    position,
    previous,
    ...(organizationPrevious === undefined ? {} : { organizationPrevious }),
  };
};
