import { erased } from '@muster/eventsourcing';
import { specFor } from '@muster/eventsourcing/testing';
import type { LedgerEntry } from '../ledger.ts';
import { type SessionCommand, sessionDecider } from './session.decider.ts';
import type { SessionEvent } from './session.events.ts';

const given = specFor(sessionDecider);

const START = '2026-11-23T09:00:00.000Z';
const LATER = '2026-11-23T09:30:00.000Z';
const END = '2026-11-23T10:00:00.000Z';
const memberId = 'member-1';

const entry = (method: 'magic_link' | 'email_otp', provenAt = START): LedgerEntry => ({
  factor: {
    method,
    order: 'PRIMARY',
    subject: { kind: 'email', address: 'ada@acme.test', emailId: 'member-email-1' },
    trust: { kind: 'anywhere' },
    firstProvenAt: provenAt,
    lastProvenAt: provenAt,
  },
  provenFor: null,
});
const began = {
  memberId,
  cause: 'login',
  ledger: [entry('magic_link')],
  customClaims: { plan: 'free' },
  memberEpoch: 1,
  organizationEpoch: 2,
  expiresAt: END,
  loginId: 'login-1',
  intermediateSessionId: null,
} as const;
const started: SessionEvent = { type: 'SessionStarted', data: { ...began, startedAt: START } };
const revoked: SessionEvent = {
  type: 'SessionRevoked',
  data: { memberId, cause: 'session_revoked', revokedAt: LATER },
};

const add = (proof: LedgerEntry, at = LATER): SessionCommand => ({
  type: 'AddFactor',
  data: { entry: proof },
  at,
});
const extend = (at = LATER): SessionCommand => ({
  type: 'ExtendSession',
  data: { expiresAt: '2026-11-24T09:30:00.000Z' },
  at,
});
const setClaims = (at = LATER): SessionCommand => ({
  type: 'SetCustomClaims',
  data: { customClaims: { plan: 'paid' } },
  at,
});
const recordActivity = (at: string): SessionCommand => ({
  type: 'RecordActivity',
  data: { atMostEverySeconds: 60 },
  at,
});
const revoke = (at = LATER): SessionCommand => ({
  type: 'RevokeSession',
  data: { cause: 'session_revoked' },
  at,
});

const stateAfter = (...events: SessionEvent[]) =>
  events.reduce(sessionDecider.evolve, sessionDecider.initialState);

describe('a session', () => {
  it('starts', () => given().when({ type: 'StartSession', data: began, at: START }).then(started));
  it('starts once', () =>
    given(started).when({ type: 'StartSession', data: began, at: LATER }).thenNothing());

  it('takes a new factor', () =>
    given(started)
      .when(add(entry('email_otp', LATER)))
      .then({ type: 'FactorAdded', data: { memberId, entry: entry('email_otp', LATER) } }));

  it('R14: is re-authenticated by a factor it holds', () =>
    given(started)
      .when(add(entry('magic_link', LATER)))
      .then({
        type: 'SessionReauthenticated',
        data: { memberId, entry: entry('magic_link', LATER), reauthenticatedAt: LATER },
      }));

  it('is extended', () =>
    given(started)
      .when(extend())
      .then({
        type: 'SessionExtended',
        data: { memberId, expiresAt: '2026-11-24T09:30:00.000Z', extendedAt: LATER },
      }));

  it('takes claims', () =>
    given(started)
      .when(setClaims())
      .then({ type: 'CustomClaimsSet', data: { memberId, customClaims: { plan: 'paid' } } }));

  it('is revoked, also after its end', () => {
    given(started).when(revoke()).then(revoked);
    given(started)
      .when(revoke(END))
      .then({ type: 'SessionRevoked', data: { memberId, cause: 'session_revoked', revokedAt: END } });
  });
  it('is revoked once', () => given(started, revoked).when(revoke()).thenNothing());
  it('is not revoked where it never was', () => given().when(revoke()).thenRejects('session_not_found'));

  it.each([
    ['was never started', [], LATER],
    ['was revoked', [started, revoked], LATER],
    ['has expired', [started], END],
  ] as const)('is not found where it %s', (_, history, at) => {
    for (const command of [add(entry('email_otp'), at), extend(at), setClaims(at), recordActivity(at)])
      given(...history)
        .when(command)
        .thenRejects('session_not_found');
  });

  it('counts until its last moment', () =>
    given(started)
      .when(recordActivity('2026-11-23T09:59:59.999Z'))
      .then({ type: 'SessionActivityRecorded', data: { memberId, activeAt: '2026-11-23T09:59:59.999Z' } }));
});

describe('activity', () => {
  const active = (activeAt: string): SessionEvent => ({
    type: 'SessionActivityRecorded',
    data: { memberId, activeAt },
  });

  it('E13: is recorded after the interval', () =>
    given(started).when(recordActivity('2026-11-23T09:01:00.000Z')).then(active('2026-11-23T09:01:00.000Z')));
  it('E13: is not recorded a moment before', () =>
    given(started).when(recordActivity('2026-11-23T09:00:59.999Z')).thenNothing());
  it('E13: counts the interval from the last record', () =>
    given(started, active('2026-11-23T09:01:00.000Z'))
      .when(recordActivity('2026-11-23T09:01:59.999Z'))
      .thenNothing());
  it('E13: an extension is a use on record', () =>
    given(started, {
      type: 'SessionExtended',
      data: { memberId, expiresAt: END, extendedAt: LATER },
    })
      .when(recordActivity('2026-11-23T09:30:59.999Z'))
      .thenNothing());
});

describe('the state of a session', () => {
  it('R16: keeps the epochs it was minted under', () =>
    expect(stateAfter(started)).toMatchObject({ memberEpoch: 1, organizationEpoch: 2 }));

  it('session fixation: gets another token generation with each proof, and with nothing else', () => {
    const proof: SessionEvent = { type: 'FactorAdded', data: { memberId, entry: entry('email_otp') } };
    const again: SessionEvent = {
      type: 'SessionReauthenticated',
      data: { memberId, entry: entry('magic_link', LATER), reauthenticatedAt: LATER },
    };
    const others: SessionEvent[] = [
      { type: 'SessionExtended', data: { memberId, expiresAt: END, extendedAt: LATER } },
      { type: 'CustomClaimsSet', data: { memberId, customClaims: {} } },
      { type: 'SessionActivityRecorded', data: { memberId, activeAt: LATER } },
    ];
    expect(stateAfter(started).generation).toBe(1);
    expect(stateAfter(started, proof).generation).toBe(2);
    expect(stateAfter(started, proof, again).generation).toBe(3);
    expect(stateAfter(started, ...others).generation).toBe(1);
  });

  it('R54: shows nothing of an erased member', () => {
    const events = [
      { type: 'SessionStarted', data: { ...began, startedAt: START, ledger: erased, customClaims: erased } },
      { type: 'FactorAdded', data: { memberId, entry: erased } },
      { type: 'CustomClaimsSet', data: { memberId, customClaims: erased } },
    ] as const;
    expect(stateAfter(...events)).toMatchObject({ ledger: [], customClaims: {} });
  });
});
