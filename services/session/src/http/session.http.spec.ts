import { createLocalJWKSet, jwtVerify } from 'jose';
import {
  acme,
  adaAtAcme,
  adaAtGlobex,
  discoveryProof,
  emailFactor,
  globex,
  projectId,
  proofFor,
} from '../testing/facts.ts';
import { SessionServer } from '../testing/session-server.ts';

let server: SessionServer;
beforeAll(async () => {
  server = await SessionServer.start();
});
afterAll(() => server.stop());

describe('the calls that take a proof', () => {
  it('magic_links/authenticate answers as the SDK reads it', async () => {
    const response = await server.post('magic_links/authenticate', {
      magic_links_token: server.link(),
      session_duration_minutes: 30,
      session_custom_claims: { plan: 'free', nested: { null: null } },
      locale: 'en',
      telemetry_id: 'ignored',
      session_token: null,
      unheard_of: 1,
    });
    expect(response.statusCode).toBe(200);
    expect(response.headers['cache-control']).toBe('no-store');
    expect(response.headers['muster-ignored-fields']).toBe('unheard_of');
    expect(Number(response.headers['muster-position'])).toBeGreaterThan(0);
    expect(response.json()).toEqual({
      status_code: 200,
      request_id: expect.stringMatching(/^request-id-test-/),
      member_id: adaAtAcme,
      organization_id: acme,
      method_id: 'member-email-ada-at-acme',
      reset_sessions: false,
      member: expect.objectContaining({ member_id: adaAtAcme }),
      organization: expect.objectContaining({ organization_id: acme }),
      member_session: expect.objectContaining({
        expires_at: '2026-11-23T09:30:00.000Z',
        custom_claims: { plan: 'free', nested: { null: null } },
      }),
      session_token: expect.stringMatching(/^[\w-]{71}$/),
      session_jwt: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      intermediate_session_token: '',
      intermediate_session_token_expires_at: null,
      member_authenticated: true,
      primary_required: null,
      mfa_required: null,
      reauthentication_required: null,
    });
  });

  it('otps/email/authenticate does, too', async () => {
    server.proofs.send('123456', proofFor({ factor: emailFactor({ method: 'email_otp' }) }));
    const body = { organization_id: 'acme', email_address: 'ada@acme.test', code: '123456' };
    const answer = (await server.post('otps/email/authenticate', body)).json();
    expect(answer).toMatchObject({ member_authenticated: true, method_id: 'member-email-ada-at-acme' });
    expect(answer).not.toHaveProperty('reset_sessions');
  });

  it('both discovery calls answer an intermediate session and organizations', async () => {
    server.proofs.send('654321', discoveryProof({ method: 'email_otp' }));
    const byCode = await server.post('otps/email/discovery/authenticate', {
      email_address: 'ada@acme.test',
      code: '654321',
    });
    for (const answer of [await server.discover(), byCode.json()]) {
      expect(answer).toMatchObject({ email_address: 'ada@acme.test', status_code: 200 });
      expect(answer.intermediate_session_token).toMatch(/^[\w-]{71}$/);
      expect(answer.discovered_organizations).toHaveLength(2);
    }
  });

  it('answers a repeat with the same Idempotency-Key alike, and another body not at all', async () => {
    const magic_links_token = server.link();
    const headers = { 'idempotency-key': 'key-1' };
    const first = await server.post('magic_links/authenticate', { magic_links_token }, headers);
    const again = await server.post('magic_links/authenticate', { magic_links_token }, headers);
    expect(again.json().session_token).toBe(first.json().session_token);
    const other = { magic_links_token, session_duration_minutes: 10 };
    expect(await server.errorOf('magic_links/authenticate', other, headers)).toEqual([
      422,
      'idempotency_key_reused',
    ]);
  });

  it('says what is wrong with a body, and stores nothing', async () => {
    const before = await server.log.head();
    const response = await server.post('magic_links/authenticate', { session_duration_minutes: '30' });
    expect(response.statusCode).toBe(400);
    expect(
      response
        .json()
        .errors.map(({ pointer }: { pointer: string }) => pointer)
        .toSorted(),
    ).toEqual(['/magic_links_token', '/session_duration_minutes']);
    expect(await server.log.head()).toBe(before);
  });
});

