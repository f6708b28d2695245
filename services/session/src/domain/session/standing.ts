import type { MemberFacts, OrganizationFacts, Reason } from '@muster/contracts';
import { earlierOf, type Instant, plusMinutes } from '@muster/kernel';
import type { Session } from './session.decider.ts';

/** Whether a session counts now. `endsAt`: when it stops to, if nobody uses it; `expiresAt`: at the latest. */
export type Standing =
  | { readonly live: true; readonly expiresAt: Instant; readonly endsAt: Instant }
  | { readonly live: false; readonly reason: Reason };

export type StandingInputs = {
  readonly session: Session;
  readonly organization: Pick<OrganizationFacts, 'epoch' | 'session'>;
  readonly member: Pick<MemberFacts, 'memberId' | 'status' | 'epoch' | 'expiresAt'> | null;
  /** The last use that anybody knows of, on record or not (E13). */
  readonly activeAt: Instant;
  readonly at: Instant;
};

/** The one reason for which a session can be mended, by a proof given again. */
export const REAUTHENTICATION = 'reauthentication_interval_passed';

const dead = (code: string, message: string): Standing => ({
  live: false,
  reason: { code, message, details: {} },
});

/** The newest proof of a primary factor; the start of time where there is none, which is always too old. */
const lastProvenAt = ({ ledger }: Session): Instant =>
  ledger
    .filter(({ factor }) => factor.order === 'PRIMARY')
    .map(({ factor }) => factor.lastProvenAt)
    .toSorted()
    .at(-1) ?? '1970-01-01T00:00:00.000Z';

/**
 * Session policy and epochs of this organization, and nothing else: what `sessions/authenticate` without a duration
 * obeys (R16). Every bound is one the session no longer meets at its very instant.
 */
export const standingOf = ({ session, organization, member, activeAt, at }: StandingInputs): Standing => {
  const ended = session.phase === 'expired';
  if (session.phase !== 'active' && !ended) return dead('session_revoked', 'The session was revoked.');
  if (ended || at >= session.expiresAt) return dead('session_expired', 'The session has expired.');
  if (organization.epoch !== session.organizationEpoch)
    return dead('organization_disabled', 'The organization was disabled since.');
  if (!member || member.memberId !== session.memberId || member.status !== 'active')
    return dead('member_not_active', 'The member is not active.');
  if (member.epoch !== session.memberEpoch) return dead('member_disabled', 'The member was disabled since.');
  if (member.expiresAt !== null && at >= member.expiresAt)
    return dead('membership_ended', 'The membership has ended.');
  return byPolicy(session, organization.session, activeAt, at);
};

const byPolicy = (
  session: Session,
  policy: OrganizationFacts['session'],
  activeAt: Instant,
  at: Instant,
): Standing => {
  const { maximumDurationMinutes, idleTimeoutMinutes, reauthenticationIntervalMinutes } = policy;
  const end = (from: Instant, minutes: number | null): Instant =>
    minutes === null ? session.expiresAt : plusMinutes(from, minutes);
  const maximumEnd = end(session.startedAt, maximumDurationMinutes);
  if (at >= maximumEnd)
    return dead('maximum_duration_reached', 'The organization does not allow sessions this long.');
  if (at >= end(activeAt, idleTimeoutMinutes))
    return dead('idle_timeout_reached', 'The session was not used for too long.');
  const reauthenticationEnd =
    reauthenticationIntervalMinutes === null
      ? session.expiresAt
      : plusMinutes(lastProvenAt(session), reauthenticationIntervalMinutes);
  if (at >= reauthenticationEnd)
    return dead(REAUTHENTICATION, 'The organization asks for authentication at shorter intervals.');
  const expiresAt = earlierOf(session.expiresAt, maximumEnd);
  const idleEnd = end(at, idleTimeoutMinutes);
  return { live: true, expiresAt, endsAt: earlierOf(earlierOf(expiresAt, idleEnd), reauthenticationEnd) };
};
