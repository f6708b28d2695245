import type { AggregateId } from '@muster/eventsourcing';

/** An organization of the project: where its members and stewards are. */
export type Place = { readonly projectId: string; readonly organizationId: string };

export const memberIn = ({ projectId, organizationId }: Place, memberId: string): AggregateId => ({
  projectId,
  organizationId,
  id: memberId,
});
