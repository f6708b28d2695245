import type { Projection } from '@muster/eventsourcing';
import type { Instant } from '@muster/kernel';
import type { OrganizationEvent } from '../../domain/organization/organization.events.ts';
import { jitDomains } from '../../domain/organization/jit-rules.ts';
import { evolve, noOrganization, type Organization } from '../../domain/organization/organization.state.ts';

/** An organization as it is now: what was decided, when it came to be and when it last changed. */
export type OrganizationDocument = Organization & {
  readonly projectId: string;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
};

const namesOf = (held: OrganizationDocument['domains']): readonly string[] =>
  held.map(({ domain }) => domain);

/** All organizations there are; a deleted one has no document. Index fields are what searches and discovery ask for. */
export const organizationsProjection: Projection<OrganizationDocument> = {
  name: 'organization-organizations',
  version: 1,
  categories: ['organization'],
  // Discovery and search find organizations here; what they find is read from its stream before anything is decided.
  onPoison: 'park',
  apply: (document, { event, id, metadata }) => {
    const { createdAt = metadata.at } = document ?? {};
    const organization = evolve(document ?? noOrganization, event as OrganizationEvent);
    if (organization.status !== 'existing') return undefined;
    return { ...organization, projectId: id.projectId, createdAt, updatedAt: metadata.at };
  },
  indexes: (document) => ({
    project: [document.projectId],
    organizationId: [document.organizationId],
    name: [document.name],
    slug: [document.slug.toLowerCase()],
    domain: namesOf(document.domains),
    claimedDomain: namesOf(document.domains.filter(({ state }) => state === 'claimed')),
    jitDomain: jitDomains(document),
  }),
};
