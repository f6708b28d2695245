import type { WireErrorType } from '@muster/contracts';
import { DomainError, type JsonObject } from '@muster/kernel';
import { checkClaims } from '../domain/custom-claims.ts';
import { checkDuration } from './mint/lifetime.checks.ts';
import type { SessionArguments } from './session-lookup.ts';

/** What a caller asks of the session they hope for. Ignored, not kept, where none comes of the call. */
export type SessionWishes = { readonly durationMinutes: number | null; readonly customClaims: JsonObject };

/** What a caller brings along: at most one of these. */
export type Carried = SessionArguments & { readonly intermediateSessionToken: string | null };

/**
 * Refuses what no session could be like before anything is used up for it.
 * @throws DomainError invalid_session_duration_minutes, reserved_claims_in_custom_claims, custom_claims_too_large
 */
export const checkWishes = ({ durationMinutes, customClaims }: SessionWishes): void => {
  checkDuration(durationMinutes);
  checkClaims({}, customClaims);
};

/** @throws DomainError too_many_session_arguments */
export const atMostOne = (carried: Carried): void => {
  if (Object.values(carried).filter((value) => value !== null).length > 1)
    throw new DomainError<WireErrorType>('too_many_session_arguments');
};
