import type { AnyProjection } from '@muster/eventsourcing';
import { admissionsProjection } from './admissions/admissions.projection.ts';
import { erasedApplicantsProjection } from './erased-applicants/erased-applicants.projection.ts';
import { joinRequestsProjection } from './join-requests/join-requests.projection.ts';

/** Every view of this service. */
export const projections = (): readonly AnyProjection[] => [
  admissionsProjection,
  joinRequestsProjection,
  erasedApplicantsProjection,
];
