import { noSessionPolicy, type SessionPolicy } from '@muster/contracts';
import { acme, adaAtAcme, proofFor } from '../testing/facts.ts';
import { refusal } from '../testing/refusal.ts';
import { type AuthenticationGiven, SessionRig } from '../testing/session-rig.ts';
import type { LoginAnswer } from './login.service.ts';

let rig: SessionRig;
let login: LoginAnswer;
beforeEach(async () => {
  rig = await SessionRig.start();
  rig.proofs.send('login', proofFor());
  login = await rig.logIn('login', { durationMinutes: 600, customClaims: { plan: 'free', seat: 1 } });
});
afterEach(() => rig.stop());

/** The session of the login, by its token where nothing else is named. */
const authenticate = (given: AuthenticationGiven = {}) =>
  rig.authenticate({ ...(given.sessionJwt ? {} : { sessionToken: login.session_token }), ...given });
const reasonOf = async (given?: AuthenticationGiven) => {
  const error: unknown = await authenticate(given).catch((caught: unknown) => caught);
  const { code, details } = error as { code: string; details: { reasons?: { code: string }[] } };
  return [code, details.reasons?.[0]?.code];
};
const policy = (session: Partial<SessionPolicy>) =>
  rig.organizations.changeOrganization(acme, { session: { ...noSessionPolicy, ...session } });

describe('R16: disabling is retroactive', () => {
  it.each<[string, () => Promise<void>, string]>([
    [
      'the member is deleted',
      () => rig.organizations.changeMember(adaAtAcme, { status: 'deleted', epoch: 8 }),
      'member_not_active',
    ],
    [
      'the organization was disabled',
      () => rig.organizations.changeOrganization(acme, { epoch: 4 }),
      'organization_disabled',
    ],
    ['the organization is deleted', () => rig.organizations.remove(acme), 'member_not_active'],
    [
      'the membership has ended',
      () => rig.organizations.changeMember(adaAtAcme, { expiresAt: '2026-11-23T09:00:00.000Z' }),
      'membership_ended',
    ],
  ])('%s: the very next call knows', async (_, disable, reason) => {
    await authenticate();
    await disable();
    expect(await reasonOf()).toEqual(['session_not_found', reason]);
    expect(await reasonOf({ sessionJwt: login.session_jwt })).toEqual(['session_not_found', reason]);
  });

  it('enabling again resurrects no session', async () => {
    await rig.organizations.changeMember(adaAtAcme, { status: 'deleted', epoch: 8 });
    await rig.organizations.changeMember(adaAtAcme, { status: 'active' });
    expect(await reasonOf()).toEqual(['session_not_found', 'member_disabled']);
    expect(await reasonOf({ durationMinutes: 60 })).toEqual(['session_not_found', 'member_disabled']);
  });

  it('a revoked session is dead for the very next call, in this process always', async () => {
    for (let round = 0; round < 20; round++) {
      rig.proofs.send(`login-${round}`, proofFor());
      const { session_token: sessionToken } = await rig.logIn(`login-${round}`);
      await authenticate({ sessionToken });
      const revoke = { sessionToken, sessionJwt: null, memberSessionId: null, memberId: null };
      const anybody = { member: null, permit: () => {} };
      await rig.application.revocation.revoke(rig.call(), anybody, revoke);
      expect(await reasonOf({ sessionToken })).toEqual(['session_not_found', 'session_revoked']);
    }
  });
});

