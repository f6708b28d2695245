import type { DecodedEvent, Projection } from '@muster/eventsourcing';
import type { LoginEvent } from '../../domain/login/login.events.ts';

export type OpenLogin = { readonly startedAt: string };

/** Which logins were started and not ended? */
export const openLoginsProjection: Projection<OpenLogin> = {
  name: 'session-open-logins',
  version: 1,
  categories: ['login'],
  onPoison: 'park',
  apply: (document, { event }: DecodedEvent) => {
    const { type, data } = event as LoginEvent;
    switch (type) {
      case 'LoginStarted':
        return { startedAt: data.startedAt };
      case 'LoginCompleted':
      case 'LoginRefused':
      case 'LoginExpired':
        return undefined;
      default:
        return document;
    }
  },
  indexes: () => ({}),
};
