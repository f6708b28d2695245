import { OrganizationApp } from '../../test/organization-app.ts';

let app: OrganizationApp;
beforeAll(async () => {
  app = await OrganizationApp.start();
});
afterAll(() => app.stop());

const path = '/b2b/organizations';
const nowhere = 'organization-test-019ab000-0000-7000-8000-00000000dead';

let slugs = 0;
const newSlug = () => `company-${++slugs}`;
const created = async (settings: object = {}) => {
  const body = { organization_name: 'Company', organization_slug: newSlug(), ...settings };
  const answer = await app.call('POST', path, body);
  expect(answer.body).toMatchObject({ status_code: 200 });
  return answer.body.organization;
};
const errorOf = async (...call: Parameters<OrganizationApp['call']>) => {
  const { status, body } = await app.call(...call);
  return [status, body.error_type, body.pointer];
};

describe('creating an organization', () => {
  it('R30: answers with the safe defaults', async () => {
    const { status, body } = await app.call('POST', path, {
      organization_name: 'Plain Ltd',
      organization_slug: 'plain',
    });
    expect(status).toBe(200);
    expect(body.organization).toEqual({
      organization_id: expect.stringMatching(/^organization-test-[0-9a-f-]{36}$/),
      organization_name: 'Plain Ltd',
      organization_logo_url: '',
      organization_slug: 'plain',
      organization_external_id: null,
      sso_jit_provisioning: 'ALL_ALLOWED',
      sso_jit_provisioning_allowed_connections: [],
      sso_active_connections: [],
      sso_default_connection_id: null,
      scim_active_connection: null,
      email_allowed_domains: [],
      email_jit_provisioning: 'NOT_ALLOWED',
      email_invites: 'ALL_ALLOWED',
      oauth_tenant_jit_provisioning: 'NOT_ALLOWED',
      allowed_oauth_tenants: {},
      auth_methods: 'ALL_ALLOWED',
      allowed_auth_methods: [],
      mfa_policy: 'OPTIONAL',
      mfa_methods: 'ALL_ALLOWED',
      allowed_mfa_methods: [],
      rbac_email_implicit_role_assignments: [],
      claimed_email_domains: [],
      first_party_connected_apps_allowed_type: 'ALL_ALLOWED',
      allowed_first_party_connected_apps: [],
      third_party_connected_apps_allowed_type: 'ALL_ALLOWED',
      allowed_third_party_connected_apps: [],
      custom_roles: [],
      trusted_metadata: {},
      created_at: expect.stringMatching(/Z$/),
      updated_at: body.organization.created_at,
    });
  });

  it('keeps every setting that is given', async () => {
    const settings = {
      organization_logo_url: 'https://company.test/logo.png',
      organization_external_id: 'crm|kept',
      trusted_metadata: { plan: 'pro', nested: { list: [1, null, { deep: true }] } },
      sso_jit_provisioning: 'NOT_ALLOWED',
      email_allowed_domains: ['company.test', 'company.example'],
      email_jit_provisioning: 'RESTRICTED',
      email_invites: 'RESTRICTED',
      oauth_tenant_jit_provisioning: 'RESTRICTED',
      allowed_oauth_tenants: { slack: ['T1', 'T2'], github: ['7'] },
      auth_methods: 'RESTRICTED',
      allowed_auth_methods: ['magic_link', 'email_otp'],
      mfa_policy: 'REQUIRED_FOR_ALL',
      mfa_methods: 'RESTRICTED',
      allowed_mfa_methods: ['totp'],
      rbac_email_implicit_role_assignments: [{ domain: 'company.test', role_id: 'editor' }],
      first_party_connected_apps_allowed_type: 'NOT_ALLOWED',
      third_party_connected_apps_allowed_type: 'RESTRICTED',
      allowed_third_party_connected_apps: ['app-1'],
    };
    expect(await created(settings)).toMatchObject(settings);
  });

  it('derives a slug where none is chosen, and gives way to whoever has it', async () => {
    const first = await created({ organization_name: 'Café Größe & Co.', organization_slug: null });
    expect(first.organization_slug).toBe('cafe-gro-e-co');
    const second = await created({ organization_name: 'Café Größe & Co.', organization_slug: null });
    expect(second.organization_slug).toMatch(/^cafe-gro-e-co-[0-9a-f]{8}$/);
  });

  it('E5: a repeat with the same Idempotency-Key is the same organization; another body is refused', async () => {
    const body = { organization_name: 'Once', organization_slug: 'once' };
    const headers = { 'idempotency-key': 'create-once' };
    const first = await app.call('POST', path, body, headers);
    const second = await app.call('POST', path, body, headers);
    expect([second.status, second.body.organization]).toEqual([200, first.body.organization]);
    const other = { ...body, organization_name: 'Twice' };
    expect(await errorOf('POST', path, other, headers)).toEqual([422, 'idempotency_key_reused', undefined]);
  });

  it('gives a slug once, however it is written, and an external id once', async () => {
    await created({ organization_slug: 'Taken', organization_external_id: 'erp-1' });
    const body = { organization_name: 'Other', organization_slug: newSlug() };
    expect(await errorOf('POST', path, { ...body, organization_slug: 'tAKEN' })).toEqual([
      400,
      'organization_slug_already_used',
      undefined,
    ]);
    expect(await errorOf('POST', path, { ...body, organization_external_id: 'erp-1' })).toEqual([
      400,
      'organization_external_id_already_used',
      undefined,
    ]);
  });

  it.each([
    [{ organization_slug: 'x' }, 'invalid_organization_slug', '/organization_slug'],
    [
      { email_allowed_domains: ['gmail.com'] },
      'organization_settings_domain_too_common',
      '/email_allowed_domains/0',
    ],
    [
      { email_allowed_domains: ['mailinator.com'] },
      'organization_settings_disposable_domain',
      '/email_allowed_domains/0',
    ],
    [
      { organization_external_id: 'member-1' },
      'invalid_organization_external_id',
      '/organization_external_id',
    ],
  ])('refuses %j and names the field', async (settings, error, pointer) =>
    expect(
      await errorOf('POST', path, { organization_name: 'X', organization_slug: newSlug(), ...settings }),
    ).toEqual([400, error, pointer]),
  );

  it.each([
    { organization_name: 7 },
    { trusted_metadata: [] },
    { allowed_oauth_tenants: { slack: 'T1' } },
    { allowed_oauth_tenants: { slack: [1] } },
    { allowed_auth_methods: ['carrier_pigeon'] },
    { email_jit_provisioning: 'ALL_ALLOWED' },
    { email_allowed_domains: [null] },
    { rbac_email_implicit_role_assignments: [{ domain: 'a.test' }] },
    { rbac_email_implicit_role_assignments: [null] },
    { rbac_email_implicit_role_assignments: ['a.test'] },
  ])('refuses the shape of %j as a bad request', async (settings) =>
    expect(
      await errorOf('POST', path, { organization_name: 'X', organization_slug: newSlug(), ...settings }),
    ).toEqual([400, 'bad_request', undefined]),
  );
});

