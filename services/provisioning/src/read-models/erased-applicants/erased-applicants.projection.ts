import type { Projection } from '@muster/eventsourcing';
import type { ApplicantEvent } from '../../domain/applicant/applicant.events.ts';

export type ErasedApplicant = {
  readonly projectId: string;
  readonly organizationId: string;
  /** Whose keys stay destroyed. */
  readonly memberIds: readonly string[];
};

/** Each erasure of an applicant, by the id of its event. */
export const erasedApplicantsProjection: Projection<ErasedApplicant> = {
  name: 'provisioning-erased-applicants',
  version: 1,
  categories: ['applicant'],
  onPoison: 'park',
  documentIds: ({ eventId }) => [eventId],
  apply: (_, { event, id }) => ({
    projectId: id.projectId,
    organizationId: id.organizationId!,
    memberIds: (event as ApplicantEvent).data.memberIds,
  }),
  indexes: () => ({}),
};
