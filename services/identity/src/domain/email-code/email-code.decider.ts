import type { WireErrorType } from '@muster/contracts';
import { type Command, type Decider, defineAggregate } from '@muster/eventsourcing';
import { assertNever, DomainError, type Instant, laterOf, plusMinutes } from '@muster/kernel';
import { FAILURES_TO_LOCK, LOCK_MINUTES } from '../attempts/lockout.ts';
import type { EmailCodeEvent, EmailCodeSent } from './email-code.events.ts';

type SendEmailCode = Command<'SendEmailCode', Omit<EmailCodeSent['data'], 'generation' | 'sentAt'>>;
/** `matches`: the code was compared with the derived one outside, in constant time. */
type RedeemEmailCode = Command<'RedeemEmailCode', { readonly flowId: string; readonly matches: boolean }>;
export type EmailCodeCommand = SendEmailCode | RedeemEmailCode;

/** Wrong tries that kill a code. */
export const TRIES_PER_CODE = 5;

export type EmailCode = {
  /** Counts every code this address was ever sent; 0 before the first. */
  readonly generation: number;
  /** The newest code, while it has neither been used up nor tried to death. */
  readonly current: EmailCodeSent['data'] | null;
  readonly wrongTries: number;
  /** In a row, over all codes: a new code forgives nothing. */
  readonly failures: number;
  readonly lastRefusedAt: Instant;
};

const reject = (code: WireErrorType): never => {
  throw new DomainError<WireErrorType>(code);
};

/**
 * The code that may be tried at that instant.
 * @throws DomainError unable_to_auth_otp_code; too_many_requests where no member exists yet whose counter would bear
 *   it: then the address key does, and no member is locked (R19)
 */
export const triable = (
  { current, failures, lastRefusedAt }: EmailCode,
  at: Instant,
): EmailCodeSent['data'] => {
  if (!current || at >= current.expiresAt) return reject('unable_to_auth_otp_code');
  const tired = failures >= FAILURES_TO_LOCK && at < plusMinutes(lastRefusedAt, LOCK_MINUTES);
  if (current.memberId === null && tired) return reject('too_many_requests');
  return current;
};

const redeem = (state: EmailCode, { at, data }: RedeemEmailCode): readonly EmailCodeEvent[] => {
  const { generation, purpose, emailId, memberId, memberEpoch, organizationEpoch } = triable(state, at);
  if (!data.matches) return [{ type: 'EmailCodeRefused', data: { generation, refusedAt: at } }];
  const proof = { purpose, emailId, memberId, memberEpoch, organizationEpoch };
  return [{ type: 'EmailCodeRedeemed', data: { generation, flowId: data.flowId, ...proof, redeemedAt: at } }];
};

export const emailCodeDecider: Decider<EmailCodeCommand, EmailCodeEvent, EmailCode> = {
  initialState: { generation: 0, current: null, wrongTries: 0, failures: 0, lastRefusedAt: '' },
  decide: (state, command) => {
    switch (command.type) {
      case 'SendEmailCode': {
        const data = { ...command.data, generation: state.generation + 1, sentAt: command.at };
        return [{ type: 'EmailCodeSent', data }];
      }
      case 'RedeemEmailCode':
        return redeem(state, command);
      default:
        return assertNever(command);
    }
  },
  evolve: (state, event) => {
    switch (event.type) {
      case 'EmailCodeSent':
        return { ...state, generation: event.data.generation, current: event.data, wrongTries: 0 };
      case 'EmailCodeRedeemed':
        return { ...state, current: null, failures: 0 };
      case 'EmailCodeRefused': {
        const wrongTries = state.wrongTries + 1;
        const current = wrongTries < TRIES_PER_CODE ? state.current : null;
        // A guess after the pause that the last row of failures earned begins a new row.
        const failures = (state.failures % FAILURES_TO_LOCK) + 1;
        return { ...state, current, wrongTries, failures, lastRefusedAt: event.data.refusedAt };
      }
      default:
        return assertNever(event);
    }
  },
};

export const emailCodeAggregate = defineAggregate({
  category: 'emailCode',
  // An address's codes, where none can be tried any more and no wrong guess is held against the next one (R19).
  retention: {
    endedAt: ({ current, failures }, lastAt) => {
      if (failures % FAILURES_TO_LOCK !== 0) return undefined;
      return laterOf(current?.expiresAt ?? lastAt, plusMinutes(lastAt, LOCK_MINUTES));
    },
    remains: emailCodeDecider.initialState,
  },
  decider: emailCodeDecider,
  events: {
    EmailCodeSent: { version: 1 },
    EmailCodeRedeemed: { version: 1 },
    EmailCodeRefused: { version: 1 },
  },
});
