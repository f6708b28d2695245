import { IdentityModule, publicEvents as identityEvents } from '@muster/identity';
import type { ViewOperations } from '@muster/eventsourcing';
import { UnavailableError } from '@muster/kernel';
import { createServiceApplication, nestLogger } from '@muster/nest-kit';
import { OperationsModule } from '@muster/operations';
import { OrganizationModule, publicEvents as organizationEvents } from '@muster/organization';
import { ProvisioningModule, publicEvents as provisioningEvents } from '@muster/provisioning';
import { publicEvents as sessionEvents, SessionModule } from '@muster/session';
import { workerLogWork } from './heavy/worker-adapters.ts';
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

const toCome = (): never => {
  throw new UnavailableError('view operations');
};

/** Stands where what looks after views will. */
const viewsToCome: ViewOperations = {
  list: async () => toCome(),
  get: async () => toCome(),
  rebuild: async () => toCome(),
  cancel: async () => toCome(),
  verify: async () => toCome(),
  swap: async () => toCome(),
  release: async () => toCome(),
};

/** All services, each a Nest application of its own, on one platform. */
export const startServices = async (platform: EmbeddedPlatform): Promise<Applications> => {
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
  const parts = {
    publicEvents,
    views: viewsToCome,
    logWork: workerLogWork(platform.worker),
    files: () => keptFiles(dataDirectory),
  };
  const operations = await createServiceApplication(OperationsModule.register(platform, parts), options());
  return { organization, identity, provisioning, session, operations };
};

/** Asked-from services stop last, so that what is under way can be answered; operations has stopped before. */
export const stopServices = async (applications: Applications): Promise<void> => {
  for (const name of ['session', 'identity', 'provisioning', 'organization'] as const)
    await applications[name].close();
};
