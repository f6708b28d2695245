import { specFor } from '@muster/eventsourcing/testing';
import { attemptsDecider } from './attempts.decider.ts';
import type { AttemptFailed, AttemptsEvent } from './attempts.events.ts';

const given = specFor(attemptsDecider);
const at = '2026-11-23T09:00:00.000Z';
const failed: AttemptFailed = { type: 'AttemptFailed', data: { method: 'email_otp', failedAt: at } };
const succeeded = { type: 'AttemptSucceeded', data: { method: 'email_otp', succeededAt: at } } as const;
const locked = {
  type: 'FactorLocked',
  data: { lockedAt: at, lockedUntil: '2026-11-23T10:00:00.000Z' },
} as const;
const failures = (count: number): readonly AttemptsEvent[] => Array(count).fill(failed);
const attempt = (outcome: boolean, when = at) =>
  ({ type: 'CountAttempt', data: { method: 'email_otp', succeeded: outcome }, at: when }) as const;

describe('the attempts of a member', () => {
  it('R19: count', () =>
    given(...failures(8))
      .when(attempt(false))
      .then(failed));

  it('R19: the tenth failure in a row locks for an hour', () =>
    given(...failures(9))
      .when(attempt(false))
      .then(failed, locked));

  it('R19: success forgets the failures', () => {
    given(...failures(9))
      .when(attempt(true))
      .then(succeeded);
    given(...failures(9), succeeded)
      .when(attempt(false))
      .then(failed);
  });

  it('leave no trace where nothing ever failed', () => given().when(attempt(true)).thenNothing());

  it('R19: are not looked at while locked, the right one neither', () => {
    const history = [...failures(10), locked];
    given(...history)
      .when(attempt(true, '2026-11-23T09:59:59.999Z'))
      .thenRejects('user_lock_limit_reached');
    given(...history)
      .when(attempt(false, '2026-11-23T09:59:59.999Z'))
      .thenRejects('user_lock_limit_reached');
  });

  it('R19: begin anew when the lock is over', () =>
    given(...failures(10), locked)
      .when(attempt(false, '2026-11-23T10:00:00.000Z'))
      .then({ type: 'AttemptFailed', data: { method: 'email_otp', failedAt: '2026-11-23T10:00:00.000Z' } }));
});
