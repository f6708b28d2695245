import type { AggregateId, LookupHash } from '@muster/eventsourcing';

type Place = { readonly projectId: string; readonly organizationId: string | null; readonly address: string };

/** An address as a keyed hash: in an organization with that one's key, in discovery with the project's. */
export const addressHash = (lookupHash: LookupHash, { projectId, organizationId, address }: Place): string =>
  lookupHash(organizationId === null ? projectId : `${projectId}/${organizationId}`, address);

/** All codes ever sent to an address in an organization, or in discovery, are one stream. */
export const emailCodeId = (lookupHash: LookupHash, place: Place): AggregateId => ({
  projectId: place.projectId,
  organizationId: place.organizationId,
  id: `${place.organizationId ?? '_'}.${addressHash(lookupHash, place)}`,
});
