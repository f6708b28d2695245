import type { JsonObject } from '@muster/kernel';
import { acme, adaAtAcme, globex, proofFor } from '../testing/facts.ts';
import { refusal } from '../testing/refusal.ts';
import { SessionRig } from '../testing/session-rig.ts';
import type { EntryAnswer } from './entry-answers.ts';
import type { AuthorizationCheck } from './session-authentication.service.ts';

const nothing = { sessionToken: null, sessionJwt: null, intermediateSessionToken: null };
const noPolicy = {
  maximumDurationMinutes: null,
  idleTimeoutMinutes: null,
  reauthenticationIntervalMinutes: null,
};

let rig: SessionRig;
let login: EntryAnswer;
beforeEach(async () => {
  rig = await SessionRig.start();
  rig.proofs.send('login', proofFor());
  login = await rig.application.logins.authenticateEmailLink(
    rig.call(),
    { token: 'login', codeVerifier: null },
    { durationMinutes: 600, customClaims: { plan: 'free', seat: 1 }, carried: nothing },
  );
});
afterEach(() => rig.stop());

type Given = {
  token?: string;
  jwt?: string;
  durationMinutes?: number;
  customClaims?: JsonObject;
  check?: AuthorizationCheck;
  key?: string;
};
const authenticate = ({ token, jwt, durationMinutes, customClaims, check, key }: Given = {}) =>
  rig.application.authentication.authenticate(rig.call('Authenticate', key), {
    session: { sessionToken: jwt ? null : (token ?? login.session_token), sessionJwt: jwt ?? null },
    durationMinutes: durationMinutes ?? null,
    customClaims: customClaims ?? {},
    authorizationCheck: check ?? null,
  });
const reasonOf = async (given: Given = {}) => {
  const error: unknown = await authenticate(given).catch((caught: unknown) => caught);
  const { code, details } = error as { code: string; details: { reasons?: { code: string }[] } };
  return [code, details.reasons?.[0]?.code];
};
const policy = (session: Partial<typeof noPolicy> | Record<string, number>) =>
  rig.organizations.changeOrganization(acme, { session: { ...noPolicy, ...session } });

describe('authenticating a session', () => {
  it('answers session, member, organization and both tokens, by token and by JWT alike', async () => {
    const byToken = await authenticate();
    const { member_session, session_token, session_jwt, member, organization } = login;
    expect(byToken).toEqual({ member_session, session_token, session_jwt, member, organization });
    expect(await authenticate({ jwt: login.session_jwt })).toEqual(byToken);
  });

  it('writes nothing', async () => {
    const before = await rig.log.head();
    rig.pass({ minutes: 30 });
    await authenticate();
    expect(await rig.log.head()).toBe(before);
  });

  it('takes an expired JWT as long as the session lives, and gives a new one', async () => {
    rig.pass({ minutes: 6 });
    const answer = await authenticate({ jwt: login.session_jwt });
    expect(answer.session_jwt).not.toBe(login.session_jwt);
    expect(answer.member_session.last_accessed_at).toBe('2026-11-23T09:06:00.000Z');
  });

  it('does not need the organization service while nothing changes (E27)', async () => {
    await authenticate();
    rig.organizations.reachable = false;
    await authenticate();
    expect(await refusal(authenticate())).toBe('none');
  });

  it('takes exactly one of token and JWT', async () => {
    const both = { sessionToken: login.session_token, sessionJwt: login.session_jwt };
    const with_ = (session: { sessionToken: string | null; sessionJwt: string | null }) =>
      rig.application.authentication.authenticate(rig.call(), {
        session,
        durationMinutes: null,
        customClaims: {},
        authorizationCheck: null,
      });
    expect(await refusal(with_(both))).toBe('too_many_session_arguments');
    expect(await refusal(with_({ sessionToken: null, sessionJwt: null }))).toBe('no_session_arguments');
  });
});

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
    expect(await reasonOf({ jwt: login.session_jwt })).toEqual(['session_not_found', reason]);
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
      const { session_token: token } = await rig.application.logins.authenticateEmailLink(
        rig.call(),
        { token: `login-${round}`, codeVerifier: null },
        { durationMinutes: null, customClaims: {}, carried: nothing },
      );
      await authenticate({ token });
      const revoke = { ...nothing, sessionToken: token, memberSessionId: null, memberId: null };
      const anybody = { member: null, permit: () => {} };
      await rig.application.revocation.revoke(rig.call(), anybody, revoke);
      expect(await reasonOf({ token })).toEqual(['session_not_found', 'session_revoked']);
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

