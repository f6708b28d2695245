import type { DecodedEvent, Projection } from '@muster/eventsourcing';
import type { SessionEvent } from '../../domain/session/session.events.ts';

/** No factor, no address: what a session says is read from its stream. */
export type SessionOfMember = {
  readonly organizationId: string;
  readonly memberId: string;
  readonly expiresAt: string;
};

/** Which sessions does a member have? Revoked ones are gone; expired ones tell by their end. */
export const sessionsByMemberProjection: Projection<SessionOfMember> = {
  name: 'session-sessions-by-member',
  version: 1,
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
        return undefined;
      default:
        return document;
    }
  },
  indexes: ({ memberId }) => ({ memberId: [memberId] }),
};
