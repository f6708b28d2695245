import type { WireErrorType } from '@muster/contracts';
import { DomainError, domainOf } from '@muster/kernel';
import type { OrganizationLookup } from '../read-models/organizations/organization.lookup.ts';

export type DomainClaims = Pick<OrganizationLookup, 'claimantOf'>;

/**
 * R6: the people of a claimed domain are nobody else's to take in, by whatever door.
 * @param organizationId who takes them in; undefined for a new organization
 * @throws DomainError action_not_allowed_email_domain_is_claimed
 */
export const assertUnclaimed = async (
  claims: DomainClaims,
  address: string,
  organizationId?: string,
): Promise<void> => {
  const claimant = await claims.claimantOf(domainOf(address));
  if (claimant !== undefined && claimant !== organizationId)
    throw new DomainError<WireErrorType>('action_not_allowed_email_domain_is_claimed', {
      pointer: '/email_address',
    });
};