describe('custom claims', () => {
  it('are merged, with and without a duration, and null deletes', async () => {
    const first = await authenticate({ customClaims: { plan: 'paid', team: 'x' } });
    expect(first.member_session.custom_claims).toEqual({ plan: 'paid', seat: 1, team: 'x' });
    const second = await authenticate({ customClaims: { seat: null }, durationMinutes: 60 });
    expect(second.member_session.custom_claims).toEqual({ plan: 'paid', team: 'x' });
  });

  it('are refused where they are reserved or too many, all together', async () => {
    expect(await refusal(authenticate({ customClaims: { exp: 1 } }))).toBe(
      'reserved_claims_in_custom_claims',
    );
    await authenticate({ customClaims: { long: 'x'.repeat(4_000) } });
    expect(await refusal(authenticate({ customClaims: { longer: 'x'.repeat(100) } }))).toBe(
      'custom_claims_too_large',
    );
  });
});

describe('an authorization check', () => {
  const check = (given: Partial<AuthorizationCheck>): AuthorizationCheck => ({
    organizationId: acme,
    resourceId: 'stytch.self',
    action: 'delete',
    ...given,
  });

  it('tells which roles granted it', async () =>
    expect((await authenticate({ check: check({}) })).verdict).toEqual({
      authorized: true,
      granting_roles: ['stytch_member'],
    }));

  it('takes the organization by slug, too', async () =>
    expect((await authenticate({ check: check({ organizationId: 'acme' }) })).verdict?.authorized).toBe(
      true,
    ));

  it('refuses what no role grants', async () =>
    expect(await refusal(authenticate({ check: check({ resourceId: 'stytch.member' }) }))).toBe(
      'session_authorization_error',
    ));

  it('I14: refuses another organization, whatever the roles', async () =>
    expect(await refusal(authenticate({ check: check({ organizationId: globex }) }))).toBe(
      'session_authorization_tenancy_error',
    ));

  it('sees a role the moment it is taken away', async () => {
    await rig.organizations.changeMember(adaAtAcme, { roles: [] });
    expect(await refusal(authenticate({ check: check({}) }))).toBe('session_authorization_error');
  });

  it('is made before the session is changed', async () => {
    await refusal(authenticate({ check: check({ organizationId: globex }), durationMinutes: 5 }));
    expect((await authenticate()).member_session.expires_at).toBe('2026-11-23T19:00:00.000Z');
  });
});

describe('a member-session header', () => {
  const resolve = (token: string) =>
    rig.application.authentication.resolve({ sessionToken: token, sessionJwt: null }, rig.call().context);

  it('stands for the member, with the roles of now', async () =>
    expect(await resolve(login.session_token)).toEqual({
      organizationId: acme,
      memberId: adaAtAcme,
      memberSessionId: login.member_session!.member_session_id,
      roles: ['stytch_member'],
    }));

  it('R16: stands for nobody once the member is disabled', async () => {
    await rig.organizations.changeMember(adaAtAcme, { status: 'deleted', epoch: 8 });
    expect(await refusal(resolve(login.session_token))).toBe('session_not_found');
  });
});

