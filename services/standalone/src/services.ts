import { IdentityModule, publicEvents as identityEvents } from '@muster/identity';
import { createServiceApplication, nestLogger } from '@muster/nest-kit';
import { OperationsModule } from '@muster/operations';
import { OrganizationModule, publicEvents as organizationEvents } from '@muster/organization';
import { ProvisioningModule, publicEvents as provisioningEvents } from '@muster/provisioning';
import { publicEvents as sessionEvents, SessionModule } from '@muster/session';
import type { Applications } from './listener.ts';
import type { EmbeddedPlatform } from './platform.ts';

/** What all services tell of their facts: the log is one, and so is its feed. */
export const publicEvents = [
  ...organizationEvents,
  ...identityEvents,
  ...provisioningEvents,
  ...sessionEvents,
];

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
  const parts = { publicEvents };
  const operations = await createServiceApplication(OperationsModule.register(platform, parts), options());
  return { organization, identity, provisioning, session, operations };
};

/** Asked-from services stop last, so that what is under way can be answered; operations has stopped before. */
export const stopServices = async (applications: Applications): Promise<void> => {
  for (const name of ['session', 'identity', 'provisioning', 'organization'] as const)
    await applications[name].close();
};
