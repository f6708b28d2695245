import type { IndexEntries, LookupHash, Projection } from '@muster/eventsourcing';
import { domainOf, type Instant } from '@muster/kernel';
import type { MemberEvent } from '../../domain/member/member.events.ts';
import { evolveMember, type Member, noMember } from '../../domain/member/member.state.ts';

/** What a member looks like. Decoded: an erased one has no address, name or metadata left in it. */
export type MemberDocument = Omit<Member, 'status'> & {
  readonly status: Exclude<Member['status'], 'absent'>;
  readonly projectId: string;
  readonly organizationId: string;
  readonly memberId: string;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
};

/** The value of `provenDomain`: an active member of the organization has a proven address in the domain (R33). */
export const provenDomain = (organizationId: string, domain: string): string => `${organizationId}:${domain}`;

/** The value of `addressHash`: what discovery finds a person's members by. A hash, so that indexes hold no key to people. */
export const discoveryHash = (projectId: string, address: string, hash: LookupHash): string =>
  hash(projectId, address);

/**
 * Members of all organizations, deleted ones too. Change `version` with whatever `evolveMember` makes of a fact.
 * `hash`: the keyed one of the project, by which an address is found without being indexed (R2).
 */
export const membersProjection = (hash: LookupHash): Projection<MemberDocument> => ({
  name: 'organization-members',
  version: 1,
  categories: ['member'],
  onPoison: 'halt',
  apply: (document, { event, id, metadata }) => {
    const member = evolveMember(document ?? noMember, event as MemberEvent);
    if (member.status === 'absent' || id.organizationId === null) return document;
    return {
      ...member,
      status: member.status,
      projectId: id.projectId,
      organizationId: id.organizationId,
      memberId: id.id,
      createdAt: document?.createdAt ?? metadata.at,
      updatedAt: metadata.at,
    };
  },
  indexes: (document): IndexEntries => {
    // R54: whoever is erased is found by nothing but the erasure itself.
    if (document.erasure) return { erasure: [document.erasure.completed ? 'completed' : 'open'] };
    const { projectId, organizationId, memberId, status, email, roles, externalId, mfa } = document;
    const isKnown = email.address !== '';
    const isProven = isKnown && status === 'active' && email.verified;
    return {
      organizationId: [organizationId],
      memberId: [memberId],
      status: [status],
      address: isKnown ? [email.address] : [],
      addressHash: isKnown && status !== 'deleted' ? [discoveryHash(projectId, email.address, hash)] : [],
      provenDomain: isProven ? [provenDomain(organizationId, domainOf(email.address))] : [],
      role: roles,
      breakglass: [String(document.isBreakglass)],
      phoneNumber: mfa.phoneNumber === null ? [] : [mfa.phoneNumber],
      externalId: externalId === null ? [] : [externalId],
    };
  },
});
