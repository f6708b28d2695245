import { PublicEventMapper, type ServiceName, serviceNames } from '@muster/contracts';
import { type ViewOperations, ViewOperator } from '@muster/eventsourcing';
import { IdentityModule, publicEvents as identityEvents } from '@muster/identity';
import {
  createServiceApplication,
  nestLogger,
  PingModule,
  type Platform,
  RemoteViews,
  ViewsModule,
} from '@muster/nest-kit';
import { OperationsModule, type Relay } from '@muster/operations';
import { OrganizationModule, publicEvents as organizationEvents } from '@muster/organization';
import { ProvisioningModule, publicEvents as provisioningEvents } from '@muster/provisioning';
import { publicEvents as sessionEvents, SessionModule } from '@muster/session';
import type { DynamicModule } from '@nestjs/common';
import { workerLogWork, workerViewBuilder } from './heavy/worker-adapters.ts';
import { keptFiles } from './kept-files.ts';
import type { Applications } from './listener.ts';
import { natsOf, neighboursOf } from './observability.ts';
import type { ServerPlatform } from './platform.ts';
import { operationsContext, type Replica, replicaOf } from './replica.ts';

/** What all services tell of their facts: the log is one, and so is its feed. */
export const publicEvents = [
  ...organizationEvents,
  ...identityEvents,
  ...provisioningEvents,
  ...sessionEvents,
];

/** Those with facts and views of their own, in the order in which they start: who is asked comes before who asks. */
const owners = {
  organization: OrganizationModule,
  identity: IdentityModule,
  provisioning: ProvisioningModule,
  session: SessionModule,
} as const;
type Owner = keyof typeof owners;
const ownerNames = Object.keys(owners) as readonly Owner[];

/** The services of this process, and what looks after their views. */
export type Services = {
  readonly applications: Applications;
  readonly views: Pick<ViewOperator, 'stop'>;
  /** Undefined where this process runs all of them: nobody else does. */
  readonly replica: Replica | undefined;
};

/** Each service as a Nest application of its own, on one platform. */
export const startServices = async (
  platform: ServerPlatform,
  names: readonly ServiceName[] = serviceNames,
): Promise<Services> => {
  const views = new ViewOperator({
    views: platform.views,
    builder: workerViewBuilder(platform.worker, platform.store),
    clock: platform.clock,
  });
  const start = (name: ServiceName, module: DynamicModule) =>
    createServiceApplication(module, {
      environment: platform.config.project.environment,
      transport: platform.messaging.serverOf(name),
      logger: nestLogger(platform.logger),
      observer: {
        service: name,
        onAnswered: (request) => platform.observability.metrics.http.answered(request),
      },
    });
  const isWhole = names.length === serviceNames.length;
  const one = isWhole ? undefined : ownerNames.find((name) => names.includes(name));
  const replica = one && replicaOf(platform, one, views);
  if (replica) platform.observability.metrics.lease = { service: one, lease: replica.lease };
  if (!isWhole) {
    const others = ownerNames.filter((name) => !names.includes(name));
    platform.observability.dependencies.add(...neighboursOf(platform, others));
  }
  if (platform.messaging.hasBus) platform.observability.dependencies.add(natsOf(platform.messaging));
  const applications: Partial<Record<ServiceName, Awaited<ReturnType<typeof start>>>> = {};
  for (const name of ownerNames.filter((owner) => names.includes(owner))) {
    const module = owners[name].register({
      ...partOf(platform, name),
      ...(replica ? { ownership: replica.lease } : {}),
    });
    // Where operations is another process, it asks here for what it does to this service's views.
    const asked = replica
      ? [ViewsModule.registerOwned(name, replica.lease.holder, replica.views), PingModule.register(name)]
      : [];
    const imports = [...module.imports!, ...asked];
    applications[name] = await start(name, { ...module, imports });
  }
  const relay = names.includes('operations') ? openRelay(platform) : undefined;
  if (names.includes('operations'))
    applications.operations = await start(
      'operations',
      operationsModule(
        partOf(platform, 'operations'),
        platform,
        isWhole ? views : remoteViews(platform),
        relay,
      ),
    );
  if (!replica) await views.start();
  replica?.views.start();
  replica?.lease.start();
  return { applications, views: replica?.views ?? views, replica };
};

/** The platform as one service sees it: its lines and its views carry its name. */
const partOf = (platform: ServerPlatform, service: ServiceName): Platform => ({
  ...platform,
  logger: platform.logger.child({ service }),
  views: platform.observability.viewsOf(service),
});

/**
 * Told on every replica of operations: of their relays one works, the others stand by (E30). An operator sees how far it
 * is, and what stands in its way.
 */
const openRelay = (platform: ServerPlatform): Relay | undefined => {
  const { messaging, log, config, logger, observability } = platform;
  const relay = messaging.relay({
    log,
    mapper: new PublicEventMapper(publicEvents, { logId: log.logId, publicUrl: config.publicUrl }),
    onProblem: (problem) => logger.error({ problem }, 'public events do not reach the bus'),
  });
  if (!relay) return undefined;
  observability.metrics.relay = { status: () => relay.status, lag: () => relay.lag() };
  observability.dependencies.add({ name: 'event_relay', isThere: () => relay.status.state !== 'failing' });
  return relay;
};

const operationsModule = (
  part: Platform,
  platform: ServerPlatform,
  views: ViewOperations,
  relay: Relay | undefined,
): DynamicModule =>
  OperationsModule.register(part, {
    publicEvents,
    views,
    relay,
    logWork: workerLogWork(platform.worker),
    files: () => keptFiles(platform.config.dataDirectory),
  });

const remoteViews = (platform: Platform): RemoteViews =>
  new RemoteViews({
    requester: platform.requester,
    services: ownerNames,
    context: operationsContext(platform),
  });

/** Long work first: it would hold up the rest. Followers of the feed would stay for ever; they come again where they were. */
export const endLongWork = async ({ applications, views }: Services): Promise<void> => {
  await applications.operations?.close();
  await views.stop();
};

/** Asked-from services stop last, so that what is under way can be answered. The lease goes when nothing relies on it. */
export const stopServices = async ({ applications, replica }: Services): Promise<void> => {
  for (const name of ['session', 'identity', 'provisioning', 'organization'] as const)
    await applications[name]?.close();
  await replica?.lease.stop();
};
