import type { Reason } from '@muster/contracts';
import type { Event } from '@muster/eventsourcing';
import type { Instant } from '@muster/kernel';

/** What a login led to: a session, or an intermediate session where something is still missing. */
export type LoginOutcome =
  | {
      readonly kind: 'session';
      readonly sessionId: string;
      readonly organizationId: string;
      readonly memberId: string;
    }
  | {
      readonly kind: 'intermediate_session';
      readonly intermediateSessionId: string;
      /** Null in discovery, where no organization is chosen yet. */
      readonly organizationId: string | null;
      readonly memberId: string | null;
    };

/** Somebody came with a proof. Committed before the proof is looked at, so that no step is ever without its flow. */
export type LoginStarted = Event<
  'LoginStarted',
  {
    readonly method: 'magic_link' | 'email_otp';
    readonly scope: 'organization' | 'discovery';
    readonly startedAt: Instant;
  }
>;

/** The login ended well; a repeat of the call is answered from here. */
export type LoginCompleted = Event<'LoginCompleted', { readonly outcome: LoginOutcome }>;

/** The login was refused for good: a bad proof, or a door that stayed shut. Kept with the reasons (R51). */
export type LoginRefused = Event<
  'LoginRefused',
  { readonly code: string; readonly reasons: readonly Reason[] }
>;

/** Nobody finished the login in time: its steps were interrupted, and are not taken up again. */
export type LoginExpired = Event<'LoginExpired', { readonly expiredAt: Instant }>;

export type LoginEvent = LoginStarted | LoginCompleted | LoginRefused | LoginExpired;
