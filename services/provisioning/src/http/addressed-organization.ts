import type { EntryFacts } from '@muster/contracts';
import type { CallerContext } from '@muster/nest-kit';
import type { Organizations } from '../application/ports.ts';

/**
 * The organization that a path names by id, slug or external id.
 * @throws DomainError organization_not_found; session_authorization_tenancy_error where a member of another one asks
 */
export const addressedOrganization = async (
  organizations: Organizations,
  reference: string,
  caller: CallerContext,
): Promise<EntryFacts> => {
  const entry = await organizations.entry({ organization: reference }, caller.context);
  caller.assertOrganization(entry.organization.organizationId);
  return entry;
};
