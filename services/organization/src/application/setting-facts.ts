import type { RbacPolicy } from '@muster/contracts';
import { parseEmailDomain } from '@muster/kernel';
import type { OrganizationSettings, SettingFacts } from '../domain/organization/organization.commands.ts';
import type { CustomJitRule } from '../domain/organization/organization.events.ts';
import type { PublicMailDomains } from './ports.ts';

export type SettingFactSources = {
  readonly publicMailDomains: PublicMailDomains;
  readonly rbac: Pick<RbacPolicy, 'roles'>;
};

/** What a decision has to know of the domains it names and of the project's roles. */
export const settingFacts = (
  { publicMailDomains, rbac }: SettingFactSources,
  named: readonly string[],
): SettingFacts => {
  const domains = named.map(parseEmailDomain).filter((domain) => domain !== undefined);
  const kinds = domains.flatMap((domain) => {
    const kind = publicMailDomains(domain);
    return kind === undefined ? [] : [[domain, kind] as const];
  });
  return { publicMailDomains: Object.fromEntries(kinds), roles: rbac.roles.map(({ role_id }) => role_id) };
};

export const domainsInSettings = (settings: OrganizationSettings): readonly string[] => [
  ...(settings.emailDomains ?? []),
  ...(settings.claimedDomains ?? []),
  ...(settings.implicitRoles ?? []).map(({ domain }) => domain),
];

export const domainsInRules = (rules: readonly CustomJitRule[]): readonly string[] =>
  rules.flatMap(({ matcher }) => (matcher.type === 'email_domain' ? [matcher.domain] : []));
