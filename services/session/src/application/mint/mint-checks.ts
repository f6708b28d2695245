import {
  activeMember,
  continuedSession,
  memberEpoch,
  organizationEpoch,
  targetOrganization,
  verifiedAddress,
} from './entrance.checks.ts';
import { customClaims, sessionDuration } from './lifetime.checks.ts';
import type { MintAttempt, MintCheck } from './mint-attempt.ts';
import { allowedMethod, performedMfa, provenSubject, recentProof } from './policy.checks.ts';

/** What stands between a request and a session, in this order. Whoever passes all of it has one. */
export const mintChecks: readonly MintCheck[] = [
  targetOrganization,
  organizationEpoch,
  activeMember,
  memberEpoch,
  continuedSession,
  verifiedAddress,
  provenSubject,
  allowedMethod,
  performedMfa,
  recentProof,
  sessionDuration,
  customClaims,
];

/** True where nothing is missing. @throws DomainError where the attempt is over */
export const passes = (attempt: MintAttempt): boolean =>
  mintChecks.every((check) => check(attempt) === undefined);
