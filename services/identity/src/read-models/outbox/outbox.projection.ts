import type { Projection } from '@muster/eventsourcing';

/** A mail that is not out yet: where it is asked for, nothing of what it says. */
export type OpenEffect = {
  readonly projectId: string;
  readonly organizationId: string | null;
  /** Of the `EffectRequested` in the log: the mail's Message-ID is made of it (E25). */
  readonly position: number;
  readonly eventId: string;
  readonly correlationId: string;
};

/** The effects that are still to be done; each leaves as soon as it is. */
export const outboxProjection: Projection<OpenEffect> = {
  name: 'identity-outbox',
  version: 1,
  categories: ['effect'],
  onPoison: 'park',
  apply: (document, { event, id: { projectId, organizationId }, position, eventId, metadata }) => {
    switch (event.type) {
      case 'EffectRequested':
        return { projectId, organizationId, position, eventId, correlationId: metadata.correlationId };
      case 'EffectDone':
        return undefined;
      default:
        return document;
    }
  },
  indexes: () => ({}),
};
