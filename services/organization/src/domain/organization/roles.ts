import { type EmailImplicitRoleAssignment, memberRole } from '@muster/contracts';
import { canonicalJson, parseEmailDomain } from '@muster/kernel';
import type { SettingFacts } from './organization.commands.ts';
import type { OrganizationEvent } from './organization.events.ts';
import type { Organization } from './organization.state.ts';
import { refuse } from './refuse.ts';

/**
 * A role that can be given: one of the project's, and not the one every member has anyway.
 * @throws DomainError invalid_role, cannot_assign_default_rbac_role_id
 */
export const checkAssignable = (role: string, { roles }: SettingFacts, pointer: string): void => {
  if (role === memberRole) refuse('cannot_assign_default_rbac_role_id', pointer);
  if (!roles.includes(role)) refuse('invalid_role', pointer);
};

/** Which roles come with an address in which domain; replaced as a whole. */
export const replaceImplicitRoles = (
  state: Organization,
  assignments: readonly EmailImplicitRoleAssignment[] | undefined,
  facts: SettingFacts,
): readonly OrganizationEvent[] => {
  if (assignments === undefined) return [];
  const written = assignments.map(({ domain: text, role_id }, index) => {
    const pointer = `/rbac_email_implicit_role_assignments/${index}`;
    const domain =
      parseEmailDomain(text) ?? refuse('organization_settings_invalid_domain', `${pointer}/domain`);
    if (facts.publicMailDomains[domain] !== undefined) refuse('rbac_domain_too_common', `${pointer}/domain`);
    checkAssignable(role_id, facts, `${pointer}/role_id`);
    return { domain, role_id };
  });
  if (canonicalJson(written) === canonicalJson(state.implicitRoles)) return [];
  return [{ type: 'EmailImplicitRolesReplaced', data: { assignments: written } }];
};
