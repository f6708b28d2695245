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

  it.each<[string, Settings]>([
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
  ])('%s: %j', async (errorType, settings) => {
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

  it('tightening the methods deactivates nobody and ends no session; the next login has to obey', async () => {
    const { organization_id, member_id, member, session_token } = await world().loggedIn();
    const { client } = world();
    await client.organizations.update({
      organization_id,
      auth_methods: 'RESTRICTED',
      allowed_auth_methods: ['email_otp'],
    });
    const { member: same } = await client.organizations.members.get({ organization_id, member_id });
    expect(same.status).toBe('active');
    await client.sessions.authenticate({ session_token });
    const { email_address } = member;
    const byLink = client.magicLinks.email.loginOrSignup({ organization_id, email_address });
    await expect(refusal(byLink)).resolves.toBe('operation_restricted_by_organization_auth_methods');
    await client.otps.email.loginOrSignup({ organization_id, email_address });
    const code = await world().muster.mailbox.code(email_address);
    const answer = await client.otps.email.authenticate({ organization_id, email_address, code });
    expect(answer.member_authenticated).toBe(true);
  });

  it('a call that ends in an intermediate session drops duration and claims', async () => {
    const { client } = world();
    const { organization_id } = await world().organization({
      auth_methods: 'RESTRICTED',
      allowed_auth_methods: ['email_otp'],
    });
    const { email_address } = await world().member(organization_id);
    const gap = await client.discovery.intermediateSessions.exchange({
      intermediate_session_token: await world().prove(email_address),
      organization_id,
      session_duration_minutes: 500,
      session_custom_claims: { dropped: true },
    });
    expect(gap).toMatchObject({
      member_authenticated: false,
      primary_required: { allowed_auth_methods: ['email_otp'] },
    });
    await client.otps.email.loginOrSignup({ organization_id, email_address });
    const answer = await client.otps.email.authenticate({
      organization_id,
      email_address,
      code: await world().muster.mailbox.code(email_address),
      intermediate_session_token: gap.intermediate_session_token,
    });
    const { started_at, expires_at, custom_claims } = answer.member_session!;
    expect((Date.parse(expires_at) - Date.parse(started_at)) / 60_000).toBeCloseTo(60, 0);
    expect(custom_claims ?? {}).toEqual({});
    const factors = answer.member_session!.authentication_factors.map(({ type }) => type);
    expect(factors.toSorted()).toEqual(['email_otp', 'magic_link']);
  });

  it('primary comes before MFA, and an intermediate session returns as the same token', async () => {
    const { client } = world();
    const { organization_id } = await world().organization({ mfa_policy: 'REQUIRED_FOR_ALL' });
    const { email_address } = await world().member(organization_id);
    const intermediate_session_token = await world().prove(email_address);
    const answer = await client.discovery.intermediateSessions.exchange({
      intermediate_session_token,
      organization_id,
    });
    expect(answer).toMatchObject({
      member_authenticated: false,
      session_token: '',
      intermediate_session_token,
      mfa_required: { member_options: null, secondary_auth_initiated: null },
    });
    expect(answer.primary_required ?? null).toBeNull();
  });

  it('a session of another member that is passed along is ignored without an error', async () => {
    const { client, muster } = world();
    const stranger = await world().loggedIn();
    const { organization_id } = await world().organization();
    const { email_address, member_id } = await world().member(organization_id);
    await client.magicLinks.email.loginOrSignup({ organization_id, email_address });
    const answer = await client.magicLinks.authenticate({
      magic_links_token: await muster.mailbox.linkToken(email_address),
      session_token: stranger.session_token,
    });
    expect(answer.member_session).toMatchObject({ member_id, organization_id });
    expect(answer.member_session!.authentication_factors).toHaveLength(1);
  });

  it('a factor is added to the session that is passed along', async () => {
    const { client, muster } = world();
    const { organization_id, member, member_session, session_token } = await world().loggedIn();
    const { email_address } = member;
    await client.otps.email.loginOrSignup({ organization_id, email_address });
    const code = await muster.mailbox.code(email_address);
    const answer = await client.otps.email.authenticate({
      organization_id,
      email_address,
      code,
      session_token,
    });
    expect(answer.member_session!.member_session_id).toBe(member_session!.member_session_id);
    const factors = answer.member_session!.authentication_factors.map(({ type }) => type);
    expect(factors.toSorted()).toEqual(['email_otp', 'magic_link']);
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
