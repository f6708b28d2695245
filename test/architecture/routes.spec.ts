import { randomBytes } from 'node:crypto';
import { type Route, routes, type ServiceName } from '@muster/contracts';
import { InMemoryEventLog, InMemoryKeyStore, InMemoryReadStore, ViewRegistry } from '@muster/eventsourcing';
import { IdentityModule } from '@muster/identity';
import {
  configFrom,
  createLogger,
  createServiceApplication,
  InMemoryAnswerStore,
  InProcessTransport,
  Keyring,
  newIdIn,
  type Platform,
  readEnvironment,
  systemClock,
} from '@muster/nest-kit';
import { OperationsModule, type OperationsParts } from '@muster/operations';
import { OrganizationModule } from '@muster/organization';
import { ProvisioningModule } from '@muster/provisioning';
import { SessionModule } from '@muster/session';
import { ModulesContainer } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'ALL', 'OPTIONS', 'HEAD'];

const joined = (...parts: readonly string[]): string =>
  `/${parts
    .flatMap((part) => part.split('/'))
    .filter(Boolean)
    .join('/')}`;

/** Every handler Nest knows, as `METHOD /path`, read from its own metadata. */
const handlersOf = (application: NestFastifyApplication): readonly string[] =>
  [...application.get(ModulesContainer).values()].flatMap((module) =>
    [...module.controllers.values()].flatMap(({ metatype }) => {
      const prefix = String(Reflect.getMetadata('path', metatype!) ?? '');
      const prototype = metatype!.prototype as Record<string, object>;
      return Object.getOwnPropertyNames(prototype).flatMap((name) => {
        const handler = prototype[name]!;
        const path = name === 'constructor' ? undefined : Reflect.getMetadata('path', handler);
        if (path === undefined) return [];
        return [`${METHODS[Reflect.getMetadata('method', handler)]!} ${joined(prefix, String(path))}`];
      });
    }),
  );

const rowsOf = (service: ServiceName): readonly string[] =>
  routes.filter((route) => route.service === service).map(({ method, path }) => `${method} ${path}`);

describe('the route table', () => {
  const transport = new InProcessTransport();
  const applications: Partial<Record<ServiceName, NestFastifyApplication>> = {};

  beforeAll(async () => {
    const config = configFrom(readEnvironment({}), {
      projectId: 'project-test-0193a5e0-0000-7000-8000-000000000001',
      secretHashes: ['0'.repeat(64)],
      listeningAt: 'http://127.0.0.1:4100',
    });
    const platform: Platform = {
      config,
      log: new InMemoryEventLog(),
      keys: new InMemoryKeyStore(),
      store: new InMemoryReadStore(),
      views: new ViewRegistry(),
      answers: new InMemoryAnswerStore(),
      requester: transport,
      clock: systemClock,
      newId: newIdIn('test'),
      keyring: new Keyring(randomBytes(32)),
      logger: createLogger('silent'),
    };
    const modules = {
      organization: OrganizationModule,
      identity: IdentityModule,
      provisioning: ProvisioningModule,
      session: SessionModule,
      operations: {
        register: (on: Platform) =>
          // No handler is called: what they work on may be missing.
          OperationsModule.register(on, { publicEvents: [] } as unknown as OperationsParts),
      },
    };
    for (const [name, module] of Object.entries(modules))
      applications[name as ServiceName] = await createServiceApplication(module.register(platform), {
        environment: 'test',
        transport: transport.server(),
        logger: false,
      });
  });

  afterAll(async () => {
    await Promise.all(Object.values(applications).map((application) => application.close()));
  });

  it.each(['organization', 'identity', 'provisioning', 'session', 'operations'] as const)(
    'I14: has exactly the handlers of %s: a route without a declared policy fails here',
    (service) => {
      expect(handlersOf(applications[service]!).toSorted()).toEqual(rowsOf(service).toSorted());
    },
  );

  const closed = routes.filter(({ access }) => access.caller !== 'public');

  it.each(closed.map((route): [string, Route] => [`${route.method} ${route.path}`, route]))(
    'I14: %s is refused without credentials',
    async (_, { method, path, service }) => {
      const url = path.replaceAll(/:[a-z_]+/g, 'x');
      const response = await applications[service]!.inject({ method, url });
      expect([response.statusCode, response.json().error_type]).toEqual([401, 'unauthorized_credentials']);
    },
  );

  it('names each route once', () => {
    const names = routes.map(({ method, path }) => `${method} ${path}`);
    expect(new Set(names).size).toBe(names.length);
  });
});
