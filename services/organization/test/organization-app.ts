import { createHash } from 'node:crypto';
import {
  identityRequests,
  type MemberCaller,
  provisioningRequests,
  type Requester,
  sessionRequests,
} from '@muster/contracts';
import { InMemoryEventLog, InMemoryKeyStore, InMemoryReadStore, ViewRegistry } from '@muster/eventsourcing';
import { DomainError, UnavailableError } from '@muster/kernel';
import {
  createLogger,
  createServiceApplication,
  InMemoryAnswerStore,
  InProcessTransport,
  Keyring,
  newIdIn,
  type Platform,
} from '@muster/nest-kit';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { OrganizationModule } from '../src/app.module.ts';
import { projectId, rbac } from './world.ts';

/** Somebody who may write rules that give roles, but administers nothing else. */
const ruleKeeper = {
  role_id: 'rule-keeper',
  description: 'Writes rules',
  permissions: [
    {
      resource_id: 'stytch.organization',
      actions: ['update.settings.implicit-roles', 'update.settings.jit-rules'],
    },
  ],
};

const secret = 'a-secret';
const authorization = `Basic ${Buffer.from(`${projectId}:${secret}`).toString('base64')}`;

/** What is answered without anything to be done. */
const forgetting: ReadonlySet<string> = new Set([
  provisioningRequests.eraseApplicants.subject,
  identityRequests.forgetMember.subject,
]);

export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | number | undefined>>;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests reach into answers of any shape
  readonly body: any;
};

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** The organization service behind its routes, on adapters in memory; members log in by being named. */
export class OrganizationApp {
  private readonly sessions = new Map<string, MemberCaller>();
  private application: NestFastifyApplication;

  private constructor(private readonly dnsServers: readonly string[]) {}

  static async start({ dnsServers = [] }: { readonly dnsServers?: readonly string[] } = {}) {
    const app = new OrganizationApp(dnsServers);
    app.application = await createServiceApplication(OrganizationModule.register(app.platform()), {
      environment: 'test',
      transport: new InProcessTransport().server(),
      logger: false,
    });
    return app;
  }

  stop(): Promise<void> {
    return this.application.close();
  }

  /** True where the service answers this route itself. */
  serves(method: Method, path: string): boolean {
    return this.application.getHttpAdapter().getInstance().hasRoute({ method, url: path });
  }

  /** Headers of a live session of a member who holds these roles. */
  as(organizationId: string, ...roles: readonly string[]): Readonly<Record<string, string>> {
    return this.asMember(organizationId, `member-${this.sessions.size}`, ...roles);
  }

  /** The same for a member who exists. */
  asMember(organizationId: string, memberId: string, ...roles: readonly string[]) {
    const token = `session-${this.sessions.size}`;
    this.sessions.set(token, { organizationId, memberId, memberSessionId: token, roles });
    return { 'x-stytch-member-session': token };
  }

  async call(
    method: Method,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const response = await this.application.inject({
      method,
      url: `/v1${path}`,
      headers: { authorization, ...headers },
      ...(body === undefined ? {} : { payload: body as object }),
    });
    return { status: response.statusCode, headers: response.headers, body: response.json() };
  }

  private platform(): Platform {
    return {
      config: {
        project: { projectId, environment: 'test', name: 'Test' },
        secretHashes: [createHash('sha256').update(secret).digest('hex')],
        publicUrl: 'https://auth.example',
        rbac: { ...rbac, roles: [...rbac.roles, ruleKeeper] },
        dnsServers: this.dnsServers,
      },
      log: new InMemoryEventLog(),
      keys: new InMemoryKeyStore(),
      store: new InMemoryReadStore(),
      views: new ViewRegistry(),
      answers: new InMemoryAnswerStore(),
      requester: this.requester(),
      clock: () => new Date().toISOString(),
      newId: newIdIn('test'),
      keyring: new Keyring(Buffer.alloc(32, 7)),
      logger: createLogger('silent'),
    } as unknown as Platform;
  }

  /** Knows the sessions, and forgets whom it is told to; no other service is there. */
  private requester(): Requester {
    return {
      ask: async ({ subject }, payload) => {
        if (forgetting.has(subject)) return {} as never;
        if (subject !== sessionRequests.resolve.subject) throw new UnavailableError(subject);
        const { sessionToken } = payload as { sessionToken?: string };
        const caller = this.sessions.get(sessionToken ?? '');
        if (!caller) throw new DomainError('session_not_found');
        return caller as never;
      },
    };
  }
}
