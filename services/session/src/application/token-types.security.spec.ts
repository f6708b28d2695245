import { adaAtAcme, globex, proofFor } from '../testing/facts.ts';
import { refusal } from '../testing/refusal.ts';
import { type AuthenticationGiven, nothingCarried, SessionRig } from '../testing/session-rig.ts';
import type { LoginAnswer } from './login.service.ts';
import type { Carried } from './session-wishes.ts';

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

describe('R17: each token is good for what it is, and for nothing else', () => {
  const tokens = async () => {
    await rig.organizations.changeMember(adaAtAcme, { mfaEnrolled: true });
    rig.proofs.send('link', proofFor());
    const { intermediate_session_token: bag } = await rig.logIn('link');
    return { bag, token: login.session_token, jwt: login.session_jwt };
  };
  type Tokens = Awaited<ReturnType<typeof tokens>>;
  const wishes = { durationMinutes: null, customClaims: {} };
  const anybody = { member: null, permit: () => {} };
  const logInWith = (carried: Partial<Carried>) => {
    rig.proofs.send('unused', proofFor());
    return rig.logIn('unused', carried);
  };

  it.each<[string, (tokens: Tokens) => Promise<unknown>, string]>([
    [
      'sessions/authenticate, intermediate token',
      ({ bag }) => authenticate({ sessionToken: bag }),
      'session_not_found',
    ],
    [
      'sessions/authenticate, intermediate token as JWT',
      ({ bag }) => authenticate({ sessionJwt: bag }),
      'session_not_found',
    ],
    [
      'sessions/authenticate, JWT as token',
      ({ jwt }) => authenticate({ sessionToken: jwt }),
      'session_not_found',
    ],
    [
      'sessions/authenticate, token as JWT',
      ({ token }) => authenticate({ sessionJwt: token }),
      'session_not_found',
    ],
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
      ({ bag }) => rig.application.discovery.list(rig.call(), { ...nothingCarried, sessionToken: bag }),
      'session_not_found',
    ],
    [
      'discovery/organizations, session token as intermediate',
      ({ token }) =>
        rig.application.discovery.list(rig.call(), { ...nothingCarried, intermediateSessionToken: token }),
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
      ({ token }) => authenticate({ sessionToken: token.slice(0, -1) }),
      'session_not_found',
    ],
    [
      'sessions/authenticate, a token with its end changed',
      ({ token }) => authenticate({ sessionToken: `${token.slice(0, -2)}xx` }),
      'session_not_found',
    ],
  ])('%s', async (_, attempt, code) => expect(await refusal(attempt(await tokens()))).toBe(code));
});
