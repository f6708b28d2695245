import { routes } from '@muster/contracts';
import { Backend, granted } from './backend.ts';

/** Values of every kind that a field is not, some of them known to upset parsers, databases and hashes. */
const oddities: readonly unknown[] = [
  0,
  -1,
  1e308,
  true,
  '',
  ' ',
  '\u0000',
  '\uD800',
  '\u202Eevil',
  'a'.repeat(5_000),
  '../../etc/passwd',
  "'; DROP TABLE commits; --",
  'organization-test-00000000-0000-4000-8000-00000000dead',
  [],
  [null],
  [[]],
  ['x', 'x'],
  {},
  { $gt: '' },
  { constructor: { prototype: { polluted: true } } },
];

const fields = [
  'organization_id',
  'organization_ids',
  'organization_name',
  'organization_slug',
  'organization_external_id',
  'organization_logo_url',
  'email_address',
  'email_allowed_domains',
  'email_invites',
  'email_jit_provisioning',
  'sso_jit_provisioning',
  'auth_methods',
  'allowed_auth_methods',
  'allowed_oauth_tenants',
  'mfa_policy',
  'rbac_email_implicit_role_assignments',
  'claimed_email_domains',
  'trusted_metadata',
  'untrusted_metadata',
  'name',
  'roles',
  'external_id',
  'mfa_phone_number',
  'code',
  'magic_links_token',
  'discovery_magic_links_token',
  'intermediate_session_token',
  'session_token',
  'session_jwt',
  'session_duration_minutes',
  'session_custom_claims',
  'authorization_check',
  'pkce_code_challenge',
  'login_redirect_url',
  'login_expiration_minutes',
  'member_id',
  'member_session_id',
  'domain',
  'rules',
  'maximum_duration_minutes',
  'cursor',
  'limit',
  'query',
] as const;

describe('bad input', () => {
  let backend: Backend;
  let organizationId: string;
  let memberId: string;
  /** Erasing takes any body: not the one whose membership is looked at in the end. */
  let erasedId: string;

  beforeAll(async () => {
    backend = await Backend.start();
    ({ organization_id: organizationId } = await backend.organization());
    ({ member_id: memberId } = await backend.member(organizationId, 'target@input.example'));
    ({ member_id: erasedId } = await backend.member(organizationId, 'erased@input.example'));
  }, 60_000);
  afterAll(() => backend?.stop());

  const pathOf = (pattern: string): string =>
    pattern
      .replace(':organization_id', organizationId)
      .replace(':member_id/erase', `${erasedId}/erase`)
      .replace(':member_id', memberId)
      .replace(/:\w+/g, 'input.example');

  const writing = routes.filter(({ method }) => method === 'POST' || method === 'PUT');

  it.each(writing.map(({ method, path }) => [method, path] as const))(
    'of any kind is no error of ours: %s %s',
    async (method, pattern) => {
      const call = (body: unknown) =>
        method === 'POST'
          ? backend.wire.post(pathOf(pattern), body)
          : backend.wire.put(pathOf(pattern), body);
      const bodies: readonly unknown[] = [
        ...oddities,
        ...fields.flatMap((field, n) =>
          // Every field meets every oddity somewhere: which ones meet here depends on the route.
          [0, 7, 13].map((step) => ({ [field]: oddities[(n + step + pattern.length) % oddities.length] })),
        ),
      ];
      const failed = [];
      for (const body of bodies) {
        const { status, text } = await call(body);
        if (status >= 500)
          failed.push({ body: JSON.stringify(body).slice(0, 100), status, text: text.slice(0, 200) });
      }
      expect(failed).toEqual([]);
    },
    60_000,
  );

  it.each(routes.filter(({ method }) => method === 'GET').map(({ path }) => [path] as const))(
    'in the query of GET %s is no error of ours',
    async (pattern) => {
      const failed = [];
      for (const field of [
        'member_id',
        'email_address',
        'cursor',
        'limit',
        'as_of',
        'organization_id',
        'to',
        'outcome',
      ])
        for (const value of [
          '',
          '%00',
          '-1',
          '1e9',
          'a'.repeat(2_000),
          '%F0%9F%92%A9',
          'x&' + field + '=y',
        ]) {
          const { status, text } = await backend.wire.get(`${pathOf(pattern)}?${field}=${value}`);
          if (status >= 500)
            failed.push({ field, value: value.slice(0, 20), status, text: text.slice(0, 200) });
        }
      expect(failed).toEqual([]);
    },
    60_000,
  );

  it('in a path is no error of ours', async () => {
    const failed = [];
    for (const part of ['%00', '%F0%28', '%', 'a'.repeat(600), '%2e%2e%2f', '__proto__', 'constructor'])
      for (const { method, path } of routes) {
        const target = path.replace(/:\w+/g, part);
        const answer = await fetch(`${backend.muster.url}${target}`, { method });
        await answer.arrayBuffer();
        if (answer.status >= 500)
          failed.push({ method, target: target.slice(0, 100), status: answer.status });
      }
    expect(failed).toEqual([]);
  }, 60_000);

  it('has ended no membership', async () => {
    expect(granted(await backend.memberAt(organizationId, 'target@input.example')).member.status).toBe(
      'active',
    );
  });
});
