import type { DecodedEvent, Projection } from '@muster/eventsourcing';
import type { SessionEvent } from '../../domain/session/session.events.ts';

/** No factor, no address: what a session says is read from its stream. */
export type SessionOfMember = {
  readonly organizationId: string;
  readonly memberId: string;
  readonly expiresAt: string;
};

/** The day of an instant: `2026-11-23`. */
export const dayOf = (instant: string): string => instant.slice(0, 10);

/**
 * Which sessions does a member have? Revoked ones are gone; expired ones tell by their end until that is on record. A
 * document is found by the day of its end, so that recording the ends needs no look at all others.
 */
export const sessionsByMemberProjection: Projection<SessionOfMember> = {
  name: 'session-sessions-by-member',
  version: 2,
  categories: ['session'],
  // Revoking all sessions of a member relies on it: better no answer than one that misses a session.
  onPoison: 'halt',
  apply: (document, { event, id }: DecodedEvent) => {
    const { type, data } = event as SessionEvent;
    switch (type) {
      case 'SessionStarted':
        return { organizationId: id.organizationId!, memberId: data.memberId, expiresAt: data.expiresAt };
      case 'SessionExtended':
        return document && { ...document, expiresAt: data.expiresAt };
      case 'SessionRevoked':
      case 'SessionExpired':
        return undefined;
      default:
        return document;
    }
  },
  indexes: ({ memberId, expiresAt }) => ({ memberId: [memberId], endsOn: [dayOf(expiresAt)] }),
};
