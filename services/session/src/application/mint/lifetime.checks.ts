import type { SessionPolicy, WireErrorType } from '@muster/contracts';
import { DomainError, earlierOf, type Instant, plusMinutes } from '@muster/kernel';
import { checkClaims } from '../../domain/custom-claims.ts';
import type { MintCheck } from './mint-attempt.ts';

const MINIMUM_MINUTES = 5;
const MAXIMUM_MINUTES = 527_040;
const DEFAULT_MINUTES = 60;

/** @throws DomainError invalid_session_duration_minutes */
export const checkDuration = (minutes: number | null): void => {
  if (minutes === null) return;
  if (!Number.isSafeInteger(minutes) || minutes < MINIMUM_MINUTES || minutes > MAXIMUM_MINUTES)
    throw new DomainError<WireErrorType>('invalid_session_duration_minutes', {
      pointer: '/session_duration_minutes',
    });
};

/** When a session ends that is given so many minutes now: never past the organization's maximum (R14). */
export const endOfSession = (
  minutes: number | null,
  policy: SessionPolicy,
  { startedAt, at }: { readonly startedAt: Instant; readonly at: Instant },
): Instant => {
  const wanted = plusMinutes(at, minutes ?? DEFAULT_MINUTES);
  if (policy.maximumDurationMinutes === null) return wanted;
  return earlierOf(wanted, plusMinutes(startedAt, policy.maximumDurationMinutes));
};

/** The duration is one that sessions can have. */
export const sessionDuration: MintCheck = ({ request }) => {
  checkDuration(request.durationMinutes);
  return undefined;
};

/** The claims are the application's to set, and not too many. */
export const customClaims: MintCheck = ({ request, session }) => {
  checkClaims(session?.customClaims ?? {}, request.customClaims);
  return undefined;
};
