import type { WireErrorType } from '@muster/contracts';
import { type Command, type Decider, defineAggregate, readable } from '@muster/eventsourcing';
import { assertNever, DomainError, type Instant, type JsonObject, plusSeconds } from '@muster/kernel';
import { holds, type Ledger, type LedgerEntry, withEntry } from '../ledger.ts';
import type { SessionEvent, SessionRevoked, SessionStarted } from './session.events.ts';

type StartSession = Command<
  'StartSession',
  Omit<SessionStarted['data'], 'ledger' | 'customClaims' | 'startedAt'> & {
    readonly ledger: Ledger;
    readonly customClaims: JsonObject;
  }
>;
type AddFactor = Command<'AddFactor', { readonly entry: LedgerEntry }>;
type ExtendSession = Command<'ExtendSession', { readonly expiresAt: Instant }>;
type SetCustomClaims = Command<'SetCustomClaims', { readonly customClaims: JsonObject }>;
type RecordActivity = Command<'RecordActivity', { readonly atMostEverySeconds: number }>;
/** Records that time has ended the session, once it has. */
type ExpireSession = Command<'ExpireSession', Record<string, never>>;
type RevokeSession = Command<'RevokeSession', Pick<SessionRevoked['data'], 'cause'>>;
export type SessionCommand =
  | StartSession
  | AddFactor
  | ExtendSession
  | SetCustomClaims
  | RecordActivity
  | RevokeSession
  | ExpireSession;

export type Session = {
  readonly phase: 'none' | 'active' | 'revoked' | 'expired';
  readonly memberId: string;
  readonly ledger: Ledger;
  readonly customClaims: JsonObject;
  readonly memberEpoch: number;
  readonly organizationEpoch: number;
  readonly startedAt: Instant;
  readonly expiresAt: Instant;
  /** The last use that is on record; the idle timeout counts from here (E13). */
  readonly activeAt: Instant;
  /** Of the token: raised by each proof, so that a token from before it is worth nothing (session fixation). */
  readonly generation: number;
};

const initialState: Session = {
  phase: 'none',
  memberId: '',
  ledger: [],
  customClaims: {},
  memberEpoch: 0,
  organizationEpoch: 0,
  startedAt: '',
  expiresAt: '',
  activeAt: '',
  generation: 0,
};

/** Unknown, revoked and expired look the same. */
const active = (state: Session, { at }: Command): Session => {
  if (state.phase !== 'active' || at >= state.expiresAt)
    throw new DomainError<WireErrorType>('session_not_found');
  return state;
};

const start = (state: Session, { at, data }: StartSession): readonly SessionEvent[] =>
  state.phase === 'none' ? [{ type: 'SessionStarted', data: { ...data, startedAt: at } }] : [];

const addFactor = (state: Session, command: AddFactor): readonly SessionEvent[] => {
  const { memberId, ledger } = active(state, command);
  const { entry } = command.data;
  return holds(ledger, entry)
    ? [{ type: 'SessionReauthenticated', data: { memberId, entry, reauthenticatedAt: command.at } }]
    : [{ type: 'FactorAdded', data: { memberId, entry } }];
};

const extend = (state: Session, command: ExtendSession): readonly SessionEvent[] => {
  const { memberId } = active(state, command);
  const { expiresAt } = command.data;
  return [{ type: 'SessionExtended', data: { memberId, expiresAt, extendedAt: command.at } }];
};

const recordActivity = (state: Session, command: RecordActivity): readonly SessionEvent[] => {
  const { memberId, activeAt } = active(state, command);
  if (command.at < plusSeconds(activeAt, command.data.atMostEverySeconds)) return [];
  return [{ type: 'SessionActivityRecorded', data: { memberId, activeAt: command.at } }];
};

const revoke = (state: Session, { at, data }: RevokeSession): readonly SessionEvent[] => {
  if (state.phase === 'none') throw new DomainError<WireErrorType>('session_not_found');
  if (state.phase !== 'active') return [];
  const { memberId } = state;
  return [{ type: 'SessionRevoked', data: { memberId, cause: data.cause, revokedAt: at } }];
};

const expire = ({ phase, memberId, expiresAt }: Session, { at }: ExpireSession): readonly SessionEvent[] =>
  phase === 'active' && at >= expiresAt
    ? [{ type: 'SessionExpired', data: { memberId, expiredAt: at } }]
    : [];

const evolve = (state: Session, event: SessionEvent): Session => {
  switch (event.type) {
    case 'SessionStarted': {
      const { ledger, customClaims, memberId, memberEpoch, organizationEpoch } = event.data;
      const { startedAt, expiresAt } = event.data;
      return {
        phase: 'active',
        memberId,
        memberEpoch,
        organizationEpoch,
        startedAt,
        expiresAt,
        activeAt: startedAt,
        ledger: readable(ledger) ?? [],
        customClaims: readable(customClaims) ?? {},
        generation: 1,
      };
    }
    case 'FactorAdded':
    case 'SessionReauthenticated': {
      const entry = readable(event.data.entry);
      const ledger = entry ? withEntry(state.ledger, entry) : state.ledger;
      return { ...state, ledger, generation: state.generation + 1 };
    }
    case 'SessionExtended':
      return { ...state, expiresAt: event.data.expiresAt, activeAt: event.data.extendedAt };
    case 'CustomClaimsSet':
      return { ...state, customClaims: readable(event.data.customClaims) ?? {} };
    case 'SessionActivityRecorded':
      return { ...state, activeAt: event.data.activeAt };
    case 'SessionRevoked':
      return { ...state, phase: 'revoked' };
    case 'SessionExpired':
      return { ...state, phase: 'expired' };
    default:
      return assertNever(event);
  }
};

export const sessionDecider: Decider<SessionCommand, SessionEvent, Session> = {
  initialState,
  evolve,
  decide: (state, command) => {
    switch (command.type) {
      case 'StartSession':
        return start(state, command);
      case 'AddFactor':
        return addFactor(state, command);
      case 'ExtendSession':
        return extend(state, command);
      case 'SetCustomClaims': {
        const { memberId } = active(state, command);
        return [{ type: 'CustomClaimsSet', data: { memberId, customClaims: command.data.customClaims } }];
      }
      case 'RecordActivity':
        return recordActivity(state, command);
      case 'RevokeSession':
        return revoke(state, command);
      case 'ExpireSession':
        return expire(state, command);
      default:
        return assertNever(command);
    }
  },
};

const ofMember = ({ memberId }: { readonly memberId: string }): string => memberId;

export const sessionAggregate = defineAggregate({
  category: 'session',
  // A session whose end is on record: its view lets go of it there, and not by the clock.
  retention: {
    endedAt: ({ phase }, lastAt) => (phase === 'revoked' || phase === 'expired' ? lastAt : undefined),
    remains: { ...initialState, phase: 'expired' },
  },
  decider: sessionDecider,
  events: {
    SessionStarted: { version: 1, sealed: ['ledger', 'customClaims'], subject: ofMember },
    FactorAdded: { version: 1, sealed: ['entry'], subject: ofMember },
    SessionReauthenticated: { version: 1, sealed: ['entry'], subject: ofMember },
    SessionExtended: { version: 1 },
    CustomClaimsSet: { version: 1, sealed: ['customClaims'], subject: ofMember },
    SessionActivityRecorded: { version: 1 },
    SessionRevoked: { version: 1 },
    SessionExpired: { version: 1 },
  },
});