describe('R17: each token is good for what it is, and for nothing else', () => {
  const tokens = async () => {
    await rig.organizations.changeMember(adaAtAcme, { mfaEnrolled: true });
    rig.proofs.send('link', proofFor());
    const { intermediate_session_token: bag } = await rig.application.logins.authenticateEmailLink(
      rig.call(),
      { token: 'link', codeVerifier: null },
      { durationMinutes: null, customClaims: {}, carried: nothing },
    );
    return { bag, token: login.session_token, jwt: login.session_jwt };
  };
  type Tokens = Awaited<ReturnType<typeof tokens>>;
  const wishes = { durationMinutes: null, customClaims: {} };
  const anybody = { member: null, permit: () => {} };
  const logInWith = (carried: Partial<Record<keyof typeof nothing, string>>) => {
    rig.proofs.send('unused', proofFor());
    return rig.application.logins.authenticateEmailLink(
      rig.call(),
      { token: 'unused', codeVerifier: null },
      { ...wishes, carried: { ...nothing, ...carried } },
    );
  };

  it.each<[string, (tokens: Tokens) => Promise<unknown>, string]>([
    [
      'sessions/authenticate, intermediate token',
      ({ bag }) => authenticate({ token: bag }),
      'session_not_found',
    ],
    [
      'sessions/authenticate, intermediate token as JWT',
      ({ bag }) => authenticate({ jwt: bag }),
      'session_not_found',
    ],
    ['sessions/authenticate, JWT as token', ({ jwt }) => authenticate({ token: jwt }), 'session_not_found'],
    ['sessions/authenticate, token as JWT', ({ token }) => authenticate({ jwt: token }), 'session_not_found'],
    [
      'sessions/exchange, intermediate token',
      ({ bag }) =>
        rig.application.exchange.exchange(rig.call(), {
          ...wishes,
          organization: globex,
          session: { sessionToken: bag, sessionJwt: null },
        }),
      'session_not_found',
    ],
    [
      'sessions/revoke, intermediate token',
      ({ bag }) =>
        rig.application.revocation.revoke(rig.call(), anybody, {
          sessionToken: bag,
          sessionJwt: null,
          memberSessionId: null,
          memberId: null,
        }),
      'session_not_found',
    ],
    [
      'a member-session header, intermediate token',
      ({ bag }) =>
        rig.application.authentication.resolve({ sessionToken: bag, sessionJwt: null }, rig.call().context),
      'session_not_found',
    ],
    [
      'discovery/organizations, intermediate token as session',
      ({ bag }) => rig.application.discovery.list(rig.call(), { ...nothing, sessionToken: bag }),
      'session_not_found',
    ],
    [
      'discovery/organizations, session token as intermediate',
      ({ token }) =>
        rig.application.discovery.list(rig.call(), { ...nothing, intermediateSessionToken: token }),
      'intermediate_session_not_found',
    ],
    [
      'discovery/intermediate_sessions/exchange, session token',
      ({ token }) =>
        rig.application.discoveryEntry.exchange(rig.call(), {
          ...wishes,
          organization: globex,
          intermediateSessionToken: token,
        }),
      'intermediate_session_not_found',
    ],
    [
      'discovery/intermediate_sessions/exchange, JWT',
      ({ jwt }) =>
        rig.application.discoveryEntry.exchange(rig.call(), {
          ...wishes,
          organization: globex,
          intermediateSessionToken: jwt,
        }),
      'intermediate_session_not_found',
    ],
    [
      'discovery/organizations/create, session token',
      ({ token }) =>
        rig.application.discoveryEntry.create(rig.call(), {
          ...wishes,
          settings: {},
          intermediateSessionToken: token,
        }),
      'intermediate_session_not_found',
    ],
    [
      'magic_links/authenticate, intermediate token as session',
      ({ bag }) => logInWith({ sessionToken: bag }),
      'session_not_found',
    ],
    [
      'magic_links/authenticate, session token as intermediate',
      ({ token }) => logInWith({ intermediateSessionToken: token }),
      'intermediate_session_not_found',
    ],
    [
      'sessions/authenticate, a token cut short',
      ({ token }) => authenticate({ token: token.slice(0, -1) }),
      'session_not_found',
    ],
    [
      'sessions/authenticate, a token with its end changed',
      ({ token }) => authenticate({ token: `${token.slice(0, -2)}xx` }),
      'session_not_found',
    ],
  ])('%s', async (_, attempt, code) => expect(await refusal(attempt(await tokens()))).toBe(code));
});
