import { createHash, randomBytes } from 'node:crypto';
import {
  builtInPolicy,
  identityRequests,
  organizationRequests,
  provisioningRequests,
  type RedeemedProof,
  type RequestContext,
  type RequestDefinition,
  type Requester,
} from '@muster/contracts';
import { InMemoryEventLog, InMemoryKeyStore, InMemoryReadStore, ViewRegistry } from '@muster/eventsourcing';
import type { Instant } from '@muster/kernel';
import {
  createLogger,
  createServiceApplication,
  InMemoryAnswerStore,
  InProcessTransport,
  Keyring,
  newIdIn,
  type Platform,
  reportingPositions,
} from '@muster/nest-kit';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SessionModule } from '../app.module.ts';
import {
  adaAtGlobex,
  globex,
  memberFacts,
  organizationFacts,
  projectId,
  START,
  discoveryProof,
  proofFor,
} from './facts.ts';
import { InMemoryAdmissions, InMemoryProofs } from './in-memory.neighbours.ts';
import { InMemoryOrganizations } from './in-memory.organizations.ts';

type Answer = (payload: never, context: RequestContext) => Promise<unknown>;

/** The service as it runs, over HTTP, between neighbours in memory. */
export class SessionServer {
  now: Instant = START;
  readonly log = new InMemoryEventLog({ clock: () => this.now });
  readonly organizations = new InMemoryOrganizations(this.log);
  readonly proofs = new InMemoryProofs();
  readonly admissions = new InMemoryAdmissions(this.organizations);
  private readonly transport = new InProcessTransport();
  private application: NestFastifyApplication;
  private sent = 0;

  static async start(): Promise<SessionServer> {
    const server = new SessionServer();
    await server.organizations.put(organizationFacts(), memberFacts());
    await server.organizations.put(
      organizationFacts({ organizationId: globex, slug: 'globex', epoch: 1 }),
      memberFacts({ memberId: adaAtGlobex, epoch: 0 }, globex),
    );
    server.application = await createServiceApplication(SessionModule.register(server.platform()), {
      environment: 'test',
      transport: server.transport.server(),
      logger: false,
    });
    return server;
  }

  async stop(): Promise<void> {
    await this.application.close();
  }

  post(path: string, payload: object, headers: Readonly<Record<string, string>> = {}) {
    const url = `/v1/b2b/${path}`;
    return this.application.inject({ method: 'POST', url, headers: { authorization, ...headers }, payload });
  }

  /** Status and error type of a call that is refused. */
  async errorOf(...call: Parameters<SessionServer['post']>): Promise<readonly [number, string]> {
    const response = await this.post(...call);
    return [response.statusCode, response.json().error_type];
  }

  /** The token of a link that was sent. */
  link(proof: RedeemedProof = proofFor()): string {
    const token = `link-${++this.sent}`;
    this.proofs.send(token, proof);
    return token;
  }

  async logIn(body: object = {}) {
    return (await this.post('magic_links/authenticate', { magic_links_token: this.link(), ...body })).json();
  }

  async discover() {
    const body = { discovery_magic_links_token: this.link(discoveryProof()) };
    return (await this.post('magic_links/discovery/authenticate', body)).json();
  }

  get(path: string, headers: Readonly<Record<string, string>> = { authorization }) {
    return this.application.inject({ method: 'GET', url: `/v1/b2b/${path}`, headers });
  }

  private platform(): Platform {
    return {
      config: {
        project: { projectId, environment: 'test', name: 'Muster' },
        secretHashes: [createHash('sha256').update('secret').digest('hex')],
        publicUrl: 'https://auth.test',
        issuer: 'https://auth.test',
        production: false,
        dataDirectory: '',
        redirectUrls: [],
        rbac: builtInPolicy,
        smtpUrl: null,
        mailFrom: { name: 'Muster', address: 'no-reply@muster.test' },
        dnsServers: [],
        signingKeys: { rotateAfterDays: null, propagationSeconds: 300, overlapMinutes: 6 },
      },
      log: reportingPositions(this.log),
      keys: new InMemoryKeyStore(),
      store: new InMemoryReadStore(),
      views: new ViewRegistry(),
      answers: new InMemoryAnswerStore(),
      requester: this.requester(),
      clock: () => this.now,
      newId: newIdIn('test'),
      keyring: new Keyring(randomBytes(32)),
      logger: createLogger('silent'),
    };
  }

  /** Questions to the neighbours are answered in memory; those to this service go to it. */
  private requester(): Requester {
    const { organizations, proofs, admissions, transport } = this;
    const answers: Readonly<Record<string, Answer>> = {
      [organizationRequests.entry.subject]: (payload) => organizations.entry(payload),
      [organizationRequests.discover.subject]: (payload) => organizations.discover(payload),
      [organizationRequests.proveAddress.subject]: (payload) => organizations.proveAddress(payload),
      [organizationRequests.createWithMember.subject]: (payload) => organizations.createWithMember(payload),
      [identityRequests.redeemEmailLink.subject]: (payload) => proofs.redeemEmailLink(payload),
      [identityRequests.redeemEmailCode.subject]: (payload) => proofs.redeemEmailCode(payload),
      [provisioningRequests.admit.subject]: (payload) => admissions.admit(payload),
      [provisioningRequests.preview.subject]: (payload) => admissions.preview(payload),
    };
    return {
      ask: async <Payload, Reply>(
        definition: RequestDefinition<Payload, Reply>,
        payload: Payload,
        context: RequestContext,
      ) => {
        const answer = answers[definition.subject];
        if (!answer) return transport.ask(definition, payload, context);
        return (await answer(payload as never, context)) as Reply;
      },
    };
  }
}

const authorization = `Basic ${Buffer.from(`${projectId}:secret`).toString('base64')}`;
