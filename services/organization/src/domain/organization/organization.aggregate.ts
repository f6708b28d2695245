import { defineAggregate, type ReservationChange, type ReservationsOf } from '@muster/eventsourcing';
import type { OrganizationEvent } from './organization.events.ts';
import { organizationDecider } from './organization.decider.ts';

/** Slugs are unique regardless of case, as the URLs they end up in. */
export const slugKey = (projectId: string, slug: string): string => `slug:${projectId}:${slug.toLowerCase()}`;

export const externalIdKey = (projectId: string, externalId: string): string =>
  `organization-external-id:${projectId}:${externalId}`;

/** Who keeps a domain for itself (R6); the owner is the organization's id. */
export const domainClaimKey = (projectId: string, domain: string): string =>
  `domain-claim:${projectId}:${domain}`;

/** Names are taken with the fact that gives them and given back with the fact that takes them (E1). */
const reservations: ReservationsOf<OrganizationEvent> = ({ type, data }, { projectId, id: owner }) => {
  const reserve = (kind: string, key: string): ReservationChange => ({ op: 'reserve', key, owner, kind });
  const release = (key: string): ReservationChange => ({ op: 'release', key, owner });
  const slug = (text: string) => slugKey(projectId, text);
  const external = (text: string) => externalIdKey(projectId, text);
  const claim = (domain: string) => domainClaimKey(projectId, domain);

  switch (type) {
    case 'OrganizationCreated':
      return [
        reserve('slug', slug(data.slug)),
        ...(data.externalId === null ? [] : [reserve('external-id', external(data.externalId))]),
      ];
    case 'OrganizationSlugChanged':
      return [release(slug(data.previousSlug)), reserve('slug', slug(data.slug))];
    case 'OrganizationExternalIdAssigned':
      return [
        ...(data.previousExternalId === null ? [] : [release(external(data.previousExternalId))]),
        reserve('external-id', external(data.externalId)),
      ];
    case 'OrganizationExternalIdRemoved':
      return [release(external(data.externalId))];
    case 'EmailDomainClaimed':
      return [reserve('domain-claim', claim(data.domain))];
    case 'EmailDomainClaimReleased':
    case 'EmailDomainUnlisted':
      // Releasing what another organization holds does nothing.
      return [release(claim(data.domain))];
    case 'OrganizationDeleted':
      return [
        release(slug(data.slug)),
        ...(data.externalId === null ? [] : [release(external(data.externalId))]),
        ...data.claimedDomains.map((domain) => release(claim(domain))),
      ];
    default:
      return [];
  }
};

/** One organization with all its policy: what is decided together is committed together (R36). */
export const organizationAggregate = defineAggregate({
  category: 'organization',
  retention: 'permanent',
  decider: organizationDecider,
  events: {
    OrganizationCreated: { version: 1 },
    OrganizationRenamed: { version: 1 },
    OrganizationSlugChanged: { version: 1 },
    OrganizationLogoReplaced: { version: 1 },
    OrganizationExternalIdAssigned: { version: 1 },
    OrganizationExternalIdRemoved: { version: 1 },
    OrganizationMetadataReplaced: { version: 1, sealed: ['trustedMetadata'] },
    AuthenticationPolicyChanged: { version: 1 },
    MfaPolicyChanged: { version: 1 },
    SessionPolicyChanged: { version: 1 },
    InvitePolicyChanged: { version: 1 },
    JitRulesReplaced: { version: 1 },
    DefaultJitRulesChanged: { version: 1 },
    EmailDomainListed: { version: 1 },
    DomainVerificationStarted: { version: 1 },
    EmailDomainVerified: { version: 1 },
    EmailDomainClaimed: { version: 1 },
    EmailDomainClaimReleased: { version: 1 },
    EmailDomainUnlisted: { version: 1 },
    EmailImplicitRolesReplaced: { version: 1 },
    ConnectedAppsPolicyChanged: { version: 1 },
    OrganizationDeleted: { version: 1 },
  },
  reservations,
});
