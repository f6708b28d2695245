import type { AnyProjection, LookupHash } from '@muster/eventsourcing';
import { membersProjection } from './members/members.projection.ts';
import { organizationsProjection } from './organizations/organizations.projection.ts';

/** Every view of this service. */
export const projections = (lookupHash: LookupHash): readonly AnyProjection[] => [
  organizationsProjection,
  membersProjection(lookupHash),
];
