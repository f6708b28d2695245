import type { PublicEventDefinition } from './public-event-type.ts';
import type { Described } from './schema.ts';
import { admissionPublicEvents, joinRequestPublicEvents } from './types/admission.public-events.ts';
import { memberPublicEvents } from './types/member.public-events.ts';
import { organizationPublicEvents } from './types/organization.public-events.ts';
import { sessionPublicEvents } from './types/session.public-events.ts';

/**
 * Every type of public event, `muster.<aggregate>.<event>.v<version>`: the one table that types, JSON schemas, the
 * reference and the feed are made from. A definition never changes; what has to say more is a new version beside it.
 */
export const publicEventTypes = {
  ...organizationPublicEvents,
  ...memberPublicEvents,
  ...admissionPublicEvents,
  ...joinRequestPublicEvents,
  ...sessionPublicEvents,
};

export type PublicEventType = keyof typeof publicEventTypes;

/** The data of one type of public event. */
export type PublicEventData<T extends PublicEventType> = Described<(typeof publicEventTypes)[T]['schema']>;

/** The definition of a type, or undefined where there is no such type. */
export const publicEventDefinition = (type: string): PublicEventDefinition | undefined =>
  Object.hasOwn(publicEventTypes, type)
    ? (publicEventTypes[type as PublicEventType] as PublicEventDefinition)
    : undefined;

const TYPE = /^muster\.([a-z-]+)\.([a-z-]+)\.v(\d+)$/;

/** The parts of a type's name. @throws Error where it is not made by the rule */
export const partsOfType = (
  type: PublicEventType,
): { readonly aggregate: string; readonly event: string } => {
  const [, aggregate, event] = TYPE.exec(type) ?? [];
  if (!aggregate || !event) throw new Error(`${type} is not muster.<aggregate>.<event>.v<version>`);
  return { aggregate, event };
};

/**
 * Where an event is published on a bus (E33): one prefix per organization, so that a credential for it receives nothing
 * of another. `_` stands for no organization. The version of the data is not part of it: subscribers filter by `type`.
 */
export const subjectOf = (
  type: PublicEventType,
  of: { readonly projectId: string; readonly organizationId: string | null },
): string => {
  const { aggregate, event } = partsOfType(type);
  return `muster.v1.${of.projectId}.${of.organizationId ?? '_'}.${aggregate}.${event}`;
};
