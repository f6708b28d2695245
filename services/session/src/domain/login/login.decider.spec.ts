import { specFor } from '@muster/eventsourcing/testing';
import { type LoginCommand, loginDecider } from './login.decider.ts';
import type { LoginEvent } from './login.events.ts';

const given = specFor(loginDecider);

const START = '2026-11-23T09:00:00.000Z';
const started: LoginEvent = {
  type: 'LoginStarted',
  data: { method: 'magic_link', scope: 'organization', startedAt: START },
};
const outcome = {
  kind: 'session',
  sessionId: 'session-1',
  organizationId: 'organization-1',
  memberId: 'member-1',
} as const;
const completed: LoginEvent = { type: 'LoginCompleted', data: { outcome } };
const refused: LoginEvent = {
  type: 'LoginRefused',
  data: { code: 'unable_to_auth_magic_link', reasons: [] },
};
const expired: LoginEvent = { type: 'LoginExpired', data: { expiredAt: '2026-11-23T09:10:00.000Z' } };

const start: LoginCommand = {
  type: 'StartLogin',
  data: { method: 'magic_link', scope: 'organization' },
  at: START,
};
const complete: LoginCommand = { type: 'CompleteLogin', data: { outcome }, at: START };
const refuse: LoginCommand = {
  type: 'RefuseLogin',
  data: { code: 'unable_to_auth_magic_link', reasons: [] },
  at: START,
};
const expire = (at: string): LoginCommand => ({ type: 'ExpireLogin', data: {}, at });

describe('a login', () => {
  it('starts', () => given().when(start).then(started));
  it('starts once', () => given(started).when(start).thenNothing());
  it('does not start again when it has ended', () => given(started, completed).when(start).thenNothing());
  it('completes', () => given(started).when(complete).then(completed));
  it('is refused', () => given(started).when(refuse).then(refused));

  it.each([
    ['never started', []],
    ['completed', [started, completed]],
    ['refused', [started, refused]],
    ['expired', [started, expired]],
  ] as const)('R18: does not end once more when it has %s', (_, history) => {
    given(...history)
      .when(complete)
      .thenRejects('conflict');
    given(...history)
      .when(refuse)
      .thenRejects('conflict');
  });

  it('expires ten minutes after it started', () =>
    given(started).when(expire('2026-11-23T09:10:00.000Z')).then(expired));
  it('does not expire a moment earlier', () =>
    given(started).when(expire('2026-11-23T09:09:59.999Z')).thenNothing());
  it.each([
    ['never started', []],
    ['completed', [started, completed]],
    ['refused', [started, refused]],
    ['expired', [started, expired]],
  ] as const)('does not expire when it has %s', (_, history) =>
    given(...history)
      .when(expire('2026-11-24T09:00:00.000Z'))
      .thenNothing(),
  );
});
