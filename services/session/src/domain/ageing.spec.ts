import type { AggregateType, Command, Event } from '@muster/eventsourcing';
import { agedTwin } from '@muster/eventsourcing/testing';
import { plusMinutes } from '@muster/kernel';
import fc from 'fast-check';
import {
  intermediateSessionAggregate,
  type IntermediateSessionCommand,
} from './intermediate-session/intermediate-session.decider.ts';
import type { LedgerEntry } from './ledger.ts';
import { loginAggregate, type LoginCommand } from './login/login.decider.ts';
import { sessionAggregate, type SessionCommand } from './session/session.decider.ts';

const START = '2026-11-23T09:00:00.000Z';
const END = '2026-11-23T12:00:00.000Z';

/** A command without its time. */
type Timeless<C extends Command> = C extends Command ? Omit<C, 'at'> : never;

const entry: LedgerEntry = {
  factor: {
    method: 'magic_link',
    order: 'PRIMARY',
    subject: { kind: 'email', address: 'ada@acme.test', emailId: 'member-email-1' },
    trust: { kind: 'anywhere' },
    firstProvenAt: START,
    lastProvenAt: START,
  },
  provenFor: null,
};
const outcome = {
  kind: 'session',
  sessionId: 'session-1',
  organizationId: 'organization-1',
  memberId: 'member-1',
} as const;
const logins: readonly Timeless<LoginCommand>[] = [
  { type: 'StartLogin', data: { method: 'magic_link', scope: 'organization' } },
  { type: 'CompleteLogin', data: { outcome } },
  { type: 'RefuseLogin', data: { code: 'no', reasons: [] } },
  { type: 'ExpireLogin', data: {} },
];
const bags: readonly Timeless<IntermediateSessionCommand>[] = [
  { type: 'StartIntermediateSession', data: { ledger: [entry], organizationIdHint: null } },
  { type: 'AddFactor', data: { entry } },
  { type: 'ConsumeIntermediateSession', data: { sessionId: 'session-1' } },
];
const sessions: readonly Timeless<SessionCommand>[] = [
  {
    type: 'StartSession',
    data: {
      memberId: 'member-1',
      cause: 'login',
      ledger: [entry],
      customClaims: {},
      memberEpoch: 1,
      organizationEpoch: 1,
      expiresAt: END,
      loginId: null,
      intermediateSessionId: null,
    },
  },
  { type: 'AddFactor', data: { entry } },
  { type: 'ExtendSession', data: { expiresAt: '2027-03-01T00:00:00.000Z' } },
  { type: 'SetCustomClaims', data: { customClaims: { plan: 'free' } } },
  { type: 'RecordActivity', data: { atMostEverySeconds: 60 } },
  { type: 'RevokeSession', data: { cause: 'session_revoked' } },
  { type: 'ExpireSession', data: {} },
];

/** Commands one after another, up to two hours apart. */
const timed = <C extends Command>(commands: readonly Timeless<C>[]) =>
  fc.array(fc.tuple(fc.constantFrom(...commands), fc.integer({ min: 0, max: 120 })), {
    minLength: 1,
    maxLength: 12,
  });
const from = <C extends Command>(
  start: string,
  commands: readonly (readonly [Timeless<C>, number])[],
): readonly C[] => {
  let at = start;
  return commands.map(
    ([command, minutes]) => ({ ...command, at: (at = plusMinutes(at, minutes)) }) as unknown as C,
  );
};
const facts = (result: readonly Event[] | string) => (typeof result === 'string' ? [] : result);

/** Whatever is asked of random flows that aged, nothing comes of it; counts them, so that none at all is noticed. */
const nothingComesOf = <C extends Command, E extends Event, S>(
  aggregate: AggregateType<C, E, S>,
  commands: readonly Timeless<C>[],
): number => {
  let aged = 0;
  fc.assert(
    fc.property(timed<C>(commands), timed<C>(commands), (before, after) => {
      const twin = agedTwin(aggregate, from<C>(START, before), (start) => from<C>(start, after));
      if (twin) aged++;
      for (const step of twin ?? []) expect(facts(step.aged)).toStrictEqual([]);
    }),
    { numRuns: 1_500 },
  );
  return aged;
};

describe('E13: attack: waiting until the log forgets', () => {
  it('takes up no login that has ended', () =>
    expect(nothingComesOf(loginAggregate, logins)).toBeGreaterThan(100));

  it('R18: adds nothing to a bag of factors that was used up or expired, and does not use it again', () =>
    expect(nothingComesOf(intermediateSessionAggregate, bags)).toBeGreaterThan(100));

  it('R16: revives no session', () =>
    expect(nothingComesOf(sessionAggregate, sessions)).toBeGreaterThan(100));
});
