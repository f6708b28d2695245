import { EventCodec, FlowKeys } from '@muster/eventsourcing';
import { HttpKitModule, openView, type Platform } from '@muster/nest-kit';
import {
  type DynamicModule,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { identityClient } from './adapters/identity.client.ts';
import { JoseSessionJwt } from './adapters/jose.session-jwt.ts';
import { LiveFacts } from './adapters/live.facts.ts';
import { organizationClient } from './adapters/organization.client.ts';
import { provisioningClient } from './adapters/provisioning.client.ts';
import { rememberedTokens } from './adapters/remembered.tokens.ts';
import { DiscoveryEntryService } from './application/discovery-entry.service.ts';
import { DiscoveryService } from './application/discovery.service.ts';
import { LoginService } from './application/login.service.ts';
import type { SessionDependencies } from './application/ports.ts';
import { type SessionApplication, sessionApplication } from './application/session-application.ts';
import { SessionAuthenticationService } from './application/session-authentication.service.ts';
import { SessionExchangeService } from './application/session-exchange.service.ts';
import type { IssuedJwt, RecognisedJwt } from './application/session-jwts.ts';
import { sessionReader } from './application/session-lookup.ts';
import { SessionRevocationService } from './application/session-revocation.service.ts';
import { SigningKeyRotation } from './application/signing-key-rotation.ts';
import { SigningKeys, signingKeysReader } from './application/signing-keys.ts';
import { aggregates } from './domain/aggregates.ts';
import { callsOf } from './http/call.ts';
import { DiscoveryController } from './http/discovery.controller.ts';
import { LoginsController } from './http/logins.controller.ts';
import { SessionsController } from './http/sessions.controller.ts';
import { SigningKeysController } from './http/signing-keys.controller.ts';
import { JWKS_MAX_AGE, PROJECT_ID, TO_CALL } from './http/tokens.ts';
import { SessionResponder } from './messages/session.responder.ts';
import { EndingReactor } from './reactors/ending.reactor.ts';
import { expireOpenLogins } from './reactors/login.reactor.ts';
import { expireSessions } from './reactors/session.reactor.ts';
import { openLoginsProjection } from './read-models/open-logins/open-logins.projection.ts';
import { sessionsByMemberProjection } from './read-models/sessions-by-member/sessions-by-member.projection.ts';
import { sessionsByMember } from './read-models/sessions-by-member/sessions-by-member.queries.ts';

const REMEMBERED_TOKENS = 20_000;
const REMEMBERED_SESSIONS = 100_000;
/** Some kilobytes each. */
const REMEMBERED_JWTS = 10_000;
/** Intermediate sessions last ten minutes; repeats of their calls, a day. */
const INTERMEDIATE_SESSION_KEY_DAYS = 2;
const REPLAY_MILLISECONDS = 600_000;
const SIGNING_KEYS_EVERY_MILLISECONDS = 1_000;

/** Discovery, intermediate sessions, the gap, the one mint funnel, sessions, exchange, JWT and JWKS. */
@Module({})
export class SessionModule {
  static register(platform: Platform): DynamicModule {
    const parts = partsOf(platform);
    return {
      module: SessionModule,
      imports: [HttpKitModule.register(platform)],
      controllers: [
        LoginsController,
        DiscoveryController,
        SessionsController,
        SigningKeysController,
        SessionResponder,
      ],
      providers: [
        ...providersOf(parts.application),
        { provide: PROJECT_ID, useValue: platform.config.project.projectId },
        { provide: JWKS_MAX_AGE, useValue: platform.config.signingKeys.propagationSeconds },
        {
          provide: TO_CALL,
          useValue: callsOf(platform.config.project.projectId, platform.keyring.lookupHash, platform.clock),
        },
        { provide: Background, useFactory: () => new Background(platform, parts) },
      ],
    };
  }
}

type Parts = ReturnType<typeof partsOf>;

const partsOf = (platform: Platform) => {
  const { log, keys, config, keyring, clock, newId, requester } = platform;
  const { projectId } = config.project;
  const codec = new EventCodec(keys, aggregates);
  const dependencies: SessionDependencies = {
    log,
    codec,
    lookupHash: keyring.lookupHash,
    projectId,
    clock,
    newId,
    tokens: rememberedTokens(keyring.tokens(projectId), REMEMBERED_TOKENS),
  };
  const organizations = organizationClient(requester);
  const issuedJwts = new LRUCache<string, IssuedJwt>({ max: REMEMBERED_JWTS });
  const recognisedJwts = new LRUCache<string, RecognisedJwt>({ max: REMEMBERED_JWTS });
  const read = { session: sessionReader(dependencies), signingKeys: signingKeysReader(dependencies) };
  const facts = new LiveFacts(log, organizations, read, {
    onErasure: () => {
      issuedJwts.clear();
      recognisedJwts.clear();
    },
    onProblem: () => platform.logger.warn({ table: 'session facts' }, 'a live table is not kept up'),
  });
  const memberSessions = openView(platform, sessionsByMemberProjection, codec);
  const application = sessionApplication({
    dependencies,
    rbac: config.rbac,
    organizations,
    proofs: identityClient(requester),
    admissions: provisioningClient(requester),
    facts,
    readSession: facts.session,
    readSigningKeys: facts.signingKeys,
    signingKeyTimes: config.signingKeys,
    sealingKeys: keys,
    memberSessions: sessionsByMember(memberSessions),
    signer: new JoseSessionJwt({ issuer: config.issuer, projectId }),
    issuedJwts,
    recognisedJwts,
    lastUses: new LRUCache({ max: REMEMBERED_SESSIONS }),
  });
  return { dependencies, application, facts, memberSessions };
};

const providersOf = (application: SessionApplication) => [
  { provide: LoginService, useValue: application.logins },
  { provide: DiscoveryService, useValue: application.discovery },
  { provide: DiscoveryEntryService, useValue: application.discoveryEntry },
  { provide: SessionAuthenticationService, useValue: application.authentication },
  { provide: SessionExchangeService, useValue: application.exchange },
  { provide: SessionRevocationService, useValue: application.revocation },
  { provide: SigningKeys, useValue: application.keys },
  { provide: SigningKeyRotation, useValue: application.keyRotation },
];

/** What runs beside the requests: keys, the live facts, the views, and the record of what time ends. */
class Background implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly openLogins;
  private readonly ending;
  private readonly flowKeys;
  private readonly signingKeys;

  constructor(
    private readonly platform: Platform,
    private readonly parts: Parts,
  ) {
    const { dependencies, memberSessions } = parts;
    const { keys, clock, log, logger } = platform;
    const { projectId, environment } = platform.config.project;
    this.flowKeys = new FlowKeys(
      { keys, clock, onFailure: () => logger.warn('keys of ended flows are not destroyed yet') },
      {
        projectId,
        idPrefix: `intermediate-session-${environment}-`,
        days: INTERMEDIATE_SESSION_KEY_DAYS,
      },
    );
    const { keyRotation } = parts.application;
    this.signingKeys = new EndingReactor(
      [{ ready: async () => {}, record: () => keyRotation.tend() }],
      () => logger.warn('signing keys are not looked after; tried again'),
      SIGNING_KEYS_EVERY_MILLISECONDS,
    );
    const openLogins = openView(platform, openLoginsProjection, dependencies.codec);
    this.openLogins = openLogins;
    /** A long log may take its time to replay. */
    const caughtUp = (view: Pick<typeof openLogins, 'waitFor'>) => async () =>
      view.waitFor(await log.head(), REPLAY_MILLISECONDS);
    this.ending = new EndingReactor(
      [
        { ready: caughtUp(openLogins), record: () => expireOpenLogins(dependencies, openLogins) },
        { ready: caughtUp(memberSessions), record: () => expireSessions(dependencies, memberSessions) },
      ],
      (error) => {
        const failure = error instanceof Error ? error.name : 'unknown';
        logger.warn({ failure }, 'interrupted logins or ended sessions are not recorded yet');
      },
    );
  }

  async onApplicationBootstrap(): Promise<void> {
    const { application, facts, memberSessions } = this.parts;
    await application.keys.start();
    await facts.start();
    memberSessions.start();
    this.openLogins.start();
    if (this.platform.maintenance) return;
    this.ending.start();
    this.flowKeys.start();
    this.signingKeys.start();
  }

  async onApplicationShutdown(): Promise<void> {
    const ended = [this.ending.stop(), this.flowKeys.stop(), this.signingKeys.stop()];
    await Promise.all([this.openLogins.stop(), this.parts.memberSessions.stop(), ...ended]);
    await this.parts.facts.stop();
  }
}
