import type { Event, Personal } from '@muster/eventsourcing';
import type { Instant } from '@muster/kernel';
import type { Ledger, LedgerEntry } from '../ledger.ts';

/** Somebody is partly authenticated: these factors, for ten minutes, and no organization yet (R17). */
export type IntermediateSessionStarted = Event<
  'IntermediateSessionStarted',
  {
    readonly ledger: Personal<Ledger>;
    /** The organization whose login this began with; null in discovery. */
    readonly organizationIdHint: string | null;
    readonly expiresAt: Instant;
  }
>;

/** One more proof went into the bag, or one of those in it was given again. The ten minutes go on. */
export type FactorAdded = Event<'FactorAdded', { readonly entry: Personal<LedgerEntry> }>;

/** The bag was enough and became this session. It is worth nothing from here on (R18). */
export type IntermediateSessionConsumed = Event<
  'IntermediateSessionConsumed',
  { readonly sessionId: string }
>;

export type IntermediateSessionEvent = IntermediateSessionStarted | FactorAdded | IntermediateSessionConsumed;
