import { wireErrors } from '@muster/contracts';
import { countedFacts } from '@muster/observability';
import { loginAggregate } from './domain/login/login.decider.ts';
import type { LoginOutcome } from './domain/login/login.events.ts';
import { sessionAggregate } from './domain/session/session.decider.ts';

/** What a login led to, in one word; which second factor or method was missing is the caller's business. */
const ledTo = (outcome: LoginOutcome): string => {
  if (outcome.kind === 'session') return 'completed';
  return outcome.organizationId === null ? 'discovered' : 'factor_required';
};

/** Which of this service's facts operators see as figures. */
export const factsThatCount = [
  countedFacts(
    {
      name: 'muster_logins_total',
      help: 'Logins: `started`; then `completed` with a session, `discovered` (a proof without an organization yet), `factor_required` (another factor is missing), `refused` or `expired`.',
      labelNames: ['outcome'],
    },
    loginAggregate,
    {
      LoginStarted: () => ({ outcome: 'started' }),
      LoginCompleted: ({ outcome }) => ({ outcome: ledTo(outcome) }),
      LoginRefused: () => ({ outcome: 'refused' }),
      LoginExpired: () => ({ outcome: 'expired' }),
    },
  ),
  countedFacts(
    {
      name: 'muster_login_refusals_total',
      help: 'Refused logins by the `error_type` that the caller was told.',
      labelNames: ['code'],
    },
    loginAggregate,
    { LoginRefused: ({ code }) => ({ code: code in wireErrors ? code : 'other' }) },
  ),
  countedFacts(
    {
      name: 'muster_sessions_started_total',
      help: 'Sessions that began, by `login` or by `exchange` from another organization.',
      labelNames: ['cause'],
    },
    sessionAggregate,
    { SessionStarted: ({ cause }) => ({ cause }) },
  ),
  countedFacts(
    {
      name: 'muster_sessions_ended_total',
      help: 'Sessions that ended: `session_revoked`, `member_sessions_revoked`, or `expired`, which is recorded within the hour.',
      labelNames: ['cause'],
    },
    sessionAggregate,
    { SessionRevoked: ({ cause }) => ({ cause }), SessionExpired: () => ({ cause: 'expired' }) },
  ),
];
