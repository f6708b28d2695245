import { publicEventsOf } from '@muster/contracts';
import { stewardsAggregate } from '../domain/stewards/stewards.aggregate.ts';

/** Who answers for an organization: for others that is the organization's own matter, not a stream's. */
export const stewardsPublicEvents = publicEventsOf(stewardsAggregate, {
  StewardAdded: {
    as: 'muster.organization.steward-added.v1',
    data: ({ data, organizationId }) => ({ organization_id: organizationId, member_id: data.memberId }),
  },
  StewardRemoved: {
    as: 'muster.organization.steward-removed.v1',
    data: ({ data, organizationId }) => ({
      organization_id: organizationId,
      member_id: data.memberId,
      cause: data.cause,
    }),
  },
  OrganizationBecameOwnerless: {
    as: 'muster.organization.became-ownerless.v1',
    data: ({ organizationId }) => ({ organization_id: organizationId }),
  },
  OrganizationReclaimed: {
    as: 'muster.organization.reclaimed.v1',
    data: ({ data, organizationId }) => ({
      organization_id: organizationId,
      member_id: data.memberId,
      email_domain: data.domain,
    }),
  },
});
