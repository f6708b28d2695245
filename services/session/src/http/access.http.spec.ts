import { acme } from '../testing/facts.ts';
import { SessionServer } from '../testing/session-server.ts';

let server: SessionServer;
beforeAll(async () => {
  server = await SessionServer.start();
});
afterAll(() => server.stop());

describe('who may call', () => {
  it.each([
    'magic_links/authenticate',
    'magic_links/discovery/authenticate',
    'otps/email/authenticate',
    'otps/email/discovery/authenticate',
    'discovery/organizations',
    'discovery/organizations/create',
    'discovery/intermediate_sessions/exchange',
    'sessions/authenticate',
    'sessions/exchange',
    'sessions/revoke',
  ])('nobody without the project’s secret: %s', async (path) =>
    expect(await server.errorOf(path, {}, { authorization: 'Basic x' })).toEqual([
      401,
      'unauthorized_credentials',
    ]),
  );
});

describe('R17: over HTTP, too, a token is good for what it is', () => {
  it.each<[string, (tokens: { bag: string; session: string; jwt: string }) => object, string]>([
    ['sessions/authenticate', ({ bag }) => ({ session_token: bag }), 'session_not_found'],
    ['sessions/authenticate', ({ bag }) => ({ session_jwt: bag }), 'session_not_found'],
    ['sessions/authenticate', ({ jwt }) => ({ session_token: jwt }), 'session_not_found'],
    ['sessions/exchange', ({ bag }) => ({ session_token: bag, organization_id: acme }), 'session_not_found'],
    ['sessions/revoke', ({ bag }) => ({ session_token: bag }), 'session_not_found'],
    ['discovery/organizations', ({ bag }) => ({ session_token: bag }), 'session_not_found'],
    [
      'discovery/organizations',
      ({ session }) => ({ intermediate_session_token: session }),
      'intermediate_session_not_found',
    ],
    [
      'discovery/intermediate_sessions/exchange',
      ({ session }) => ({ intermediate_session_token: session, organization_id: acme }),
      'intermediate_session_not_found',
    ],
    [
      'discovery/organizations/create',
      ({ jwt }) => ({ intermediate_session_token: jwt }),
      'intermediate_session_not_found',
    ],
  ])('%s', async (path, body, code) => {
    const { session_token: session, session_jwt: jwt } = await server.logIn();
    const { intermediate_session_token: bag } = await server.discover();
    expect(await server.errorOf(path, body({ bag, session, jwt }))).toEqual([404, code]);
    expect(await server.errorOf('sessions/revoke', {}, { 'x-stytch-member-session': bag })).toEqual([
      404,
      'session_not_found',
    ]);
  });
});
