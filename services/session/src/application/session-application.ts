import type { RbacPolicy } from '@muster/contracts';
import type { KeyStore } from '@muster/eventsourcing';
import type { Instant } from '@muster/kernel';
import { DiscoveryEntryService } from './discovery-entry.service.ts';
import { DiscoveryService } from './discovery.service.ts';
import { EntranceService } from './entrance.service.ts';
import { EntryAnswers } from './entry-answers.ts';
import { IntermediateSessions } from './intermediate-sessions.ts';
import { LiveSessions } from './live-sessions.ts';
import { LoginFlows } from './login-flows.ts';
import { LoginService } from './login.service.ts';
import { MintFunnel } from './mint-funnel.ts';
import type {
  Admissions,
  CurrentFacts,
  Memory,
  MemberSessions,
  Organizations,
  Proofs,
  SessionDependencies,
  SessionJwtSigner,
  SigningKeyTimes,
} from './ports.ts';
import { SessionAuthenticationService } from './session-authentication.service.ts';
import { SessionExchangeService } from './session-exchange.service.ts';
import { type IssuedJwt, type RecognisedJwt, SessionJwts } from './session-jwts.ts';
import { type ReadSession, SessionLookup } from './session-lookup.ts';
import { SessionRevocationService } from './session-revocation.service.ts';
import { SigningKeyRotation } from './signing-key-rotation.ts';
import { type ReadSigningKeys, SigningKeys } from './signing-keys.ts';

/** Everything the service needs from the world. */
export type SessionWorld = {
  readonly dependencies: SessionDependencies;
  readonly rbac: RbacPolicy;
  readonly organizations: Organizations;
  readonly proofs: Proofs;
  readonly admissions: Admissions;
  readonly facts: CurrentFacts;
  readonly readSession: ReadSession;
  readonly readSigningKeys: ReadSigningKeys;
  readonly signingKeyTimes: SigningKeyTimes;
  readonly sealingKeys: Pick<KeyStore, 'destroy'>;
  readonly memberSessions: MemberSessions;
  readonly signer: SessionJwtSigner;
  readonly issuedJwts: Memory<IssuedJwt>;
  readonly recognisedJwts: Memory<RecognisedJwt>;
  readonly lastUses: Memory<Instant>;
};

/** The use cases, put together; the same in the service and in its specs. */
export const sessionApplication = (world: SessionWorld) => {
  const { dependencies, organizations, proofs, admissions, memberSessions } = world;
  const keys = new SigningKeys(dependencies, world.signer, world.readSigningKeys);
  const jwts = new SessionJwts(world.signer, keys, world.issuedJwts, world.recognisedJwts);
  const lookup = new SessionLookup(dependencies.tokens, jwts, world.readSession);
  const sessions = new LiveSessions(world.facts, world.lastUses);
  const bags = new IntermediateSessions(dependencies);
  const shared = {
    dependencies,
    organizations,
    proofs,
    admissions,
    lookup,
    sessions,
    bags,
    flows: new LoginFlows(dependencies),
    entrance: new EntranceService(organizations, admissions),
    funnel: new MintFunnel(dependencies, organizations),
    answers: new EntryAnswers(dependencies.tokens, jwts, world.readSession, sessions, bags),
  };
  return {
    keys,
    keyRotation: new SigningKeyRotation({
      dependencies,
      signer: world.signer,
      read: world.readSigningKeys,
      sealingKeys: world.sealingKeys,
      times: world.signingKeyTimes,
    }),
    readSession: world.readSession,
    funnel: shared.funnel,
    bags,
    logins: new LoginService(shared),
    discovery: new DiscoveryService(shared),
    discoveryEntry: new DiscoveryEntryService(shared),
    authentication: new SessionAuthenticationService({ ...shared, rbac: world.rbac }),
    exchange: new SessionExchangeService(shared),
    revocation: new SessionRevocationService({ ...shared, memberSessions }),
  };
};

export type SessionApplication = ReturnType<typeof sessionApplication>;
