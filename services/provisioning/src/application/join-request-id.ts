import { createHash } from 'node:crypto';
import type { LookupHash } from '@muster/eventsourcing';
import { environmentOf, formatId } from '@muster/kernel';

type Place = { readonly projectId: string; readonly organizationId: string; readonly address: string };

/**
 * The one join request of an address in an organization: who knocks twice has asked once, without a reservation to take
 * and to give back. The hash is keyed, so the id tells nothing about the address.
 */
export const joinRequestIdOf = (
  lookupHash: LookupHash,
  { projectId, organizationId, address }: Place,
): string => {
  const keyed = lookupHash(`${projectId}/${organizationId}`, `join-request/${address}`);
  const hex = createHash('sha256').update(keyed).digest('hex');
  const uuid = hex.replace(/^(.{8})(.{4}).(.{3})..(.{2})(.{12}).*$/, '$1-$2-8$3-80$4-$5');
  return formatId('join-request', environmentOf(organizationId)!, uuid);
};
