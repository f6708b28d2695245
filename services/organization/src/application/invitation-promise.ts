import { grantingRoles, memberRole, type RbacPolicy } from '@muster/contracts';
import type { UnitOfWork } from '@muster/eventsourcing';
import { domainOf, type Instant } from '@muster/kernel';
import { memberAggregate } from '../domain/member/member.aggregate.ts';
import { isPresent } from '../domain/member/member.rules.ts';
import type { Member } from '../domain/member/member.state.ts';
import type { Organization } from '../domain/organization/organization.state.ts';
import { mayAssign } from './member-grants.ts';
import { loadOrganization } from './member-work.ts';
import { memberIn, type Place } from './place.ts';

type Policy = Pick<RbacPolicy, 'roles'>;

/** Without roles that the project's policy no longer has: they would allow nothing, until one of that name came back. */
export const knownRoles = (policy: Policy, roles: readonly string[]): readonly string[] =>
  roles.filter((role) => role !== memberRole && policy.roles.some(({ role_id }) => role_id === role));

/** Roles a member can have in a session of their own, however it is proven. */
export const rolesOf = (member: Member, { implicitRoles }: Organization): readonly string[] => {
  const { address, verified } = member.email;
  const byDomain = implicitRoles.filter(({ domain }) => verified && domain === domainOf(address));
  return [memberRole, ...member.roles, ...byDomain.map(({ role_id }) => role_id)];
};

/**
 * S15, I15: an invitation by a member holds while that member could still write it, and gives what they could still
 * give. One by the backend holds as it is.
 */
export const promiseOf = async (
  unit: UnitOfWork,
  place: Place,
  member: Member,
  policy: Policy,
  at: Instant,
): Promise<{ readonly holds: boolean; readonly withheldRoles: readonly string[] }> => {
  const unknown = member.roles.filter((role) => !knownRoles(policy, [role]).includes(role));
  if (member.status !== 'invited' || member.grantedByMemberId === null)
    return { holds: true, withheldRoles: unknown };
  const { state: author } = await unit.load(memberAggregate, memberIn(place, member.grantedByMemberId));
  const { state: organization } = await loadOrganization(unit, place);
  const held = author.status === 'active' && isPresent(author, at) ? rolesOf(author, organization) : [];
  const holds = grantingRoles(policy, held, 'stytch.member', 'create').length > 0;
  const beyond = member.roles.filter((role) => !holds || !mayAssign({ roles: held }, role));
  return { holds, withheldRoles: [...unknown, ...beyond] };
};
