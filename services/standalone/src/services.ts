import { IdentityModule } from '@muster/identity';
import { createServiceApplication, nestLogger } from '@muster/nest-kit';
import { OperationsModule } from '@muster/operations';
import { OrganizationModule } from '@muster/organization';
import { ProvisioningModule } from '@muster/provisioning';
import { SessionModule } from '@muster/session';
import type { Applications } from './listener.ts';
import type { EmbeddedPlatform } from './platform.ts';

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
  const operations = await createServiceApplication(OperationsModule.register(platform, {}), options());
  return { organization, identity, provisioning, session, operations };
};

/** Asked-from services stop last, so that what is under way can be answered. */
export const stopServices = async (applications: Applications): Promise<void> => {
  for (const name of ['operations', 'session', 'identity', 'provisioning', 'organization'] as const)
    await applications[name].close();
};
