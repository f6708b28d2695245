import type {
  EntryFacts,
  identityRequests,
  MemberFacts,
  OrganizationFacts,
  organizationRequests,
  PayloadOf,
  provisioningRequests,
  ReplyOf,
  RequestContext,
} from '@muster/contracts';
import type { CommandContext, CommandDependencies } from '@muster/eventsourcing';
import type { Clock, Instant, JsonObject, NewId } from '@muster/kernel';
import type { SigningKey } from '../domain/signing-key/key-schedule.ts';

/** One call from outside: who asks, when, and the command that a repeat of it would be again (E5). */
export type Call = {
  readonly context: RequestContext;
  readonly at: Instant;
  readonly command: CommandContext;
};

type Asks<Requests, Name extends keyof Requests> = (
  payload: PayloadOf<Requests[Name]>,
  context: RequestContext,
) => Promise<ReplyOf<Requests[Name]>>;

/** What this service asks of the organization service, which reads its aggregates (E27). */
export interface Organizations {
  readonly entry: Asks<typeof organizationRequests, 'entry'>;
  readonly discover: Asks<typeof organizationRequests, 'discover'>;
  readonly proveAddress: Asks<typeof organizationRequests, 'proveAddress'>;
  readonly createWithMember: Asks<typeof organizationRequests, 'createWithMember'>;
}

/** Is this proof good? Answered by the identity service, with a factor. */
export interface Proofs {
  readonly redeemEmailLink: Asks<typeof identityRequests, 'redeemEmailLink'>;
  readonly redeemEmailCode: Asks<typeof identityRequests, 'redeemEmailCode'>;
}

/** May this person enter here? Answered by the provisioning service. */
export interface Admissions {
  readonly preview: Asks<typeof provisioningRequests, 'preview'>;
  readonly admit: Asks<typeof provisioningRequests, 'admit'>;
}

/** A member in their organization. */
export type MemberPlace = { readonly organization: OrganizationFacts; readonly member: MemberFacts };

/** The facts that `sessions/authenticate` checks: in memory while they are known to be current, else asked for (E27). */
export interface CurrentFacts {
  /** Undefined where there is no such organization or member. */
  of(
    place: { readonly organizationId: string; readonly memberId: string },
    context: RequestContext,
  ): Promise<EntryFacts | undefined>;
}

/** Derives tokens and recognises its own. Each type of token is a language of its own (R17). */
export interface SessionTokens {
  derive(type: 'session' | 'intermediate-session', id: string, generation: number): string;
  verify(
    type: 'session' | 'intermediate-session',
    token: string,
  ): { readonly id: string; readonly generation: number } | undefined;
}

/** What a session JWT says, beyond what every JWT of the project says. */
export type SessionClaims = {
  readonly memberId: string;
  readonly issuedAt: Instant;
  readonly expiresAt: Instant;
  readonly session: JsonObject;
  readonly organization: JsonObject;
  readonly customClaims: JsonObject;
};

/** The session a token or JWT stands for, and of which of its tokens it is. */
export type NamedSession = { readonly sessionId: string; readonly generation: number };

/** Signs and checks session JWTs. */
export interface SessionJwtSigner {
  newKey(): Promise<Pick<SigningKey, 'keyId' | 'publicJwk'> & { readonly privateJwk: JsonObject }>;
  sign(claims: SessionClaims, key: SigningKey): Promise<string>;
  /** The id of the key a JWT says it is signed with; nothing is checked. */
  keyIdOf(jwt: string): string | undefined;
  /** What a genuine JWT names, expired or not: that the session lives is checked elsewhere. */
  verify(jwt: string, key: SigningKey): Promise<NamedSession | undefined>;
  /** Lets go of what is held of a key in memory. */
  forget(keyId: string): void;
}

/** When the project's keys change. */
export type SigningKeyTimes = {
  /** Null: only when asked to. */
  readonly rotateAfterDays: number | null;
  /** How long a key is published before it signs. */
  readonly propagationSeconds: number;
  /** How long a key stays published after it has stopped signing. */
  readonly overlapMinutes: number;
};

/** Remembers what was used last, and forgets the rest: nothing depends on it but speed. */
export interface Memory<V> {
  get(key: string): V | undefined;
  set(key: string, value: V): unknown;
  delete(key: string): unknown;
}

/** Which sessions a member has that are neither revoked nor past their end, as of the log's head. */
export interface MemberSessions {
  of(
    memberId: string,
    at: Instant,
  ): Promise<readonly { readonly sessionId: string; readonly organizationId: string }[]>;
}

/** What every part of this service works with. */
export type SessionDependencies = CommandDependencies & {
  readonly projectId: string;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly tokens: SessionTokens;
};