describe('finding an organization', () => {
  it('works by id, slug and external id alike', async () => {
    const organization = await created({ organization_external_id: 'crm|found' });
    for (const reference of [organization.organization_id, organization.organization_slug, 'crm|found']) {
      const { body } = await app.call('GET', `${path}/${encodeURIComponent(reference)}`);
      expect(body.organization).toEqual(organization);
    }
  });

  it('prefers the slug to an external id of the same text', async () => {
    await created({ organization_external_id: 'ambiguous' });
    const bySlug = await created({ organization_slug: 'ambiguous' });
    const { body } = await app.call('GET', `${path}/ambiguous`);
    expect(body.organization).toEqual(bySlug);
  });

  it('is 404 where there is none', async () =>
    expect(await errorOf('GET', `${path}/${nowhere}`)).toEqual([404, 'organization_not_found', undefined]));
});

describe('updating an organization', () => {
  it('overwrites lists, merges metadata, keeps what is not mentioned, frees the former slug', async () => {
    const before = await created({
      trusted_metadata: { plan: 'free', seats: 3 },
      organization_slug: 'former',
    });
    const { body } = await app.call('PUT', `${path}/former`, {
      organization_slug: 'latter',
      trusted_metadata: { plan: 'pro', seats: null },
      email_allowed_domains: ['one.test'],
    });
    expect(body.organization).toEqual({
      ...before,
      organization_slug: 'latter',
      trusted_metadata: { plan: 'pro' },
      email_allowed_domains: ['one.test'],
      updated_at: body.organization.updated_at,
    });
    expect(await errorOf('GET', `${path}/former`)).toEqual([404, 'organization_not_found', undefined]);
    await created({ organization_slug: 'former' });
  });

  it('with nothing new writes nothing', async () => {
    const { organization_id, organization_name } = await created();
    const answer = await app.call('PUT', `${path}/${organization_id}`, { organization_name });
    expect([answer.status, answer.headers['muster-position']]).toEqual([200, undefined]);
  });

  it('names fields that no SDK knows, and refuses a default connection, since there is none', async () => {
    const { organization_id } = await created();
    const odd = await app.call('PUT', `${path}/${organization_id}`, { colour: 'red' });
    expect(odd.headers['muster-ignored-fields']).toBe('colour');
    const connection = { sso_default_connection_id: 'saml-connection-test-1' };
    expect(await errorOf('PUT', `${path}/${organization_id}`, connection)).toEqual([
      400,
      'not_supported',
      '/sso_default_connection_id',
    ]);
  });
});

