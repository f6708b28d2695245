import type { AnyAggregateType } from '@muster/eventsourcing';
import { memberAggregate } from './member/member.aggregate.ts';
import { organizationAggregate } from './organization/organization.aggregate.ts';
import { stewardsAggregate } from './stewards/stewards.aggregate.ts';

/** Every kind of stream that this service writes. */
export const aggregates: readonly AnyAggregateType[] = [
  organizationAggregate,
  memberAggregate,
  stewardsAggregate,
];
