import { randomBytes } from 'node:crypto';
import { builtInPolicy, type RequestContext } from '@muster/contracts';
import {
  commandContext,
  EventCodec,
  InMemoryEventLog,
  InMemoryKeyStore,
  InMemoryReadStore,
  View,
} from '@muster/eventsourcing';
import { type Instant, type JsonObject, plusMinutes, plusSeconds } from '@muster/kernel';
import { Keyring, newIdIn } from '@muster/nest-kit';
import { v7 as uuidv7 } from 'uuid';
import { JoseSessionJwt } from '../adapters/jose.session-jwt.ts';
import { LiveFacts } from '../adapters/live.facts.ts';
import type { LoginAnswer } from '../application/login.service.ts';
import type { Call, SessionDependencies, SessionJwtSigner } from '../application/ports.ts';
import { type SessionApplication, sessionApplication } from '../application/session-application.ts';
import type { AuthorizationCheck } from '../application/session-authentication.service.ts';
import { type SessionArguments, sessionReader } from '../application/session-lookup.ts';
import type { Carried, SessionWishes } from '../application/session-wishes.ts';
import { signingKeysReader } from '../application/signing-keys.ts';
import { aggregates } from '../domain/aggregates.ts';
import {
  type SessionOfMember,
  sessionsByMemberProjection,
} from '../read-models/sessions-by-member/sessions-by-member.projection.ts';
import { sessionsByMember } from '../read-models/sessions-by-member/sessions-by-member.queries.ts';
import { adaAtGlobex, globex, memberFacts, organizationFacts, projectId, START } from './facts.ts';
import { InMemoryAdmissions, InMemoryProofs } from './in-memory.neighbours.ts';
import { InMemoryOrganizations } from './in-memory.organizations.ts';

const jose = new JoseSessionJwt({ issuer: 'https://auth.test', projectId });
/** Making an RSA key takes longer than a test should: one for all of them. */
const key = jose.newKey();
const signer: SessionJwtSigner = {
  newKey: () => key,
  sign: (claims, signingKey) => jose.sign(claims, signingKey),
  verify: (jwt, signingKey) => jose.verify(jwt, signingKey),
  keyIdOf: (jwt) => jose.keyIdOf(jwt),
  forget: (keyId) => jose.forget(keyId),
};

export const nothingCarried: Carried = {
  sessionToken: null,
  sessionJwt: null,
  intermediateSessionToken: null,
};

type Wishes = Partial<SessionWishes> & { readonly key?: string };
export type LoginGiven = Wishes & Partial<Carried> & { readonly codeVerifier?: string | null };
export type AuthenticationGiven = Wishes &
  Partial<SessionArguments> & { readonly check?: AuthorizationCheck };

/** The application over in-memory adapters, at a time that the test sets. */
export class SessionRig {
  now: Instant = START;
  readonly log = new InMemoryEventLog({ clock: () => this.now });
  readonly keys = new InMemoryKeyStore();
  readonly codec = new EventCodec(this.keys, aggregates);
  readonly organizations = new InMemoryOrganizations(this.log);
  readonly proofs = new InMemoryProofs();
  readonly admissions = new InMemoryAdmissions(this.organizations);
  readonly dependencies: SessionDependencies;
  readonly facts: LiveFacts;
  readonly sessionsView: View<SessionOfMember>;
  readonly application: SessionApplication;

  private constructor() {
    const keyring = new Keyring(randomBytes(32));
    const { log, codec } = this;
    this.dependencies = {
      log,
      codec,
      lookupHash: keyring.lookupHash,
      projectId,
      clock: () => this.now,
      newId: newIdIn('test'),
      tokens: keyring.tokens(projectId),
    };
    this.facts = new LiveFacts(log, this.organizations, {
      session: sessionReader(this.dependencies),
      signingKeys: signingKeysReader(this.dependencies),
    });
    const store = new InMemoryReadStore();
    this.sessionsView = new View(sessionsByMemberProjection, { log, store, codec });
    this.application = sessionApplication({
      dependencies: this.dependencies,
      rbac: builtInPolicy,
      organizations: this.organizations,
      proofs: this.proofs,
      admissions: this.admissions,
      facts: this.facts,
      readSession: this.facts.session,
      readSigningKeys: this.facts.signingKeys,
      signingKeyTimes: { rotateAfterDays: null, propagationSeconds: 300, overlapMinutes: 6 },
      sealingKeys: this.keys,
      memberSessions: sessionsByMember(this.sessionsView),
      signer,
      issuedJwts: new Map(),
      recognisedJwts: new Map(),
      lastUses: new Map(),
    });
  }

  /** Ada is a member of Acme and of Globex, by the same address. */
  static async start(): Promise<SessionRig> {
    const rig = new SessionRig();
    await rig.organizations.put(organizationFacts(), memberFacts());
    await rig.organizations.put(
      organizationFacts({ organizationId: globex, slug: 'globex', epoch: 1 }),
      memberFacts({ memberId: adaAtGlobex, epoch: 0, emailId: 'member-email-ada-at-globex' }, globex),
    );
    await rig.application.keys.start();
    await rig.facts.start();
    rig.sessionsView.start();
    return rig;
  }

  async stop(): Promise<void> {
    await this.sessionsView.stop();
    await this.facts.stop();
  }

  pass({ minutes = 0, seconds = 0 }: { minutes?: number; seconds?: number }): void {
    this.now = plusSeconds(plusMinutes(this.now, minutes), seconds);
  }

  /** One HTTP request; with a key, one that may be repeated. */
  call(type = 'Call', idempotencyKey?: string, body: JsonObject = {}): Call {
    const requestId = uuidv7();
    const context: RequestContext = {
      projectId,
      actor: `project:${projectId}`,
      requestId,
      correlationId: requestId,
      causationId: requestId,
    };
    const commandId = idempotencyKey === undefined ? uuidv7() : `${type}.${idempotencyKey}`;
    const content = { type, body };
    return { context, at: this.now, command: commandContext(context, { commandId, at: this.now, content }) };
  }

  /** Logs in by a link that was sent. */
  logIn(token: string, { key, codeVerifier = null, ...given }: LoginGiven = {}): Promise<LoginAnswer> {
    const { durationMinutes = null, customClaims = {}, ...carried } = given;
    return this.application.logins.authenticateEmailLink(
      this.call('AuthenticateMagicLink', key),
      { token, codeVerifier },
      { durationMinutes, customClaims, carried: { ...nothingCarried, ...carried } },
    );
  }

  /** Authenticates a session. */
  authenticate({ key, ...given }: AuthenticationGiven) {
    const { sessionToken = null, sessionJwt = null, durationMinutes = null } = given;
    return this.application.authentication.authenticate(this.call('Authenticate', key), {
      session: { sessionToken, sessionJwt },
      durationMinutes,
      customClaims: given.customClaims ?? {},
      authorizationCheck: given.check ?? null,
    });
  }

  /** Types of the events of this service, in order; of some categories where named. */
  async written(...categories: readonly string[]): Promise<readonly string[]> {
    const wanted = categories.length > 0 ? categories : ['login', 'intermediateSession', 'session'];
    const events = await this.log.readAll(0, 10_000);
    return events.map(({ type }) => type).filter((type) => wanted.includes(type.slice(0, type.indexOf('.'))));
  }
}
