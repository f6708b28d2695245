import type { WireErrorType } from '@muster/contracts';
import { type Command, type Decider, defineAggregate } from '@muster/eventsourcing';
import { assertNever, DomainError, plusMinutes } from '@muster/kernel';
import type { LoginCompleted, LoginEvent, LoginOutcome, LoginRefused, LoginStarted } from './login.events.ts';

/** A login that was not finished by then is given up. */
export const LOGIN_MINUTES = 10;

type StartLogin = Command<'StartLogin', Pick<LoginStarted['data'], 'method' | 'scope'>>;
type CompleteLogin = Command<'CompleteLogin', LoginCompleted['data']>;
type RefuseLogin = Command<'RefuseLogin', LoginRefused['data']>;
type ExpireLogin = Command<'ExpireLogin', Record<string, never>>;
export type LoginCommand = StartLogin | CompleteLogin | RefuseLogin | ExpireLogin;

export type Login =
  | { readonly phase: 'none' }
  | { readonly phase: 'open'; readonly startedAt: string }
  | { readonly phase: 'completed'; readonly outcome: LoginOutcome }
  | { readonly phase: 'refused'; readonly refusal: LoginRefused['data'] }
  | { readonly phase: 'expired' };

/** A flow ends once: what comes later belongs to another flow, and this one's proof is spent. */
const open = (state: Login): Extract<Login, { phase: 'open' }> => {
  if (state.phase !== 'open') throw new DomainError<WireErrorType>('conflict');
  return state;
};

const expire = (state: Login, { at }: ExpireLogin): readonly LoginEvent[] => {
  if (state.phase !== 'open' || at < plusMinutes(state.startedAt, LOGIN_MINUTES)) return [];
  return [{ type: 'LoginExpired', data: { expiredAt: at } }];
};

export const loginDecider: Decider<LoginCommand, LoginEvent, Login> = {
  initialState: { phase: 'none' },
  decide: (state, command) => {
    switch (command.type) {
      case 'StartLogin':
        return state.phase === 'none'
          ? [{ type: 'LoginStarted', data: { ...command.data, startedAt: command.at } }]
          : [];
      case 'CompleteLogin':
        return open(state) && [{ type: 'LoginCompleted', data: command.data }];
      case 'RefuseLogin':
        return open(state) && [{ type: 'LoginRefused', data: command.data }];
      case 'ExpireLogin':
        return expire(state, command);
      default:
        return assertNever(command);
    }
  },
  evolve: (state, event) => {
    switch (event.type) {
      case 'LoginStarted':
        return { phase: 'open', startedAt: event.data.startedAt };
      case 'LoginCompleted':
        return { phase: 'completed', outcome: event.data.outcome };
      case 'LoginRefused':
        return { phase: 'refused', refusal: event.data };
      case 'LoginExpired':
        return { phase: 'expired' };
      default:
        return assertNever(event);
    }
  },
};

export const loginAggregate = defineAggregate({
  category: 'login',
  // A login that was answered, refused or given up. One that is open waits for `LoginExpired`, as its view does.
  retention: {
    endedAt: ({ phase }, lastAt) => (phase === 'none' || phase === 'open' ? undefined : lastAt),
    remains: { phase: 'expired' },
  },
  decider: loginDecider,
  events: {
    LoginStarted: { version: 1 },
    LoginCompleted: { version: 1 },
    LoginRefused: { version: 1 },
    LoginExpired: { version: 1 },
  },
});
