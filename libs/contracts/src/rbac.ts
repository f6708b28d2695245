/** One permission: actions on a resource; `*` means all actions of it. */
export type Permission = { readonly resource_id: string; readonly actions: readonly string[] };
export type PolicyRole = {
  readonly role_id: string;
  readonly description: string;
  readonly permissions: readonly Permission[];
};
export type PolicyResource = {
  readonly resource_id: string;
  readonly description: string;
  readonly actions: readonly string[];
};
/** The project's role policy: built-in resources and roles, and what the operator added. */
export type RbacPolicy = {
  readonly roles: readonly PolicyRole[];
  readonly resources: readonly PolicyResource[];
  readonly scopes: readonly never[];
};

export const memberRole = 'stytch_member';
export const adminRole = 'stytch_admin';

const all = (resource_id: string): Permission => ({ resource_id, actions: ['*'] });

const settings = (prefix: string, names: readonly string[]): readonly string[] =>
  names.map((name) => `${prefix}.${name}`);

const organizationActions = [
  ...settings('update.info', ['name', 'slug', 'logo-url']),
  ...settings('update.settings', [
    'allowed-auth-methods',
    'allowed-mfa-methods',
    'email-jit-provisioning',
    'email-invites',
    'allowed-domains',
    'default-sso-connection',
    'sso-jit-provisioning',
    'mfa-policy',
    'implicit-roles',
    'oauth-tenant-jit-provisioning',
    'allowed-oauth-tenants',
  ]),
  // What the reference API does not have: the full rule list, domains, session policy, join requests, reclaim.
  ...settings('update.settings', ['jit-rules', 'session-policy', 'domains']),
  'get.admissions',
  'decide.join-requests',
  'delete',
];

const selfActions = [
  ...settings('update.info', [
    'name',
    'email',
    'untrusted-metadata',
    'mfa-phone',
    'delete.mfa-phone',
    'delete.password',
    'delete.mfa-totp',
    'unlink.retired-email',
  ]),
  ...settings('update.settings', ['mfa-enrolled', 'default-mfa-method']),
  'delete',
  'revoke-sessions',
  'get.connected-apps',
  'revoke.connected-app',
];

const memberActions = [
  'create',
  'search',
  ...selfActions,
  ...settings('update.settings', ['is-breakglass', 'roles']),
];

/** The policy every project has. Built-in roles cannot be removed. */
export const builtInPolicy: RbacPolicy = {
  resources: [
    { resource_id: 'stytch.organization', description: 'The organization', actions: organizationActions },
    { resource_id: 'stytch.member', description: 'Any member of the organization', actions: memberActions },
    { resource_id: 'stytch.self', description: 'The member themselves', actions: selfActions },
    {
      resource_id: 'stytch.sso',
      description: 'SSO connections',
      actions: ['create', 'get', 'update', 'delete'],
    },
    {
      resource_id: 'stytch.scim',
      description: 'SCIM connections',
      actions: ['create', 'get', 'update', 'delete'],
    },
    {
      resource_id: 'stytch.custom-org-roles',
      description: 'Roles of the organization itself',
      actions: ['create', 'get', 'update', 'delete'],
    },
  ],
  roles: [
    { role_id: memberRole, description: 'Every member', permissions: [all('stytch.self')] },
    {
      role_id: adminRole,
      description: 'Administers the organization',
      permissions: ['organization', 'member', 'self', 'sso', 'scim', 'custom-org-roles'].map((name) =>
        all(`stytch.${name}`),
      ),
    },
  ],
  scopes: [],
};

/** Which of the held roles permit the action on exactly that resource; none: not permitted. Allow-only union. */
export const grantingRoles = (
  policy: Pick<RbacPolicy, 'roles'>,
  held: readonly string[],
  resourceId: string,
  action: string,
): readonly string[] =>
  policy.roles
    .filter(({ role_id }) => held.includes(role_id))
    .filter(({ permissions }) =>
      permissions.some(
        ({ resource_id, actions }) =>
          resource_id === resourceId && (actions.includes(action) || actions.includes('*')),
      ),
    )
    .map(({ role_id }) => role_id);
