import type { FactorMethod, WireErrorType } from '@muster/contracts';
import { type Command, type Decider, defineAggregate } from '@muster/eventsourcing';
import { assertNever, DomainError, type Instant, laterOf, plusMinutes } from '@muster/kernel';
import type { AttemptsEvent } from './attempts.events.ts';
import { FAILURES_TO_LOCK, LOCK_MINUTES } from './lockout.ts';

type CountAttempt = Command<'CountAttempt', { readonly method: FactorMethod; readonly succeeded: boolean }>;
export type AttemptsCommand = CountAttempt;

export type Attempts = { readonly failures: number; readonly lockedUntil: Instant };

/** @throws DomainError user_lock_limit_reached while the member is locked: then nothing is compared (R19) */
export const assertUnlocked = ({ lockedUntil }: Attempts, at: Instant): void => {
  if (at < lockedUntil) throw new DomainError<WireErrorType>('user_lock_limit_reached');
};

const count = (state: Attempts, { at, data }: CountAttempt): readonly AttemptsEvent[] => {
  assertUnlocked(state, at);
  const { method, succeeded } = data;
  if (succeeded)
    return state.failures === 0 ? [] : [{ type: 'AttemptSucceeded', data: { method, succeededAt: at } }];
  const failed = { type: 'AttemptFailed', data: { method, failedAt: at } } as const;
  if (state.failures + 1 < FAILURES_TO_LOCK) return [failed];
  return [
    failed,
    { type: 'FactorLocked', data: { lockedAt: at, lockedUntil: plusMinutes(at, LOCK_MINUTES) } },
  ];
};

export const attemptsDecider: Decider<AttemptsCommand, AttemptsEvent, Attempts> = {
  initialState: { failures: 0, lockedUntil: '' },
  decide: count,
  evolve: (state, event) => {
    switch (event.type) {
      case 'AttemptFailed':
        return { ...state, failures: state.failures + 1 };
      case 'AttemptSucceeded':
        return { ...state, failures: 0 };
      case 'FactorLocked':
        return { failures: 0, lockedUntil: event.data.lockedUntil };
      default:
        return assertNever(event);
    }
  },
};

export const attemptsAggregate = defineAggregate({
  category: 'attempts',
  // A member's counter that holds nothing: no failure to forgive, no lock to wait for. Any other one is kept.
  retention: {
    endedAt: ({ failures, lockedUntil }, lastAt) =>
      failures === 0 ? laterOf(lastAt, lockedUntil) : undefined,
    remains: attemptsDecider.initialState,
  },
  decider: attemptsDecider,
  events: { AttemptFailed: { version: 1 }, AttemptSucceeded: { version: 1 }, FactorLocked: { version: 1 } },
});
