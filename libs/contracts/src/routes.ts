/** The services that own routes. */
export const serviceNames = ['organization', 'identity', 'provisioning', 'session', 'operations'] as const;
export type ServiceName = (typeof serviceNames)[number];

/** `{resource}:{action}` pairs; the member needs one of them. `self`: enough where the target is the caller. */
export type MemberPermission = { readonly member: string; readonly self?: string };

/**
 * Who may call a route. `project`: HTTP Basic with the project's secret, nothing else. `member`: the same, and where a
 * member-session header is sent too, that member's roles decide by `permission`, or in the handler where it depends on
 * the body (`in-handler`). `public`: nobody is asked.
 */
export type RouteAccess =
  | { readonly caller: 'public' }
  | { readonly caller: 'project' }
  | { readonly caller: 'member'; readonly permission: MemberPermission | 'in-handler' };

export type Route = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path with `:parameters`, as the router knows it. */
  readonly path: string;
  readonly service: ServiceName;
  readonly access: RouteAccess;
  /**
   * `asked-anew`: the answer tells how things stand at this moment, so a repeat with the same `Idempotency-Key` is not
   * given the old one (I7). The key still stands for one request.
   */
  readonly repeat?: 'asked-anew';
};

const project = { caller: 'project' } as const;
const open = { caller: 'public' } as const;
const member = (permission: MemberPermission | 'in-handler') => ({ caller: 'member', permission }) as const;
const inHandler = member('in-handler');

const table =
  (service: ServiceName, prefix: string) =>
  (rows: readonly (readonly [Route['method'], string, RouteAccess, Route['repeat']?])[]): readonly Route[] =>
    rows.map(([method, path, access, repeat]) => ({
      method,
      path: `${prefix}${path}`,
      service,
      access,
      ...(repeat ? { repeat } : {}),
    }));

const ORGANIZATION = '/v1/b2b/organizations/:organization_id';

/**
 * Every route there is: what the listener dispatches by, what the guard decides by, what a reverse proxy is configured
 * from. A route that is not here is refused (deny by default); the inventory test fails on a handler without a row.
 */
