import type { ViewRegistry } from '@muster/eventsourcing';
import { routes, type ServiceName } from '@muster/contracts';
import { IdentityModule, type Mailer } from '@muster/identity';
import { createServiceApplication, type Platform, type InProcessTransport } from '@muster/nest-kit';
import { OperationsModule } from '@muster/operations';
import { OrganizationModule } from '@muster/organization';
import { ProvisioningModule } from '@muster/provisioning';
import { SessionModule } from '@muster/session';
import type { DynamicModule } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import findMyWay, { type HTTPMethod } from 'find-my-way';
import { operationsOf } from './operations.ts';

export type WireRequest = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: object | undefined;
  readonly headers?: Readonly<Record<string, string>>;
};

export type WireAnswer = {
  readonly status: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- callers reach into answers of any shape
  readonly body: any;
  readonly position: number;
};

const owners = findMyWay({ maxParamLength: 512 });
for (const { method, path, service } of routes)
  owners.on(method as HTTPMethod, path, () => undefined, { service });

/** All services as they are, HTTP and all, on a platform of the simulation's. */
export class Deployment {
  private constructor(private readonly applications: Readonly<Record<ServiceName, NestFastifyApplication>>) {}

  static async start(
    platform: Platform & { readonly views: ViewRegistry },
    transport: InProcessTransport,
    mailer: Mailer,
  ): Promise<Deployment> {
    const start = (module: DynamicModule) =>
      createServiceApplication(module, {
        environment: platform.config.project.environment,
        transport: transport.server(),
        logger: false,
      });
    const operations = operationsOf(platform);
    const deployment = new Deployment({
      organization: await start(OrganizationModule.register(platform)),
      identity: await start(IdentityModule.register(platform, { mailer, mailbox: null })),
      provisioning: await start(ProvisioningModule.register(platform)),
      session: await start(SessionModule.register(platform)),
      operations: await start(OperationsModule.register(platform, operations)),
    });
    await operations.views.start();
    return deployment;
  }

  async call({ method, path, body, headers = {} }: WireRequest): Promise<WireAnswer> {
    const owner = owners.find(method, path.split('?', 1)[0]!)?.store as { service: ServiceName } | null;
    if (!owner) throw new Error(`nobody owns ${method} ${path}`);
    const answer = await this.applications[owner.service].inject({
      method,
      url: path,
      headers: { ...headers },
      ...(body === undefined ? {} : { payload: body }),
    });
    return {
      status: answer.statusCode,
      body: answer.payload.startsWith('{') ? JSON.parse(answer.payload) : undefined,
      position: Number(answer.headers['muster-position'] ?? 0),
    };
  }
}
