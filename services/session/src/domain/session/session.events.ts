import type { Event, Personal } from '@muster/eventsourcing';
import type { Instant, JsonObject } from '@muster/kernel';
import type { Ledger, LedgerEntry } from '../ledger.ts';

/** Whose session it is: in every event, since the member's key seals it (R54). */
type OfMember = { readonly memberId: string };

/** A member is logged in to one organization; with the epochs this depends on (R16). */
export type SessionStarted = Event<
  'SessionStarted',
  OfMember & {
    /** A proof given just now, or factors that were carried over from elsewhere. */
    readonly cause: 'login' | 'exchange';
    readonly ledger: Personal<Ledger>;
    readonly customClaims: Personal<JsonObject>;
    readonly memberEpoch: number;
    readonly organizationEpoch: number;
    readonly startedAt: Instant;
    readonly expiresAt: Instant;
    /** The login flow, and the intermediate session it came from; nothing tells of another organization (E10). */
    readonly loginId: string | null;
    readonly intermediateSessionId: string | null;
  }
>;

/** The member proved something more in this session. Its token changes; the old one is dead. */
export type FactorAdded = Event<'FactorAdded', OfMember & { readonly entry: Personal<LedgerEntry> }>;

/** The member gave a proof again that the session already held (R14). Its token changes; the old one is dead. */
export type SessionReauthenticated = Event<
  'SessionReauthenticated',
  OfMember & { readonly entry: Personal<LedgerEntry>; readonly reauthenticatedAt: Instant }
>;

/** The session was given a new end, by a call that named a duration. */
export type SessionExtended = Event<
  'SessionExtended',
  OfMember & { readonly expiresAt: Instant; readonly extendedAt: Instant }
>;

/** The application gave the session claims of its own: all there are from here on. */
export type CustomClaimsSet = Event<
  'CustomClaimsSet',
  OfMember & { readonly customClaims: Personal<JsonObject> }
>;

/** The session was in use. Written sparingly, and only where an idle timeout needs it (E13). */
export type SessionActivityRecorded = Event<
  'SessionActivityRecorded',
  OfMember & { readonly activeAt: Instant }
>;

/** The session was ended before its time, alone or with all others of the member. */
export type SessionRevoked = Event<
  'SessionRevoked',
  OfMember & {
    readonly cause: 'session_revoked' | 'member_sessions_revoked';
    readonly revokedAt: Instant;
  }
>;

/** The session is past its end. Nobody needs to be told; what keeps an eye on sessions lets go of it here (E13). */
export type SessionExpired = Event<'SessionExpired', OfMember & { readonly expiredAt: Instant }>;

export type SessionEvent =
  | SessionStarted
  | FactorAdded
  | SessionReauthenticated
  | SessionExtended
  | CustomClaimsSet
  | SessionActivityRecorded
  | SessionRevoked
  | SessionExpired;
