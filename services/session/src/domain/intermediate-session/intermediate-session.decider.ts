import type { WireErrorType } from '@muster/contracts';
import { type Command, type Decider, defineAggregate, readable } from '@muster/eventsourcing';
import { assertNever, DomainError, type Instant, plusMinutes } from '@muster/kernel';
import { type Ledger, type LedgerEntry, provenAddress, withEntry } from '../ledger.ts';
import type { IntermediateSessionConsumed, IntermediateSessionEvent } from './intermediate-session.events.ts';

/** Fixed, and not sliding: whoever needs longer starts over. */
export const INTERMEDIATE_SESSION_MINUTES = 10;
/** An intermediate session has one token for its life: its privilege never changes. */
export const INTERMEDIATE_SESSION_GENERATION = 1;

type StartIntermediateSession = Command<
  'StartIntermediateSession',
  { readonly ledger: Ledger; readonly organizationIdHint: string | null }
>;
type AddFactor = Command<'AddFactor', { readonly entry: LedgerEntry }>;
type ConsumeIntermediateSession = Command<'ConsumeIntermediateSession', IntermediateSessionConsumed['data']>;
export type IntermediateSessionCommand = StartIntermediateSession | AddFactor | ConsumeIntermediateSession;

export type IntermediateSession = {
  readonly phase: 'none' | 'open' | 'consumed';
  readonly ledger: Ledger;
  readonly organizationIdHint: string | null;
  readonly expiresAt: Instant;
};

/** True while the bag may still be used; at its end it no longer is. */
export const isOpen = ({ phase, expiresAt }: IntermediateSession, at: Instant): boolean =>
  phase === 'open' && at < expiresAt;

/** Unknown, used up and expired look the same. */
const open = (state: IntermediateSession, { at }: Command): IntermediateSession => {
  if (!isOpen(state, at)) throw new DomainError<WireErrorType>('intermediate_session_not_found');
  return state;
};

/** One bag is one person's: a proof of another address would join what nothing joins (R2). */
const addFactor = (state: IntermediateSession, command: AddFactor): readonly IntermediateSessionEvent[] => {
  const { entry } = command.data;
  const { ledger } = open(state, command);
  if (provenAddress([entry]) !== provenAddress(ledger))
    throw new DomainError<WireErrorType>('intermediate_session_not_found');
  return [{ type: 'FactorAdded', data: { entry } }];
};

const start = (
  state: IntermediateSession,
  { at, data: { ledger, organizationIdHint } }: StartIntermediateSession,
): readonly IntermediateSessionEvent[] => {
  if (state.phase !== 'none') return [];
  const expiresAt = plusMinutes(at, INTERMEDIATE_SESSION_MINUTES);
  return [{ type: 'IntermediateSessionStarted', data: { ledger, organizationIdHint, expiresAt } }];
};

export const intermediateSessionDecider: Decider<
  IntermediateSessionCommand,
  IntermediateSessionEvent,
  IntermediateSession
> = {
  initialState: { phase: 'none', ledger: [], organizationIdHint: null, expiresAt: '' },
  decide: (state, command) => {
    switch (command.type) {
      case 'StartIntermediateSession':
        return start(state, command);
      case 'AddFactor':
        return addFactor(state, command);
      case 'ConsumeIntermediateSession':
        return open(state, command) && [{ type: 'IntermediateSessionConsumed', data: command.data }];
      default:
        return assertNever(command);
    }
  },
  evolve: (state, event) => {
    switch (event.type) {
      case 'IntermediateSessionStarted':
        return { ...event.data, phase: 'open', ledger: readable(event.data.ledger) ?? [] };
      case 'FactorAdded': {
        const entry = readable(event.data.entry);
        return { ...state, ledger: entry ? withEntry(state.ledger, entry) : state.ledger };
      }
      case 'IntermediateSessionConsumed':
        return { ...state, phase: 'consumed' };
      default:
        return assertNever(event);
    }
  },
};

export const intermediateSessionAggregate = defineAggregate({
  category: 'intermediateSession',
  // A bag that was used up, or whose ten minutes are over.
  retention: {
    endedAt: ({ phase, expiresAt }, lastAt) => (phase === 'consumed' ? lastAt : expiresAt),
    remains: { ...intermediateSessionDecider.initialState, phase: 'consumed' },
  },
  decider: intermediateSessionDecider,
  events: {
    // The subject is the bag itself: its key goes when the flow ages out, whatever becomes of the person (E12).
    IntermediateSessionStarted: { version: 1, sealed: ['ledger'] },
    FactorAdded: { version: 1, sealed: ['entry'] },
    IntermediateSessionConsumed: { version: 1 },
  },
});
