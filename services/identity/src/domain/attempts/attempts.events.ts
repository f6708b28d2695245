import type { FactorMethod } from '@muster/contracts';
import type { Event } from '@muster/eventsourcing';
import type { Instant } from '@muster/kernel';

/** A member's factor was tried and was wrong, whichever factor, session or address (R19). */
export type AttemptFailed = Event<
  'AttemptFailed',
  { readonly method: FactorMethod; readonly failedAt: Instant }
>;

/** A factor was right after failures: they are forgotten. */
export type AttemptSucceeded = Event<
  'AttemptSucceeded',
  { readonly method: FactorMethod; readonly succeededAt: Instant }
>;

/** Too many failures in a row: no factor of this member is looked at before `lockedUntil`. */
export type FactorLocked = Event<
  'FactorLocked',
  { readonly lockedAt: Instant; readonly lockedUntil: Instant }
>;

export type AttemptsEvent = AttemptFailed | AttemptSucceeded | FactorLocked;
