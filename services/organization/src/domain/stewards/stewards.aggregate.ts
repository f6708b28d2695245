import { type AggregateId, defineAggregate } from '@muster/eventsourcing';
import { stewardsDecider } from './stewards.decider.ts';

export const stewardsAggregate = defineAggregate({
  category: 'stewards',
  retention: 'permanent',
  decider: stewardsDecider,
  events: {
    StewardAdded: { version: 1 },
    StewardRemoved: { version: 1 },
    OrganizationBecameOwnerless: { version: 1 },
    OrganizationReclaimed: { version: 1 },
  },
});

/** One stream per organization, named like it. */
export const stewardsOf = (projectId: string, organizationId: string): AggregateId => ({
  projectId,
  organizationId,
  id: organizationId,
});
