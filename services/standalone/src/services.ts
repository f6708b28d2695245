import { ViewOperator } from '@muster/eventsourcing';
import { IdentityModule, publicEvents as identityEvents } from '@muster/identity';
import { createServiceApplication, nestLogger } from '@muster/nest-kit';
import { OperationsModule } from '@muster/operations';
import { OrganizationModule, publicEvents as organizationEvents } from '@muster/organization';
import { ProvisioningModule, publicEvents as provisioningEvents } from '@muster/provisioning';
import { publicEvents as sessionEvents, SessionModule } from '@muster/session';
import { workerLogWork, workerViewBuilder } from './heavy/worker-adapters.ts';
import { keptFiles } from './kept-files.ts';
import type { Applications } from './listener.ts';
import type { EmbeddedPlatform } from './platform.ts';

/** What all services tell of their facts: the log is one, and so is its feed. */
export const publicEvents = [
  ...organizationEvents,
  ...identityEvents,
  ...provisioningEvents,
  ...sessionEvents,
];

/** The services, and what looks after their views. */
export type Services = {
  readonly applications: Applications;
  readonly views: ViewOperator;
};

/** All services, each a Nest application of its own, on one platform. */
export const startServices = async (platform: EmbeddedPlatform): Promise<Services> => {
  const options = () => ({
    environment: platform.config.project.environment,
    transport: platform.transport.server(),
    logger: nestLogger(platform.logger),
  });
  const organization = await createServiceApplication(OrganizationModule.register(platform), options());
  const identity = await createServiceApplication(IdentityModule.register(platform), options());
  const provisioning = await createServiceApplication(ProvisioningModule.register(platform), options());
  const session = await createServiceApplication(SessionModule.register(platform), options());
  const { dataDirectory } = platform.config;
  const views = new ViewOperator({
    views: platform.views,
    builder: workerViewBuilder(platform.worker, platform.store),
    clock: platform.clock,
  });
  const parts = {
    publicEvents,
    views,
    logWork: workerLogWork(platform.worker),
    files: () => keptFiles(dataDirectory),
  };
  const operations = await createServiceApplication(OperationsModule.register(platform, parts), options());
  await views.start();
  return { applications: { organization, identity, provisioning, session, operations }, views };
};

/** Long work first: it would hold up the rest. Followers of the feed would stay for ever; they come again where they were. */
export const endLongWork = async ({ applications, views }: Services): Promise<void> => {
  await applications.operations.close();
  await views.stop();
};

/** Asked-from services stop last, so that what is under way can be answered. */
export const stopServices = async ({ applications }: Services): Promise<void> => {
  for (const name of ['session', 'identity', 'provisioning', 'organization'] as const)
    await applications[name].close();
};
