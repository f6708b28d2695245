import { type ClearEvent, type PublicEventSource, publicEventsOf } from '@muster/contracts';
import { intermediateSessionAggregate } from './domain/intermediate-session/intermediate-session.decider.ts';
import { loginAggregate } from './domain/login/login.decider.ts';
import { sessionAggregate } from './domain/session/session.decider.ts';
import { signingKeyAggregate } from './domain/signing-key/signing-key.decider.ts';

const of = ({ organizationId, id, data }: ClearEvent<{ readonly memberId: string }>) => ({
  organization_id: organizationId,
  session_id: id,
  member_id: data.memberId,
});

/** Which of this service's facts are everybody's, and how they are told (E32). */
export const publicEvents: readonly PublicEventSource[] = [
  publicEventsOf(sessionAggregate, {
    SessionStarted: {
      as: 'muster.session.started.v1',
      data: (event) => ({ ...of(event), cause: event.data.cause, expires_at: event.data.expiresAt }),
    },
    SessionReauthenticated: { as: 'muster.session.reauthenticated.v1', data: of },
    SessionExtended: {
      as: 'muster.session.extended.v1',
      data: (event) => ({ ...of(event), expires_at: event.data.expiresAt }),
    },
    SessionRevoked: {
      as: 'muster.session.revoked.v1',
      data: (event) => ({ ...of(event), cause: event.data.cause }),
    },
    // What a session holds and how it is used stays with who asks about the session.
    FactorAdded: 'internal',
    CustomClaimsSet: 'internal',
    SessionActivityRecorded: 'internal',
    // Everybody was told when it would end.
    SessionExpired: 'internal',
  }),
  // On the way in nobody is anywhere yet; an organization learns of a session, or of nothing.
  publicEventsOf(loginAggregate, {
    LoginStarted: 'internal',
    LoginCompleted: 'internal',
    LoginRefused: 'internal',
    LoginExpired: 'internal',
  }),
  publicEventsOf(intermediateSessionAggregate, {
    IntermediateSessionStarted: 'internal',
    FactorAdded: 'internal',
    IntermediateSessionConsumed: 'internal',
  }),
  // Verifiers read the key set.
  publicEventsOf(signingKeyAggregate, {
    SigningKeyCreated: 'internal',
    SigningKeyAnnounced: 'internal',
    SigningKeyRetired: 'internal',
    SigningKeyCompromised: 'internal',
  }),
];
