import type { EntryFacts, WireErrorType } from '@muster/contracts';
import { DomainError } from '@muster/kernel';
import type { CallerContext } from '@muster/nest-kit';
import type { Organizations } from '../application/ports.ts';

/**
 * The organization that a path names by id, slug or external id. A member does not even learn whether an organization
 * that is not theirs exists (R20).
 * @throws DomainError organization_not_found; session_authorization_tenancy_error where a member of another one asks
 */
export const addressedOrganization = async (
  organizations: Organizations,
  reference: string,
  caller: CallerContext,
): Promise<EntryFacts> => {
  const entry = await organizations
    .entry({ organization: reference }, caller.context)
    .catch((cause: unknown) => {
      const unknown = cause instanceof DomainError && cause.code === 'organization_not_found';
      if (!caller.member || !unknown) throw cause;
      throw new DomainError<WireErrorType>('session_authorization_tenancy_error', {}, { cause });
    });
  caller.assertOrganization(entry.organization.organizationId);
  return entry;
};
