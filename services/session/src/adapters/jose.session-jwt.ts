import { millisecondsOf } from '@muster/kernel';
import {
  calculateJwkThumbprint,
  type CryptoKey,
  decodeJwt,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
  jwtVerify,
  SignJWT,
} from 'jose';
import type { SessionClaims, SessionJwtSigner } from '../application/ports.ts';
import type { SigningKey } from '../domain/signing-key/key-schedule.ts';

/** What the SDKs pin. The algorithm is ours, never the token's (S17). */
const ALGORITHM = 'RS256';
const MODULUS_BITS = 2_048;
const LONGEST_JWT = 16_384;
const SESSION = 'https://stytch.com/session';
const ORGANIZATION = 'https://stytch.com/organization';

const secondsOf = (instant: string): number => Math.floor(millisecondsOf(instant) / 1_000);

const quietly = <T>(work: () => T): T | undefined => {
  try {
    return work();
  } catch {
    return undefined;
  }
};

/** Session JWTs by jose. The only place where a JWT is signed or checked. */
export class JoseSessionJwt implements SessionJwtSigner {
  private readonly imported = new Map<string, Promise<CryptoKey>>();

  constructor(private readonly project: { readonly issuer: string; readonly projectId: string }) {}

  async newKey() {
    const pair = await generateKeyPair(ALGORITHM, { modulusLength: MODULUS_BITS, extractable: true });
    const [publicKey, privateKey] = await Promise.all([
      exportJWK(pair.publicKey),
      exportJWK(pair.privateKey),
    ]);
    const keyId = await calculateJwkThumbprint(publicKey, 'sha256');
    const said = { kid: keyId, alg: ALGORITHM, use: 'sig' };
    return {
      keyId,
      publicJwk: { ...plain(publicKey), ...said, key_ops: ['verify'] },
      privateJwk: { ...plain(privateKey), ...said },
    };
  }

  async sign(
    { memberId, issuedAt, expiresAt, ...said }: SessionClaims,
    key: Pick<SigningKey, 'keyId' | 'privateJwk'>,
  ): Promise<string> {
    if (!key.privateJwk) throw new Error('a key without its private half signs nothing');
    return new SignJWT({
      ...said.customClaims,
      [SESSION]: said.session,
      [ORGANIZATION]: said.organization,
    })
      .setProtectedHeader({ alg: ALGORITHM, kid: key.keyId, typ: 'JWT' })
      .setIssuer(this.project.issuer)
      .setAudience([this.project.projectId])
      .setSubject(memberId)
      .setIssuedAt(secondsOf(issuedAt))
      .setNotBefore(secondsOf(issuedAt))
      .setExpirationTime(secondsOf(expiresAt))
      .sign(await this.import(`private ${key.keyId}`, key.privateJwk));
  }

  keyIdOf(jwt: string): string | undefined {
    if (jwt.length > LONGEST_JWT) return undefined;
    const kid = quietly(() => decodeProtectedHeader(jwt).kid);
    return typeof kid === 'string' ? kid : undefined;
  }

  async verify(jwt: string, { keyId, publicJwk }: Pick<SigningKey, 'keyId' | 'publicJwk'>) {
    const issuedAt = quietly(() => decodeJwt(jwt).iat);
    if (jwt.length > LONGEST_JWT || typeof issuedAt !== 'number') return undefined;
    try {
      const { payload } = await jwtVerify(jwt, await this.import(`public ${keyId}`, publicJwk), {
        algorithms: [ALGORITHM],
        issuer: this.project.issuer,
        audience: this.project.projectId,
        typ: 'JWT',
        requiredClaims: ['iss', 'aud', 'sub', 'iat', 'nbf', 'exp', SESSION, ORGANIZATION],
        // Judged as of its own beginning: an expired JWT still names its session, which may live.
        currentDate: new Date(issuedAt * 1_000),
      });
      const { id, generation } = payload[SESSION] as { id?: unknown; generation?: unknown };
      if (typeof id !== 'string' || typeof generation !== 'number') return undefined;
      return { sessionId: id, generation };
    } catch {
      return undefined;
    }
  }

  forget(keyId: string): void {
    for (const half of ['private', 'public']) this.imported.delete(`${half} ${keyId}`);
  }

  private import(name: string, jwk: SigningKey['publicJwk']): Promise<CryptoKey> {
    const known = this.imported.get(name);
    if (known) return known;
    const key = importJWK(jwk as JWK, ALGORITHM) as Promise<CryptoKey>;
    this.imported.set(name, key);
    return key;
  }
}

/** A JWK of an RSA key holds text only. */
const plain = (jwk: JWK): Record<string, string> =>
  Object.fromEntries(
    Object.entries(jwk).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
