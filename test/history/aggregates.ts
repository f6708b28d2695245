import type { AnyAggregateType } from '@muster/eventsourcing';
import { aggregates as identity } from '../../services/identity/src/domain/aggregates.ts';
import { memberAggregate } from '../../services/organization/src/domain/member/member.aggregate.ts';
import { organizationAggregate } from '../../services/organization/src/domain/organization/organization.aggregate.ts';
import { stewardsAggregate } from '../../services/organization/src/domain/stewards/stewards.aggregate.ts';
import { aggregates as provisioning } from '../../services/provisioning/src/domain/aggregates.ts';
import { aggregates as session } from '../../services/session/src/domain/aggregates.ts';

/** Everything that any service writes. */
export const aggregates: readonly AnyAggregateType[] = [
  organizationAggregate,
  memberAggregate,
  stewardsAggregate,
  ...identity,
  ...provisioning,
  ...session,
];