describe('updating with a member session', () => {
  it('needs the action of each field', async () => {
    const { organization_id } = await created();
    const plain = app.as(organization_id, 'stytch_member');
    const admin = app.as(organization_id, 'stytch_member', 'stytch_admin');
    const rename = { organization_name: 'By a member' };
    const target = `${path}/${organization_id}`;
    expect(await errorOf('PUT', target, rename, plain)).toEqual([
      403,
      'session_authorization_error',
      undefined,
    ]);
    const { body } = await app.call('PUT', target, rename, admin);
    expect(body.organization.organization_name).toBe('By a member');
  });

  it('never takes trusted metadata, an external id or app policies', async () => {
    const { organization_id } = await created();
    const admin = app.as(organization_id, 'stytch_admin');
    const target = `${path}/${organization_id}`;
    expect(await errorOf('PUT', target, { trusted_metadata: {} }, admin)).toEqual([
      403,
      'trusted_metadata_not_allowed',
      '/trusted_metadata',
    ]);
    expect(await errorOf('PUT', target, { organization_external_id: 'mine' }, admin)).toEqual([
      403,
      'session_authorization_error',
      '/organization_external_id',
    ]);
  });

  it('reaches no other organization, by id or by slug (IDOR)', async () => {
    const own = await created();
    const other = await created();
    const admin = app.as(own.organization_id, 'stytch_admin');
    for (const reference of [other.organization_id, other.organization_slug]) {
      const refused = [403, 'session_authorization_tenancy_error', undefined];
      expect(await errorOf('PUT', `${path}/${reference}`, { organization_name: 'X' }, admin)).toEqual(
        refused,
      );
      expect(await errorOf('DELETE', `${path}/${reference}`, undefined, admin)).toEqual(refused);
      for (const part of ['jit_rules', 'session_policy', 'domains'])
        expect(await errorOf('GET', `${path}/${reference}/${part}`, undefined, admin)).toEqual(refused);
    }
  });

  it('I15: gives no role by e-mail domain that the member does not hold (privilege escalation)', async () => {
    const { organization_id } = await created();
    const keeper = app.as(organization_id, 'stytch_member', 'rule-keeper');
    const assign = (role_id: string) => ({
      rbac_email_implicit_role_assignments: [{ domain: 'evil.test', role_id }],
    });
    const target = `${path}/${organization_id}`;
    expect((await errorOf('PUT', target, assign('stytch_admin'), keeper)).slice(0, 2)).toEqual([
      403,
      'session_authorization_error',
    ]);
    expect((await app.call('PUT', target, assign('rule-keeper'), keeper)).status).toBe(200);
  });
});

describe('deleting an organization', () => {
  it('leaves nothing to be found, and its names free', async () => {
    const { organization_id } = await created({
      organization_slug: 'gone',
      organization_external_id: 'gone-1',
    });
    const { body } = await app.call('DELETE', `${path}/gone`);
    expect(body).toEqual({ organization_id, request_id: expect.any(String), status_code: 200 });
    for (const reference of [organization_id, 'gone', 'gone-1'])
      for (const part of ['', '/metrics', '/jit_rules', '/session_policy', '/domains'])
        expect(await errorOf('GET', `${path}/${reference}${part}`)).toEqual([
          404,
          'organization_not_found',
          undefined,
        ]);
    expect(await errorOf('DELETE', `${path}/${organization_id}`)).toEqual([
      404,
      'organization_not_found',
      undefined,
    ]);
    await created({ organization_slug: 'gone', organization_external_id: 'gone-1' });
  });

  it('takes the external id alone where only that is asked', async () => {
    const organization = await created({ organization_external_id: 'short-lived' });
    const { body } = await app.call('DELETE', `${path}/short-lived/external_id`);
    expect(body.organization).toEqual({
      ...organization,
      organization_external_id: null,
      updated_at: body.organization.updated_at,
    });
    expect(await errorOf('GET', `${path}/short-lived`)).toEqual([404, 'organization_not_found', undefined]);
  });
});