describe('R14: session policy, without a duration', () => {
  it('ends a session at the maximum duration, also one that was promised more', async () => {
    await policy({ maximumDurationMinutes: 60 });
    rig.pass({ minutes: 59, seconds: 59 });
    expect((await authenticate()).member_session.expires_at).toBe('2026-11-23T10:00:00.000Z');
    rig.pass({ seconds: 1 });
    expect(await reasonOf()).toEqual(['session_not_found', 'maximum_duration_reached']);
  });

  it('ends an idle session, and keeps one that is in use', async () => {
    await policy({ idleTimeoutMinutes: 10 });
    for (let use = 0; use < 3; use++) {
      rig.pass({ minutes: 9, seconds: 59 });
      await authenticate();
    }
    rig.pass({ minutes: 10 });
    expect(await reasonOf()).toEqual(['session_not_found', 'idle_timeout_reached']);
  });

  it('E13: counts a use that is not on record, for as long as the process lives', async () => {
    await policy({ idleTimeoutMinutes: 60 });
    rig.pass({ minutes: 5 });
    await authenticate();
    rig.pass({ minutes: 59 });
    expect(await refusal(authenticate())).toBe('none');
    expect(await rig.written('session')).toEqual([
      'session.SessionStarted',
      'session.SessionActivityRecorded',
    ]);
  });

  it('E13: puts use on record at most once per tenth of the idle timeout, and never under a minute', async () => {
    await policy({ idleTimeoutMinutes: 60 });
    const records = async () =>
      (await rig.written('session')).filter((type) => type === 'session.SessionActivityRecorded').length;
    rig.pass({ minutes: 5, seconds: 59 });
    await authenticate();
    expect(await records()).toBe(0);
    rig.pass({ seconds: 1 });
    await authenticate();
    await authenticate();
    expect(await records()).toBe(1);
    await policy({ idleTimeoutMinutes: 5 });
    rig.pass({ seconds: 59 });
    await authenticate();
    expect(await records()).toBe(1);
    rig.pass({ seconds: 1 });
    await authenticate();
    expect(await records()).toBe(2);
  });

  it('wants a fresh proof after the interval', async () => {
    await policy({ reauthenticationIntervalMinutes: 360 });
    rig.pass({ minutes: 359, seconds: 59 });
    expect(await refusal(authenticate())).toBe('none');
    rig.pass({ seconds: 1 });
    expect(await reasonOf()).toEqual(['session_not_found', 'reauthentication_interval_passed']);
  });

  it('R16: does not care for methods and MFA that were tightened since', async () => {
    await rig.organizations.changeOrganization(acme, {
      authentication: { mode: 'RESTRICTED', allowed: ['sso'] },
      mfa: { requirement: 'REQUIRED_FOR_ALL', mode: 'ALL_ALLOWED', allowed: [] },
    });
    expect(await refusal(authenticate())).toBe('none');
  });
});

describe('R16: with a duration it is a mint', () => {
  it('extends from now', async () => {
    rig.pass({ minutes: 10 });
    const answer = await authenticate({ durationMinutes: 60 });
    expect(answer.member_session).toMatchObject({
      started_at: '2026-11-23T09:00:00.000Z',
      expires_at: '2026-11-23T10:10:00.000Z',
    });
    expect(answer.session_token).toBe(login.session_token);
  });

  it('obeys methods and MFA that were tightened since, and leaves the session as it was', async () => {
    await rig.organizations.changeOrganization(acme, {
      authentication: { mode: 'RESTRICTED', allowed: ['sso'] },
      mfa: { requirement: 'REQUIRED_FOR_ALL', mode: 'ALL_ALLOWED', allowed: [] },
    });
    const error = await authenticate({ durationMinutes: 60 }).catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      code: 'insufficient_factors',
      details: { reasons: [{ code: 'methods_not_allowed' }, { code: 'mfa_required_by_organization' }] },
    });
    expect((await authenticate()).member_session.expires_at).toBe('2026-11-23T19:00:00.000Z');
  });

  it('does not go past the maximum', async () => {
    await policy({ maximumDurationMinutes: 90 });
    const answer = await authenticate({ durationMinutes: 600 });
    expect(answer.member_session.expires_at).toBe('2026-11-23T10:30:00.000Z');
  });

  it('E5: extends once for one key', async () => {
    await authenticate({ durationMinutes: 60, key: 'key-1' });
    rig.pass({ minutes: 1 });
    const answer = await authenticate({ durationMinutes: 60, key: 'key-1' });
    expect(answer.member_session.expires_at).toBe('2026-11-23T10:00:00.000Z');
  });
});
