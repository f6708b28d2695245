import type { EntryFacts, MemberFacts, WireGap } from '@muster/contracts';
import type { Instant, JsonObject } from '@muster/kernel';
import { gapOf, memberAsEntrant, strangerAsEntrant } from '../../domain/gap.ts';
import type { Ledger } from '../../domain/ledger.ts';
import type { Session } from '../../domain/session/session.decider.ts';

/** What a caller of the funnel wants. The target organization is not optional (R15, S12). */
export type MintRequest = {
  readonly organizationId: string;
  readonly memberId: string;
  readonly cause: 'login' | 'exchange';
  /** Factors proven just now, or carried over from another session. */
  readonly proofs: Ledger;
  /** Consumed by the session that it becomes. */
  readonly intermediateSessionId: string | null;
  /** A session of this member to go on with, instead of a new one; and when it was last in use. */
  readonly continued: { readonly sessionId: string; readonly activeAt: Instant } | null;
  readonly loginId: string | null;
  readonly durationMinutes: number | null;
  readonly customClaims: JsonObject;
};

/** A request with all that is known when it is judged, read for this one judgement. */
export type MintAttempt = {
  readonly request: MintRequest;
  readonly facts: EntryFacts;
  /** The intermediate session's factors, the session's, and the new proofs. */
  readonly ledger: Ledger;
  readonly session: Session | null;
  readonly gap: WireGap;
  readonly at: Instant;
};

export const attemptOf = (parts: Omit<MintAttempt, 'gap'>): MintAttempt => {
  const { facts, ledger, at } = parts;
  const entrant = facts.member ? memberAsEntrant(facts.member) : strangerAsEntrant('');
  return { ...parts, gap: gapOf({ ledger, organization: facts.organization, entrant, at }) };
};

/** The member, where an earlier check has made sure that there is one. */
export const memberOf = ({ member }: EntryFacts): MemberFacts => {
  if (!member) throw new Error('a check was passed that needs a member');
  return member;
};

/**
 * One row of the funnel. Passes silently; `missing` where the person can still make it good (R11); throws a
 * `DomainError` where this attempt is over.
 */
export type MintCheck = (attempt: MintAttempt) => 'missing' | undefined;
