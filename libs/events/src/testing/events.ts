import { exampleEvent, type PublicEvent, type PublicEventType } from '@muster/contracts';
import type { Stretch } from '../feed/stretch.ts';

export const logId = 'log-1';

/** A public event at a position, about a subject. */
export const eventAt = (
  position: number,
  {
    type = 'muster.member.activated.v1',
    subject = 'member-1',
  }: { type?: PublicEventType; subject?: string } = {},
): PublicEvent =>
  ({ ...exampleEvent(type), id: `${logId}:${position}`, position: String(position), subject }) as PublicEvent;

/** A piece of the feed with an event at each of these positions; it reaches to the last of them. */
export const piece = (after: number, ...positions: readonly number[]): Stretch => ({
  logId,
  after,
  upTo: positions.at(-1) ?? after,
  events: positions.map((position) => eventAt(position)),
});

export const positionsOf = (stretches: readonly Stretch[]): readonly number[] =>
  stretches.flatMap(({ events }) => events.map(({ position }) => Number(position)));
