import { earlierOf, type Instant, type JsonObject, plusSeconds } from '@muster/kernel';
import { JWT_SECONDS, type SigningKey } from '../domain/signing-key/key-schedule.ts';
import type { Memory, NamedSession, SessionClaims, SessionJwtSigner } from './ports.ts';
import type { SigningKeys } from './signing-keys.ts';
import { type LiveSession, wireFactor } from './wire.ts';

/** For so long the same JWT is handed out again while nothing it says has changed: signing is what costs. */
const REUSE_SECONDS = 10;

export type IssuedJwt = {
  readonly jwt: string;
  /** What the JWT was made of. The very same objects, not a digest: that could hand out another session's (S17). */
  readonly key: SigningKey;
  readonly live: LiveSession;
  readonly issuedAt: Instant;
  /** When it is not handed out again any more. */
  readonly staleAt: Instant;
  readonly expiresAt: Instant;
};

/** What a genuine JWT names, and with whose key it is signed. */
export type RecognisedJwt = { readonly named: NamedSession; readonly keyId: string };

/** Issues session JWTs and recognises its own. */
export class SessionJwts {
  constructor(
    private readonly signer: Pick<SessionJwtSigner, 'sign' | 'verify' | 'keyIdOf'>,
    private readonly keys: Pick<SigningKeys, 'current' | 'find'>,
    private readonly issued: Memory<IssuedJwt>,
    /** By the whole text of a JWT that was found genuine. Whether its key still is one of ours is asked each time. */
    private readonly recognised: Memory<RecognisedJwt>,
  ) {}

  /** A JWT of five minutes, or less where the session ends sooner. */
  async issue(live: LiveSession): Promise<string> {
    const key = await this.keys.current();
    const { accessedAt: at, endsAt } = live;
    const known = this.issued.get(live.sessionId);
    if (known && isStillTrue(known, live, key)) return known.jwt;
    const expiresAt = earlierOf(plusSeconds(at, JWT_SECONDS), endsAt);
    const jwt = await this.signer.sign(claimsOf(live, expiresAt), key);
    const staleAt = plusSeconds(at, REUSE_SECONDS);
    this.issued.set(live.sessionId, { jwt, key, live, issuedAt: at, staleAt, expiresAt });
    return jwt;
  }

  /** Which session a genuine JWT is of, expired or not; undefined for any other text. */
  async verify(jwt: string): Promise<NamedSession | undefined> {
    const known = this.recognised.get(jwt);
    const keyId = known?.keyId ?? this.signer.keyIdOf(jwt);
    const key = keyId === undefined ? undefined : await this.keys.find(keyId);
    if (!key) return undefined;
    if (known) return known.named;
    const named = await this.signer.verify(jwt, key);
    if (named) this.recognised.set(jwt, { named, keyId: key.keyId });
    return named;
  }
}

/** Issued moments ago, of the same facts, and not beyond the session's end, which may have come closer. */
const isStillTrue = (known: IssuedJwt, live: LiveSession, key: SigningKey): boolean =>
  live.accessedAt >= known.issuedAt &&
  live.accessedAt < known.staleAt &&
  known.key === key &&
  known.live.session === live.session &&
  known.live.member === live.member &&
  known.live.organization === live.organization &&
  known.live.expiresAt === live.expiresAt &&
  known.expiresAt <= live.endsAt;

const organizationOf = ({ organization }: LiveSession): JsonObject => ({
  organization_id: organization.organizationId,
  slug: organization.slug,
});

const sessionOf = ({ sessionId, session, member, expiresAt }: LiveSession): JsonObject => ({
  id: sessionId,
  started_at: session.startedAt,
  expires_at: expiresAt,
  attributes: { user_agent: '', ip_address: '' },
  authentication_factors: session.ledger.map(wireFactor),
  roles: member.roles,
  // Of the session's token: a JWT from before the last proof cannot be refreshed either.
  generation: session.generation,
});

const claimsOf = (live: LiveSession, expiresAt: Instant): SessionClaims => ({
  memberId: live.member.memberId,
  issuedAt: live.accessedAt,
  expiresAt,
  session: { ...sessionOf(live), last_accessed_at: live.accessedAt },
  organization: organizationOf(live),
  customClaims: live.session.customClaims,
});
