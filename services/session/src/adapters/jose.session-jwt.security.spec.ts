import { createHmac } from 'node:crypto';
import {
  createLocalJWKSet,
  exportSPKI,
  importJWK,
  type JWK,
  type JWTHeaderParameters,
  jwtVerify,
  SignJWT,
} from 'jose';
import type { SessionClaims } from '../application/ports.ts';
import { JoseSessionJwt } from './jose.session-jwt.ts';

const ISSUER = 'https://auth.test';
const PROJECT = 'project-test-01919191-0000-7000-8000-000000000001';
const signer = new JoseSessionJwt({ issuer: ISSUER, projectId: PROJECT });
const claims: SessionClaims = {
  memberId: 'member-1',
  issuedAt: '2026-11-23T09:00:00.250Z',
  expiresAt: '2026-11-23T09:05:00.250Z',
  session: { id: 'session-1', generation: 2, roles: ['stytch_member'] },
  organization: { organization_id: 'organization-1', slug: 'acme' },
  customClaims: { plan: 'free' },
};
const NAMED = { sessionId: 'session-1', generation: 2 };

let key: Awaited<ReturnType<typeof signer.newKey>>;
let other: typeof key;
let jwt: string;
beforeAll(async () => {
  [key, other] = await Promise.all([signer.newKey(), signer.newKey()]);
  jwt = await signer.sign(claims, key);
});

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const parts = () => jwt.split('.') as [string, string, string];
const payloadOf = (text: string) => JSON.parse(Buffer.from(text, 'base64url').toString()) as object;
/** A JWT with our private key, and whatever else an attacker might get it to say. */
const signedBy = async (
  keyPair: typeof key,
  change: { payload?: object; without?: string; header?: Partial<JWTHeaderParameters> },
) => {
  const payload: Record<string, unknown> = { ...payloadOf(parts()[1]), ...change.payload };
  if (change.without) delete payload[change.without];
  return new SignJWT(payload)
    .setProtectedHeader({ alg: 'RS256', kid: keyPair.keyId, typ: 'JWT', ...change.header })
    .sign(await importJWK(keyPair.privateJwk as JWK, 'RS256'), { crit: { x: true } });
};

describe('a session JWT', () => {
  it('says what the SDKs look for, and verifies with the public keys as they do it', async () => {
    const { payload, protectedHeader } = await jwtVerify(
      jwt,
      createLocalJWKSet({ keys: [other.publicJwk as unknown as JWK, key.publicJwk as unknown as JWK] }),
      { issuer: ISSUER, audience: PROJECT, typ: 'JWT', currentDate: new Date('2026-11-23T09:01:00.000Z') },
    );
    expect(protectedHeader).toEqual({ alg: 'RS256', typ: 'JWT', kid: key.keyId });
    expect(payload).toEqual({
      iss: 'https://auth.test',
      aud: ['project-test-01919191-0000-7000-8000-000000000001'],
      sub: 'member-1',
      iat: 1_795_424_400,
      nbf: 1_795_424_400,
      exp: 1_795_424_700,
      plan: 'free',
      'https://stytch.com/session': { id: 'session-1', generation: 2, roles: ['stytch_member'] },
      'https://stytch.com/organization': { organization_id: 'organization-1', slug: 'acme' },
    });
  });

  it('names its session here, expired or not', async () => {
    expect(signer.keyIdOf(jwt)).toBe(key.keyId);
    expect(await signer.verify(jwt, key)).toEqual(NAMED);
  });

  it('has public keys without a private part', () => {
    expect(Object.keys(key.publicJwk).toSorted()).toEqual(['alg', 'e', 'key_ops', 'kid', 'kty', 'n', 'use']);
    expect(key.publicJwk).toMatchObject({ kty: 'RSA', alg: 'RS256', use: 'sig', kid: key.keyId });
  });

  it('is not signed with a key whose private half is gone', async () => {
    const publicHalf = { keyId: key.keyId, publicJwk: key.publicJwk, privateJwk: undefined };
    await expect(
      new JoseSessionJwt({ issuer: ISSUER, projectId: PROJECT }).sign(claims, publicHalf),
    ).rejects.toThrow('without its private half');
  });
});