export const routes: readonly Route[] = [
  ...table(
    'organization',
    '/v1',
  )([
    ['GET', '/projects/metrics', project],
    ['GET', '/debug/whoami', project],
    ['GET', '/b2b/rbac/policy', project],
    ['GET', '/b2b/rbac/organizations/:organization_id', project],
  ]),
  ...table(
    'organization',
    '/v1/b2b/organizations',
  )([
    ['POST', '', project],
    ['POST', '/search', project],
    ['POST', '/members/search', member({ member: 'stytch.member:search' })],
    ['GET', '/members/dangerously_get/:member_id', project],
  ]),
  ...table(
    'organization',
    ORGANIZATION,
  )([
    ['GET', '', project],
    ['PUT', '', inHandler],
    ['DELETE', '', member({ member: 'stytch.organization:delete' })],
    ['GET', '/metrics', project],
    ['DELETE', '/external_id', project],
    ['GET', '/jit_rules', member({ member: 'stytch.organization:update.settings.jit-rules' })],
    ['PUT', '/jit_rules', member({ member: 'stytch.organization:update.settings.jit-rules' })],
    ['GET', '/session_policy', member({ member: 'stytch.organization:update.settings.session-policy' })],
    ['PUT', '/session_policy', member({ member: 'stytch.organization:update.settings.session-policy' })],
    ['GET', '/domains', member({ member: 'stytch.organization:update.settings.domains' })],
    ['POST', '/domains', member({ member: 'stytch.organization:update.settings.domains' })],
    ['POST', '/domains/:domain/verify', member({ member: 'stytch.organization:update.settings.domains' })],
    ['POST', '/domains/:domain/claim', member({ member: 'stytch.organization:update.settings.domains' })],
    ['DELETE', '/domains/:domain', member({ member: 'stytch.organization:update.settings.domains' })],
    ['POST', '/reclaim', project],
    ['GET', '/member', project],
    ['POST', '/members', member({ member: 'stytch.member:create' })],
    ['PUT', '/members/:member_id', inHandler],
    ['DELETE', '/members/:member_id', member({ member: 'stytch.member:delete', self: 'stytch.self:delete' })],
    ['PUT', '/members/:member_id/reactivate', member({ member: 'stytch.member:create' })],
    ['POST', '/members/:member_id/erase', project, 'asked-anew'],
    ['DELETE', '/members/:member_id/external_id', project],
    [
      'POST',
      '/members/:member_id/unlink_retired_email',
      member({
        member: 'stytch.member:update.info.unlink.retired-email',
        self: 'stytch.self:update.info.unlink.retired-email',
      }),
    ],
    [
      'POST',
      '/members/:member_id/start_email_update',
      member({ member: 'stytch.member:update.info.email', self: 'stytch.self:update.info.email' }),
    ],
  ]),
  ...table(
    'provisioning',
    ORGANIZATION,
  )([
    ['GET', '/admissions', member({ member: 'stytch.organization:get.admissions' })],
    ['GET', '/admissions/:admission_id', member({ member: 'stytch.organization:get.admissions' })],
    ['POST', '/applicants/erase', project],
    ['GET', '/join_requests', member({ member: 'stytch.organization:decide.join-requests' })],
    [
      'POST',
      '/join_requests/:join_request_id/approve',
      member({ member: 'stytch.organization:decide.join-requests' }),
    ],
    [
      'POST',
      '/join_requests/:join_request_id/deny',
      member({ member: 'stytch.organization:decide.join-requests' }),
    ],
  ]),
  ...table(
    'identity',
    '/v1/b2b',
  )([
    ['POST', '/magic_links/email/login_or_signup', project],
    ['POST', '/magic_links/email/invite', member({ member: 'stytch.member:create' })],
    ['POST', '/magic_links/email/discovery/send', project],
    ['POST', '/otps/email/login_or_signup', project],
    ['POST', '/otps/email/discovery/send', project],
  ]),
  ...table(
    'identity',
    '/dev',
  )([
    ['GET', '/mailbox', open],
    ['GET', '/mailbox.json', open],
  ]),
  ...table(
    'session',
    '/v1/b2b',
  )([
    ['POST', '/magic_links/authenticate', project],
    ['POST', '/magic_links/discovery/authenticate', project],
    ['POST', '/otps/email/authenticate', project],
    ['POST', '/otps/email/discovery/authenticate', project],
    ['POST', '/discovery/organizations', project],
    ['POST', '/discovery/organizations/create', project],
    ['POST', '/discovery/intermediate_sessions/exchange', project],
    ['GET', '/sessions', project],
    ['POST', '/sessions/authenticate', project, 'asked-anew'],
    ['POST', '/sessions/exchange', project],
    ['POST', '/sessions/revoke', inHandler],
    ['GET', '/sessions/jwks/:project_id', open],
  ]),
  ...table(
    'session',
    '/v1/signing_keys',
  )([
    ['GET', '', project],
    ['POST', '/rotate', project],
  ]),
  ...table(
    'operations',
    '/v1',
  )([
    ['GET', '/projections', project],
    ['GET', '/projections/:name', project],
    ['POST', '/projections/:name/rebuild', project],
    ['POST', '/projections/:name/cancel', project],
    ['POST', '/projections/:name/verify', project],
    ['POST', '/projections/:name/swap', project],
    ['POST', '/projections/:name/release', project],
    ['GET', '/log', project],
    ['POST', '/log/verify', project],
    ['POST', '/log/count', project],
    ['POST', '/log/age', project],
  ]),
  ...table(
    'operations',
    '/v1/events',
  )([
    ['GET', '', project],
    ['GET', '/schemas', open],
    ['GET', '/schemas/:type', open],
  ]),
];

/** The row of a route, by method and the router's own pattern. */
export const routeOf = (method: string, path: string): Route | undefined =>
  index.get(`${method === 'HEAD' ? 'GET' : method} ${path}`);

const index = new Map(routes.map((route) => [`${route.method} ${route.path}`, route]));
