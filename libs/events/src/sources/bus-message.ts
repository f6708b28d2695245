import { type BusPlace, busPlaceIn, type PublicEvent } from '@muster/contracts';
import type { JsMsg } from '@nats-io/jetstream';
import type { Stretch } from '../feed/stretch.ts';
import { isWanted, type Wanted } from '../feed/wanted.ts';

/** Where a message stands in its feed. @throws Error where it is not one of Muster's */
export const placeOf = ({ headers, subject }: Pick<JsMsg, 'headers' | 'subject'>): BusPlace => {
  const place = busPlaceIn((name) => headers?.get(name));
  if (!place) throw new Error(`a message on ${subject} does not say where it stands in its feed`);
  return place;
};

/** A message as a piece of the feed that begins behind `after`: one event, or none where it is not wanted. */
export const stretchOf = (message: JsMsg, after: number, wanted: Wanted): Stretch => {
  const { logId, position } = placeOf(message);
  const event = message.json<PublicEvent>();
  return { logId, after, upTo: position, events: isWanted(event, wanted) ? [event] : [] };
};
