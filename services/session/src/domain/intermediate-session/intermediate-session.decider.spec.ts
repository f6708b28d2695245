import { erased } from '@muster/eventsourcing';
import { specFor } from '@muster/eventsourcing/testing';
import type { LedgerEntry } from '../ledger.ts';
import {
  type IntermediateSessionCommand,
  intermediateSessionDecider,
  isOpen,
} from './intermediate-session.decider.ts';
import type { IntermediateSessionEvent } from './intermediate-session.events.ts';

const given = specFor(intermediateSessionDecider);

const START = '2026-11-23T09:00:00.000Z';
const LAST_MOMENT = '2026-11-23T09:09:59.999Z';
const END = '2026-11-23T09:10:00.000Z';

const entry = (method: 'magic_link' | 'email_otp', address = 'ada@acme.test'): LedgerEntry => ({
  factor: {
    method,
    order: 'PRIMARY',
    subject: { kind: 'email', address, emailId: '' },
    trust: { kind: 'anywhere' },
    firstProvenAt: START,
    lastProvenAt: START,
  },
  provenFor: null,
});
const started: IntermediateSessionEvent = {
  type: 'IntermediateSessionStarted',
  data: { ledger: [entry('magic_link')], organizationIdHint: 'organization-1', expiresAt: END },
};
const added: IntermediateSessionEvent = { type: 'FactorAdded', data: { entry: entry('email_otp') } };
const consumed: IntermediateSessionEvent = {
  type: 'IntermediateSessionConsumed',
  data: { sessionId: 'session-1' },
};

const start: IntermediateSessionCommand = {
  type: 'StartIntermediateSession',
  data: { ledger: [entry('magic_link')], organizationIdHint: 'organization-1' },
  at: START,
};
const add = (at: string, proof = entry('email_otp')): IntermediateSessionCommand => ({
  type: 'AddFactor',
  data: { entry: proof },
  at,
});
const consume = (at: string): IntermediateSessionCommand => ({
  type: 'ConsumeIntermediateSession',
  data: { sessionId: 'session-1' },
  at,
});

describe('an intermediate session', () => {
  it('starts, for ten minutes', () => given().when(start).then(started));
  it('starts once', () => given(started).when(start).thenNothing());
  it('takes one more factor, up to its last moment', () => given(started).when(add(LAST_MOMENT)).then(added));
  it('is consumed, up to its last moment', () => given(started).when(consume(LAST_MOMENT)).then(consumed));
  it('is consumed with a factor added', () =>
    given(started, added).when(consume(LAST_MOMENT)).then(consumed));

  it('R2: takes no proof of another address', () =>
    given(started)
      .when(add(START, entry('email_otp', 'eve@acme.test')))
      .thenRejects('intermediate_session_not_found'));

  it.each([
    ['was never started', [], START],
    ['was consumed (R18)', [started, consumed], START],
    ['has expired', [started], END],
    ['has expired, whatever was added to it since', [started, added], END],
  ] as const)('is not found where it %s', (_, history, at) => {
    given(...history)
      .when(consume(at))
      .thenRejects('intermediate_session_not_found');
    given(...history)
      .when(add(at))
      .thenRejects('intermediate_session_not_found');
  });

  it('shows its factors, each once', () => {
    const { evolve, initialState } = intermediateSessionDecider;
    const state = [started, added, added].reduce(evolve, initialState);
    expect(state.ledger).toEqual([entry('magic_link'), entry('email_otp')]);
    expect([isOpen(state, LAST_MOMENT), isOpen(state, END)]).toEqual([true, false]);
  });

  it('R54: is empty where its key was destroyed', () => {
    const { evolve, initialState } = intermediateSessionDecider;
    const events: IntermediateSessionEvent[] = [
      { ...started, data: { ...started.data, ledger: erased } } as IntermediateSessionEvent,
      { type: 'FactorAdded', data: { entry: erased } },
    ];
    expect(events.reduce(evolve, initialState).ledger).toEqual([]);
  });
});
