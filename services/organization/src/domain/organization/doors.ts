import type { AuthMethod } from '@muster/contracts';
import { changeDefaults } from './jit-rules.ts';
import { isConnectionId, isOauthTenant, oauthTenantProviders } from './jit-rule-checks.ts';
import type { OrganizationSettings } from './organization.commands.ts';
import type { JitDefaults, OrganizationEvent } from './organization.events.ts';
import type { Organization } from './organization.state.ts';
import { refuse } from './refuse.ts';

/** The methods that prove an address, which is what admission by e-mail domain needs (R33). */
const PROVES_ADDRESS: readonly AuthMethod[] = ['magic_link', 'email_otp', 'google_oauth', 'microsoft_oauth'];

const unique = <T>(values: readonly T[]): readonly T[] => [...new Set(values)];

/** Who may be invited (R30). */
export const changeInvites = (
  state: Organization,
  { emailInvites }: Pick<OrganizationSettings, 'emailInvites'>,
): readonly OrganizationEvent[] =>
  emailInvites === undefined || emailInvites === state.emailInvites
    ? []
    : [{ type: 'InvitePolicyChanged', data: { emailInvites } }];

const checkDefaults = ({ ssoAllowedConnections, allowedOauthTenants }: JitDefaults): void => {
  for (const [index, connectionId] of ssoAllowedConnections.entries())
    if (!isConnectionId(connectionId))
      refuse('bad_request', `/sso_jit_provisioning_allowed_connections/${index}`);
  for (const [provider, tenants] of Object.entries(allowedOauthTenants))
    if (!oauthTenantProviders.includes(provider) || !tenants.every(isOauthTenant))
      refuse('bad_request', '/allowed_oauth_tenants');
};

/** The flat JIT fields: they touch the fixed block of default rules and nothing else (R35). */
export const changeJitDefaults = (
  state: Organization,
  { jitDefaults }: Pick<OrganizationSettings, 'jitDefaults'>,
): readonly OrganizationEvent[] => {
  if (jitDefaults === undefined) return [];
  const merged = { ...state.jitDefaults, ...jitDefaults };
  checkDefaults(merged);
  return changeDefaults(state, {
    ...merged,
    ssoAllowedConnections: unique(merged.ssoAllowedConnections),
    allowedOauthTenants: Object.fromEntries(
      Object.entries(merged.allowedOauthTenants).map(([provider, tenants]) => [provider, unique(tenants)]),
    ),
  });
};

/** RESTRICTED means "only those on the list", so there has to be a list. */
export const checkRestrictedLists = ({ emailInvites, jitDefaults, domains }: Organization): void => {
  const { emailJitProvisioning, ssoJitProvisioning, ssoAllowedConnections } = jitDefaults;
  const restrictsEmail = emailInvites === 'RESTRICTED' || emailJitProvisioning === 'RESTRICTED';
  if (restrictsEmail && domains.length === 0)
    refuse('invalid_restricted_email_setting', '/email_allowed_domains');
  if (ssoJitProvisioning === 'RESTRICTED' && ssoAllowedConnections.length === 0)
    refuse('invalid_restricted_sso_setting', '/sso_jit_provisioning_allowed_connections');
  const tenants = Object.values(jitDefaults.allowedOauthTenants).flat();
  if (jitDefaults.oauthTenantJitProvisioning === 'RESTRICTED' && tenants.length === 0)
    refuse('invalid_restricted_oauth_tenants_setting', '/allowed_oauth_tenants');
};

/** A door whose every login method is shut would admit nobody and look open. */
export const checkEmailJitHasMethod = ({ authentication, jitDefaults }: Organization): void => {
  if (jitDefaults.emailJitProvisioning === 'NOT_ALLOWED' || authentication.mode === 'ALL_ALLOWED') return;
  if (!PROVES_ADDRESS.some((method) => authentication.allowed.includes(method)))
    refuse('invalid_organization_auth_factor_setting_for_email_jit_provisioning', '/email_jit_provisioning');
};

/** The wire's rule for the flat fields; the full form may shut everything (R35). */
export const checkOneDoorOpen = ({ emailInvites, jitDefaults }: Organization): void => {
  const doors = [emailInvites, jitDefaults.emailJitProvisioning, jitDefaults.ssoJitProvisioning];
  if (doors.every((door) => door === 'NOT_ALLOWED')) refuse('invalid_organization_auth_factor_setting');
};

export const mentionsDoor = ({ emailInvites, jitDefaults }: OrganizationSettings): boolean =>
  emailInvites !== undefined ||
  jitDefaults?.emailJitProvisioning !== undefined ||
  jitDefaults?.ssoJitProvisioning !== undefined;
