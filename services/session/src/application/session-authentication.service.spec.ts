import { acme, adaAtAcme, globex, proofFor } from '../testing/facts.ts';
import { refusal } from '../testing/refusal.ts';
import { type AuthenticationGiven, SessionRig } from '../testing/session-rig.ts';
import type { LoginAnswer } from './login.service.ts';
import type { AuthorizationCheck } from './session-authentication.service.ts';

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

describe('authenticating a session', () => {
  it('answers session, member, organization and both tokens, by token and by JWT alike', async () => {
    const byToken = await authenticate();
    const { member_session, session_token, session_jwt, member, organization } = login;
    expect(byToken).toEqual({ member_session, session_token, session_jwt, member, organization });
    expect(await authenticate({ sessionJwt: login.session_jwt })).toEqual(byToken);
  });

  it('writes nothing', async () => {
    const before = await rig.log.head();
    rig.pass({ minutes: 30 });
    await authenticate();
    expect(await rig.log.head()).toBe(before);
  });

  it('takes an expired JWT as long as the session lives, and gives a new one', async () => {
    rig.pass({ minutes: 6 });
    const answer = await authenticate({ sessionJwt: login.session_jwt });
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
