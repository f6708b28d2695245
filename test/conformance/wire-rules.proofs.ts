import type { B2BOrganizationsCreateRequest } from 'stytch';
import { refusal } from './proofs.ts';
import type { World } from './world.ts';

type Settings = Partial<B2BOrganizationsCreateRequest>;

/** Rules of the wire that span methods: defaults that depend on each other, and what is usually got wrong. */
export const proveWireRules = (world: () => World): void => {
  const create = (settings: Settings) => refusal(world().organization(settings));

  it('invites default to ALL_ALLOWED only where no authentication setting is given at all', async () => {
    const plain = await world().organization({ trusted_metadata: { plan: 'free' } });
    expect(plain.email_invites).toBe('ALL_ALLOWED');
    for (const setting of [
      { auth_methods: 'ALL_ALLOWED' },
      { mfa_policy: 'OPTIONAL' },
      { sso_jit_provisioning: 'ALL_ALLOWED' },
      { email_jit_provisioning: 'NOT_ALLOWED' },
    ]) {
      const { email_invites } = await world().organization(setting);
      expect({ setting, email_invites }).toEqual({ setting, email_invites: 'NOT_ALLOWED' });
    }
  });

  it('one of the three doors stays open', async () => {
    const shut: Settings = {
      sso_jit_provisioning: 'NOT_ALLOWED',
      email_jit_provisioning: 'NOT_ALLOWED',
      email_invites: 'NOT_ALLOWED',
    };
    await expect(create(shut)).resolves.toBe('invalid_organization_auth_factor_setting');
    const { organization_id } = await world().organization();
    const update = world().client.organizations.update({ organization_id, ...shut });
    await expect(refusal(update)).resolves.toBe('invalid_organization_auth_factor_setting');
  });

  const invalid: readonly (readonly [string, Settings])[] = [
    ['invalid_restricted_email_setting', { email_jit_provisioning: 'RESTRICTED' }],
    ['invalid_restricted_email_setting', { email_invites: 'RESTRICTED' }],
    ['invalid_restricted_sso_setting', { sso_jit_provisioning: 'RESTRICTED' }],
    ['invalid_restricted_oauth_tenants_setting', { oauth_tenant_jit_provisioning: 'RESTRICTED' }],
    ['allowed_auth_methods_required_for_restricted', { auth_methods: 'RESTRICTED' }],
    ['allowed_mfa_methods_required_for_restricted', { mfa_methods: 'RESTRICTED' }],
    ['organization_settings_domain_too_common', { email_allowed_domains: ['gmail.com'] }],
    ['organization_settings_domain_too_common', { email_allowed_domains: ['yahoo.co.uk'] }],
    ['organization_settings_disposable_domain', { email_allowed_domains: ['mailinator.com'] }],
    ['organization_settings_duplicate_domain', { email_allowed_domains: ['a.example', 'A.example'] }],
    ['organization_settings_invalid_domain', { email_allowed_domains: ['no domain'] }],
    ['invalid_organization_slug', { organization_slug: 'x' }],
    ['invalid_organization_slug', { organization_slug: 'organization-of-mine' }],
    ['invalid_organization_slug', { organization_slug: 'with space' }],
    ['invalid_organization_external_id', { organization_external_id: 'member-1' }],
    ['metadata_too_large', { trusted_metadata: { text: 'x'.repeat(4_097) } }],
    [
      'rbac_domain_too_common',
      { rbac_email_implicit_role_assignments: [{ domain: 'gmail.com', role_id: 'stytch_admin' }] },
    ],
    ['organization_settings_claimed_domain_not_verified', { claimed_email_domains: ['acme.example'] }],
  ];
  for (const [errorType, settings] of invalid)
    it(`${errorType}: ${JSON.stringify(settings).slice(0, 80)}`, async () => {
      await expect(create(settings)).resolves.toBe(errorType);
    });

  it('a listed domain alone lets nobody in: the door has to be open as well', async () => {
    const { organization_id } = await world().organization({
      email_allowed_domains: ['listed.example'],
      email_invites: 'ALL_ALLOWED',
    });
    const send = world().client.magicLinks.email.loginOrSignup({
      organization_id,
      email_address: world().address('x', 'listed.example'),
    });
    await expect(refusal(send)).resolves.toBe('email_jit_provisioning_not_allowed');
    const invited = world().client.magicLinks.email.invite({
      organization_id,
      email_address: world().address('y', 'elsewhere.example'),
    });
    await expect(refusal(invited)).resolves.toBe('no refusal');
  });

  it('an address change by an administrator demands proof again', async () => {
    const { organization_id, member_id } = await world().loggedIn();
    const email_address = world().address('typed-by-admin');
    const { member } = await world().client.organizations.members.update({
      organization_id,
      member_id,
      email_address,
    });
    expect(member).toMatchObject({ email_address, email_address_verified: false });
  });

  it('the default role cannot be given, and an unknown one does not exist', async () => {
    const { organization_id } = await world().organization();
    const give = (roles: string[]) => refusal(world().member(organization_id, { roles }));
    await expect(give(['stytch_member'])).resolves.toBe('cannot_assign_default_rbac_role_id');
    await expect(give(['no-such-role'])).resolves.toBe('invalid_role');
  });

  it('external ids work everywhere but in reactivate', async () => {
    const { organization_id } = await world().organization();
    const { email_address } = await world().member(organization_id, { external_id: 'x-9' });
    const { session_token } = await world().logIn(organization_id, email_address);
    const { members } = world().client.organizations;
    const { member_sessions } = await world().client.sessions.get({ organization_id, member_id: 'x-9' });
    expect(member_sessions).toHaveLength(1);
    await members.update({ organization_id, member_id: 'x-9', name: 'By external id' });
    await members.delete({ organization_id, member_id: 'x-9' });
    await expect(refusal(world().client.sessions.authenticate({ session_token }))).resolves.toBe(
      'session_not_found',
    );
    await expect(refusal(members.reactivate({ organization_id, member_id: 'x-9' }))).resolves.toBe(
      'no_deleted_member_found_for_reactivation',
    );
  });

  it('with a member session each call needs a permission, and trusted metadata may not be sent', async () => {
    const { organizations } = world().client;
    const admin = await world().loggedIn({ roles: ['stytch_admin'] });
    const { organization_id, member_id } = admin;
    const plain = await world().member(organization_id);
    const login = await world().logIn(organization_id, plain.email_address);
    const as = (session_token: string) => ({ authorization: { session_token } });
    const rename = { organization_id, organization_name: 'By a member' };
    await expect(refusal(organizations.update(rename, as(login.session_token)))).resolves.toBe(
      'session_authorization_error',
    );
    const { organization } = await organizations.update(rename, as(admin.session_token));
    expect(organization.organization_name).toBe('By a member');
    const trusted = organizations.update(
      { organization_id, trusted_metadata: { plan: 'free' } },
      as(admin.session_token),
    );
    await expect(refusal(trusted)).resolves.toBe('trusted_metadata_not_allowed');
    const own = { organization_id, member_id: plain.member_id };
    await organizations.members.update({ ...own, name: 'Myself' }, as(login.session_token));
    const promote = organizations.members.update(
      { ...own, roles: ['stytch_admin'] },
      as(login.session_token),
    );
    await expect(refusal(promote)).resolves.toBe('session_authorization_error');
    const other = organizations.members.update(
      { organization_id, member_id, name: 'Not mine' },
      as(login.session_token),
    );
    await expect(refusal(other)).resolves.toBe('session_authorization_error');
    const elsewhere = await world().organization();
    const foreign = organizations.update(
      { organization_id: elsewhere.organization_id, organization_name: 'Taken over' },
      as(admin.session_token),
    );
    await expect(refusal(foreign)).resolves.toBe('session_authorization_tenancy_error');
  });
};