describe('S17: attacks on session JWTs', () => {
  const attacks: Record<string, () => Promise<string> | string> = {
    'alg none, without a signature': () => {
      const [, payload] = parts();
      return `${encoded({ alg: 'none', typ: 'JWT', kid: key.keyId })}.${payload}.`;
    },
    'alg none, with the old signature': () => {
      const [, payload, signature] = parts();
      return `${encoded({ alg: 'none', typ: 'JWT', kid: key.keyId })}.${payload}.${signature}`;
    },
    'HS256 with the public key as the secret': async () => {
      const [, payload] = parts();
      const head = `${encoded({ alg: 'HS256', typ: 'JWT', kid: key.keyId })}.${payload}`;
      const publicKey = await importJWK(key.publicJwk as unknown as JWK, 'RS256', { extractable: true });
      const secret = await exportSPKI(publicKey as Parameters<typeof exportSPKI>[0]);
      return `${head}.${createHmac('sha256', secret).update(head).digest('base64url')}`;
    },
    'HS256 with the modulus as the secret': () => {
      const [, payload] = parts();
      const head = `${encoded({ alg: 'HS256', typ: 'JWT', kid: key.keyId })}.${payload}`;
      const secret = Buffer.from(String((key.publicJwk as Record<string, unknown>)['n']), 'base64url');
      return `${head}.${createHmac('sha256', secret).update(head).digest('base64url')}`;
    },
    'another RSA algorithm': async () => {
      const { alg: _, ...jwk } = key.privateJwk as Record<string, string>;
      return new SignJWT({ ...payloadOf(parts()[1]) })
        .setProtectedHeader({ alg: 'PS256', kid: key.keyId, typ: 'JWT' })
        .sign(await importJWK(jwk as unknown as JWK, 'PS256'));
    },
    'a key of their own under our id': () => signedBy(other, { header: { kid: key.keyId } }),
    'a key of their own in the header': () =>
      signedBy(other, { header: { kid: key.keyId, jwk: other.publicJwk as never } }),
    'a changed payload under the old signature': () => {
      const [header, payload, signature] = parts();
      return `${header}.${encoded({ ...payloadOf(payload), sub: 'member-2' })}.${signature}`;
    },
    'a signature cut short': () => jwt.slice(0, -1),
    'no signature': () => parts().slice(0, 2).join('.'),
    'something behind it': () => `${jwt}.x`,
    'another issuer': () => signedBy(key, { payload: { iss: 'https://evil.test' } }),
    'another audience': () => signedBy(key, { payload: { aud: ['project-test-other'] } }),
    'another type': () => signedBy(key, { header: { typ: 'at+jwt' } }),
    'an extension that must be understood': () =>
      signedBy(key, { header: { crit: ['x'], x: true } as never }),
    'not valid before a time after its issue': () => signedBy(key, { payload: { nbf: 1_795_424_401 } }),
    'ends before it begins': () => signedBy(key, { payload: { exp: 1_795_424_399 } }),
    'a session without an id': () =>
      signedBy(key, { payload: { 'https://stytch.com/session': { generation: 2 } } }),
    'a session without a generation': () =>
      signedBy(key, { payload: { 'https://stytch.com/session': { id: 'session-1' } } }),
    'more text than any of ours': () => signedBy(key, { payload: { long: 'x'.repeat(16_384) } }),
    'an empty text': () => '',
  };

  it.each(Object.keys(attacks))('refuses %s', async (name) =>
    expect(await signer.verify(await attacks[name]!(), key)).toBeUndefined(),
  );

  it.each([
    'iss',
    'aud',
    'sub',
    'iat',
    'nbf',
    'exp',
    'https://stytch.com/session',
    'https://stytch.com/organization',
  ])('refuses a JWT without %s, though it is ours', async (without) =>
    expect(await signer.verify(await signedBy(key, { without }), key)).toBeUndefined(),
  );

  it('takes the very same JWT made the same way: the refusals above are about what they name', async () =>
    expect(await signer.verify(await signedBy(key, {}), key)).toEqual(NAMED));

  it.each(['', 'x', 'a.b.c', encoded({ kid: 7 }) + '.e30.x'])('finds no key id in %j', (text) =>
    expect(signer.keyIdOf(text)).toBeUndefined(),
  );
});
