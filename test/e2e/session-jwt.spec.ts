import { createHmac, createPublicKey, generateKeyPairSync, type JsonWebKey, sign } from 'node:crypto';
import { Backend, granted, refused } from './backend.ts';

type Part = Readonly<Record<string, unknown>>;

const encoded = (part: Part): string => Buffer.from(JSON.stringify(part)).toString('base64url');
const decoded = (part: string): Part => JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Part;

describe('a session JWT', () => {
  let backend: Backend;
  let session: { session_jwt: string; session_token: string; member_session: { member_session_id: string } };
  let header: Part;
  let claims: Part;
  let signed: string;
  let signature: string;

  beforeAll(async () => {
    backend = await Backend.start();
    const { organization_id } = await backend.organization();
    const person = backend.person('jo@jwt.example');
    await backend.member(organization_id, person.address);
    session = await person.logInByLink(organization_id, { session_duration_minutes: 600 });
    const [first, second, third] = session.session_jwt.split('.') as [string, string, string];
    [header, claims, signed, signature] = [decoded(first), decoded(second), `${first}.${second}`, third];
  }, 60_000);
  afterAll(() => backend?.stop());

  const present = (session_jwt: string) =>
    backend.wire.post('/v1/b2b/sessions/authenticate', { session_jwt });
  const hmac = (text: string, key: string) => createHmac('sha256', key).update(text).digest('base64url');

  it('says who, where and until when, for five minutes at most', () => {
    expect(header).toMatchObject({ alg: 'RS256', typ: 'JWT', kid: expect.stringMatching(/.+/) });
    expect(claims).toMatchObject({
      iss: `stytch.com/${backend.muster.projectId}`,
      aud: [backend.muster.projectId],
      'https://stytch.com/session': { id: session.member_session.member_session_id },
    });
    const { iat, nbf, exp } = claims as { iat: number; nbf: number; exp: number };
    expect(nbf).toBe(iat);
    expect(exp - iat).toBe(300);
  });

  it('S17: is not taken with "alg": "none", as HMAC of the public key, under another key, cut or changed', async () => {
    const { keys } = granted(await backend.wire.get(`/v1/b2b/sessions/jwks/${backend.muster.projectId}`));
    const pem = createPublicKey({ key: keys[0] as JsonWebKey, format: 'jwk' }).export({
      type: 'spki',
      format: 'pem',
    });
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const none = `${encoded({ ...header, alg: 'none' })}.${encoded(claims)}`;
    const confused = `${encoded({ ...header, alg: 'HS256' })}.${encoded(claims)}`;
    const promoted = `${encoded(header)}.${encoded({ ...claims, sub: 'member-test-of-somebody-else' })}`;
    const foreign = sign('sha256', Buffer.from(signed), privateKey).toString('base64url');
    const forged = [
      `${none}.`,
      `${none}.${signature}`,
      `${confused}.${hmac(confused, String(pem))}`,
      `${confused}.${hmac(confused, JSON.stringify(keys[0]))}`,
      `${promoted}.${signature}`,
      `${signed}.${foreign}`,
      `${encoded({ ...header, kid: 'no-such-key' })}.${encoded(claims)}.${signature}`,
      `${encoded({ ...header, jwk: keys[0] })}.${encoded(claims)}.${signature}`,
      `${signed}.${signature.slice(0, -8)}`,
      `${signed}.`,
      signed,
      session.session_jwt.repeat(50),
    ];
    for (const jwt of forged) {
      const answer = await present(jwt);
      expect([jwt.slice(-40), ...refused(answer)]).toEqual([jwt.slice(-40), 404, 'session_not_found']);
    }
    granted(await present(session.session_jwt));
  });

  it('is refreshed after its end for as long as the session lives, and never after', async () => {
    backend.muster.clock.advance({ minutes: 20 });
    const fresh = granted(await present(session.session_jwt));
    expect(fresh.session_jwt).not.toBe(session.session_jwt);
    expect(fresh.member_session.member_session_id).toBe(session.member_session.member_session_id);
    granted(await backend.wire.post('/v1/b2b/sessions/revoke', { session_token: session.session_token }));
    expect(refused(await present(fresh.session_jwt))).toEqual([404, 'session_not_found']);
    expect(refused(await present(session.session_jwt))).toEqual([404, 'session_not_found']);
  });
});