describe('the calls of discovery', () => {
  it('list, exchange: into a session, once', async () => {
    const { intermediate_session_token } = await server.discover();
    const listed = await server.post('discovery/organizations', { intermediate_session_token });
    expect(listed.json()).toMatchObject({ email_address: 'ada@acme.test', organization_id_hint: null });
    const body = { intermediate_session_token, organization_id: 'globex' };
    const exchanged = (await server.post('discovery/intermediate_sessions/exchange', body)).json();
    expect(exchanged).toMatchObject({ member_id: adaAtGlobex, member_authenticated: true });
    expect(await server.errorOf('discovery/intermediate_sessions/exchange', body)).toEqual([
      404,
      'intermediate_session_not_found',
    ]);
  });

  it('create: hands the settings on, without what is about the session', async () => {
    const { intermediate_session_token } = await server.discover();
    const asked: unknown[] = [];
    const { createWithMember } = server.organizations;
    server.organizations.createWithMember = (payload) => {
      asked.push(payload.settings);
      return createWithMember(payload);
    };
    const answer = await server.post('discovery/organizations/create', {
      intermediate_session_token,
      session_duration_minutes: 10,
      organization_name: 'Ada Corp',
      organization_slug: 'ada-corp',
      email_allowed_domains: ['acme.test'],
      trusted_metadata: { tier: 1 },
      organization_logo_url: null,
      locale: 'en',
    });
    expect(answer.json()).toMatchObject({
      member_authenticated: true,
      organization: { organization_slug: 'ada-corp' },
    });
    expect(asked).toEqual([
      {
        organization_name: 'Ada Corp',
        organization_slug: 'ada-corp',
        email_allowed_domains: ['acme.test'],
        trusted_metadata: { tier: 1 },
      },
    ]);
  });

  it('refusals carry their reasons', async () => {
    const { intermediate_session_token } = await server.discover();
    await server.organizations.changeMember(adaAtGlobex, { status: 'deleted' });
    const body = { intermediate_session_token, organization_id: globex };
    const response = await server.post('discovery/intermediate_sessions/exchange', body);
    await server.organizations.changeMember(adaAtGlobex, { status: 'active' });
    expect(response.statusCode).toBe(403);
    expect(response.json()).toMatchObject({
      error_type: 'admission_refused',
      admission_id: 'admission-1',
      reasons: [{ code: 'no_rule_matches' }],
    });
  });
});

describe('the calls of sessions', () => {
  it('authenticate: by token and by JWT, with a verdict', async () => {
    const { session_token, session_jwt } = await server.logIn();
    const authorization_check = { organization_id: acme, resource_id: 'stytch.self', action: 'delete' };
    const byToken = await server.post('sessions/authenticate', { session_token, authorization_check });
    expect(byToken.json()).toMatchObject({
      session_token,
      verdict: { authorized: true, granting_roles: ['stytch_member'] },
    });
    const byJwt = (await server.post('sessions/authenticate', { session_jwt })).json();
    expect(byJwt).toMatchObject({ session_token });
    expect(byJwt).not.toHaveProperty('verdict');
    expect(await server.errorOf('sessions/authenticate', { session_token, authorization_check: {} })).toEqual(
      [400, 'bad_request'],
    );
  });

  it('exchange: into another organization', async () => {
    const { session_token } = await server.logIn();
    const answer = await server.post('sessions/exchange', { session_token, organization_id: globex });
    expect(answer.json()).toMatchObject({ member_id: adaAtGlobex, member_authenticated: true });
  });

  it('get and revoke: what a member has, and its end', async () => {
    const { session_token, member_session } = await server.logIn();
    const query = `sessions?organization_id=acme&member_id=${adaAtAcme}`;
    const ids = async () =>
      (await server.get(query))
        .json()
        .member_sessions.map((session: { member_session_id: string }) => session.member_session_id);
    expect(await ids()).toContain(member_session.member_session_id);
    const revoked = await server.post('sessions/revoke', { member_id: adaAtAcme });
    expect(revoked.json()).toEqual({ status_code: 200, request_id: expect.any(String) });
    expect(await ids()).toEqual([]);
    const error = await server.post('sessions/authenticate', { session_token });
    expect(error.json()).toMatchObject({
      status_code: 404,
      error_type: 'session_not_found',
      reasons: [{ code: 'session_revoked' }],
    });
  });

  it('I14: revoke with a member-session header: their own, and no other member’s', async () => {
    const { session_token } = await server.logIn();
    const headers = { 'x-stytch-member-session': session_token };
    expect(await server.errorOf('sessions/revoke', { member_id: adaAtGlobex }, headers)).toEqual([
      403,
      'session_authorization_error',
    ]);
    const { session_token: other } = await server.logIn();
    expect((await server.post('sessions/revoke', { session_token: other }, headers)).statusCode).toBe(200);
    expect(await server.errorOf('sessions/authenticate', { session_token: other })).toEqual([
      404,
      'session_not_found',
    ]);
    expect((await server.post('sessions/revoke', { session_token }, headers)).statusCode).toBe(200);
    expect(await server.errorOf('sessions/revoke', { session_token }, headers)).toEqual([
      404,
      'session_not_found',
    ]);
  });

  it('jwks: verifies our JWTs, for anybody; of another project there is none', async () => {
    const { session_jwt } = await server.logIn();
    const response = await server.get(`sessions/jwks/${projectId}`, {});
    expect(response.json()).toMatchObject({ status_code: 200, request_id: expect.any(String) });
    const { payload } = await jwtVerify(session_jwt, createLocalJWKSet(response.json()), {
      issuer: 'https://auth.test',
      audience: projectId,
      typ: 'JWT',
      currentDate: new Date(server.now),
    });
    expect(payload.sub).toBe(adaAtAcme);
    expect(JSON.stringify(response.json())).not.toContain('"d"');
    const other = await server.get('sessions/jwks/project-test-other', {});
    expect([other.statusCode, other.json().error_type]).toEqual([404, 'project_not_found']);
  });
});
