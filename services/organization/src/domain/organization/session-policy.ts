import type { SessionPolicy } from '@muster/contracts';
import type { OrganizationEvent } from './organization.events.ts';
import type { Organization } from './organization.state.ts';
import { refuse } from './refuse.ts';

/** A session lasts 5 minutes to 366 days; so does everything a policy says of it. */
const SHORTEST = 5;
const LONGEST = 527_040;

const checkMinutes = (minutes: number | null, pointer: string): void => {
  if (minutes === null) return;
  if (!Number.isSafeInteger(minutes) || minutes < SHORTEST || minutes > LONGEST)
    refuse('invalid_session_policy', pointer);
};

/** R14: how long sessions last, idle and stay fresh in this organization; null: no demand. */
export const setSessionPolicy = (
  { session }: Organization,
  policy: SessionPolicy,
): readonly OrganizationEvent[] => {
  const { maximumDurationMinutes, idleTimeoutMinutes, reauthenticationIntervalMinutes } = policy;
  const longest = maximumDurationMinutes ?? LONGEST;
  checkMinutes(maximumDurationMinutes, '/maximum_duration_minutes');
  checkMinutes(idleTimeoutMinutes, '/idle_timeout_minutes');
  checkMinutes(reauthenticationIntervalMinutes, '/reauthentication_interval_minutes');
  if ((idleTimeoutMinutes ?? 0) > longest) refuse('invalid_session_policy', '/idle_timeout_minutes');
  if ((reauthenticationIntervalMinutes ?? 0) > longest)
    refuse('invalid_session_policy', '/reauthentication_interval_minutes');
  const same =
    session.maximumDurationMinutes === maximumDurationMinutes &&
    session.idleTimeoutMinutes === idleTimeoutMinutes &&
    session.reauthenticationIntervalMinutes === reauthenticationIntervalMinutes;
  if (same) return [];
  return [
    {
      type: 'SessionPolicyChanged',
      data: { maximumDurationMinutes, idleTimeoutMinutes, reauthenticationIntervalMinutes },
    },
  ];
};
