import type { WireErrorType } from '@muster/contracts';
import type { CallerContext } from '@muster/nest-kit';
import { DomainError } from '@muster/kernel';
import type { UpdateOrganizationBody } from './organization.dto.ts';

const RESOURCE = 'stytch.organization';

/** What a member's roles must allow for each field they send. A field that is not here is the backend's alone. */
const actions: { readonly [Field in keyof UpdateOrganizationBody]?: string } = {
  organization_name: 'update.info.name',
  organization_slug: 'update.info.slug',
  organization_logo_url: 'update.info.logo-url',
  sso_default_connection_id: 'update.settings.default-sso-connection',
  sso_jit_provisioning: 'update.settings.sso-jit-provisioning',
  sso_jit_provisioning_allowed_connections: 'update.settings.sso-jit-provisioning',
  email_allowed_domains: 'update.settings.allowed-domains',
  email_jit_provisioning: 'update.settings.email-jit-provisioning',
  email_invites: 'update.settings.email-invites',
  auth_methods: 'update.settings.allowed-auth-methods',
  allowed_auth_methods: 'update.settings.allowed-auth-methods',
  mfa_policy: 'update.settings.mfa-policy',
  mfa_methods: 'update.settings.allowed-mfa-methods',
  allowed_mfa_methods: 'update.settings.allowed-mfa-methods',
  rbac_email_implicit_role_assignments: 'update.settings.implicit-roles',
  oauth_tenant_jit_provisioning: 'update.settings.oauth-tenant-jit-provisioning',
  allowed_oauth_tenants: 'update.settings.allowed-oauth-tenants',
  claimed_email_domains: 'update.settings.domains',
};

/**
 * Lets the backend change every field, and a member those their roles allow.
 * @throws DomainError trusted_metadata_not_allowed, session_authorization_error
 */
export const permitUpdate = (caller: CallerContext, body: UpdateOrganizationBody): void => {
  if (!caller.member) return;
  if (body.trusted_metadata !== undefined)
    throw new DomainError<WireErrorType>('trusted_metadata_not_allowed', { pointer: '/trusted_metadata' });
  const sent = Object.keys(body).filter((name) => body[name as keyof UpdateOrganizationBody] !== undefined);
  for (const name of sent) {
    const action = actions[name as keyof UpdateOrganizationBody];
    if (action === undefined)
      throw new DomainError<WireErrorType>('session_authorization_error', { pointer: `/${name}` });
    caller.permit({ member: `${RESOURCE}:${action}` });
  }
};
