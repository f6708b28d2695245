import { ghost, memberCalls, of } from '../../test/member-calls.ts';
import { OrganizationApp } from '../../test/organization-app.ts';

let app: OrganizationApp;
beforeAll(async () => {
  app = await OrganizationApp.start();
});
afterAll(() => app.stop());

const { newOrganization, newMember, errorOf } = memberCalls(() => app);

describe('creating and getting a member', () => {
  it('answers with the whole member, and the organization', async () => {
    const acme = await newOrganization();
    const { status, body } = await app.call('POST', of(acme, '/members'), {
      email_address: 'Ada@ACME.test',
    });
    expect(status).toBe(200);
    expect(body.organization.organization_id).toBe(acme);
    expect(body.member_id).toBe(body.member.member_id);
    expect(body.member).toEqual({
      organization_id: acme,
      member_id: expect.stringMatching(/^member-test-[0-9a-f-]{36}$/),
      external_id: null,
      email_address: 'ada@acme.test',
      email_address_verified: false,
      retired_email_addresses: [],
      status: 'active',
      name: '',
      is_breakglass: false,
      is_admin: false,
      roles: [{ role_id: 'stytch_member', sources: [{ type: 'direct_assignment', details: {} }] }],
      mfa_enrolled: false,
      mfa_phone_number: '',
      mfa_phone_number_verified: false,
      default_mfa_method: '',
      totp_registration_id: '',
      member_password_id: '',
      sso_registrations: [],
      oauth_registrations: [],
      scim_registration: null,
      is_locked: false,
      lock_created_at: null,
      lock_expires_at: null,
      trusted_metadata: {},
      untrusted_metadata: {},
      created_at: expect.stringMatching(/Z$/),
      updated_at: body.member.created_at,
    });
  });

  it('keeps everything that is given', async () => {
    const acme = await newOrganization();
    const given = {
      name: 'Ada Lovelace',
      trusted_metadata: { plan: 'gold', nested: { list: [1, null] } },
      untrusted_metadata: { theme: 'dark' },
      is_breakglass: true,
      mfa_phone_number: '+4915112345678',
      mfa_enrolled: true,
      external_id: 'crm|7',
    };
    const member = await newMember(acme, { ...given, roles: ['stytch_admin', 'editor'] });
    expect(member).toMatchObject({ ...given, is_admin: true });
    expect(member.roles.map(({ role_id }: { role_id: string }) => role_id)).toEqual([
      'stytch_member',
      'stytch_admin',
      'editor',
    ]);
  });

  it('finds by member id, external id and address, in the organization by id or slug', async () => {
    const acme = await newOrganization({ organization_slug: 'findable' });
    const { member_id } = await newMember(acme, { external_id: 'crm-7' });
    for (const organization of [acme, 'findable'])
      for (const query of [`member_id=${member_id}`, 'member_id=crm-7', 'email_address=ADA%40acme.test']) {
        const { body } = await app.call('GET', of(organization, `/member?${query}`));
        expect(body).toMatchObject({ status_code: 200, member_id });
      }
    expect(await errorOf('GET', of(acme, '/member'))).toEqual([400, 'invalid_member_get_fields', undefined]);
  });

  it('may be pending', async () => {
    const acme = await newOrganization();
    const member = await newMember(acme, { create_member_as_pending: true, roles: ['stytch_admin'] });
    expect(member).toMatchObject({ status: 'pending', roles: [], is_admin: false });
  });

  it('points to what is wrong, and stores nothing', async () => {
    const acme = await newOrganization();
    const create = (body: object) =>
      errorOf('POST', of(acme, '/members'), { email_address: 'a@acme.test', ...body });
    expect(await create({ email_address: 'nobody' })).toEqual([400, 'invalid_email', '/email_address']);
    expect(await create({ roles: ['editor', 'ghost'] })).toEqual([400, 'invalid_role', '/roles/1']);
    expect(await create({ roles: ['stytch_member'] })).toEqual([
      400,
      'cannot_assign_default_rbac_role_id',
      '/roles/0',
    ]);
    expect(await create({ mfa_phone_number: '0151' })).toEqual([
      400,
      'invalid_phone_number',
      '/mfa_phone_number',
    ]);
    expect(await create({ external_id: 'member-7' })).toEqual([
      400,
      'invalid_member_external_id',
      '/external_id',
    ]);
    expect(await create({ roles: 'editor' })).toEqual([400, 'bad_request', undefined]);
    expect(await errorOf('POST', of(acme, '/members'), {})).toEqual([400, 'bad_request', undefined]);
    await newMember(acme, { email_address: 'a@acme.test' });
    expect(await create({})).toEqual([400, 'duplicate_member_email', '/email_address']);
  });

  it('E5: the same idempotency key makes one member; with another body it is refused', async () => {
    const acme = await newOrganization();
    const create = (email_address: string) =>
      app.call('POST', of(acme, '/members'), { email_address }, { 'idempotency-key': `create-${acme}` });
    const [first, second] = [await create('ada@acme.test'), await create('ada@acme.test')];
    expect(second.body.member_id).toBe(first.body.member_id);
    expect((await create('ben@acme.test')).body.error_type).toBe('idempotency_key_reused');
  });
});

describe('updating, deleting and reactivating', () => {
  it('changes what is said and leaves the rest', async () => {
    const acme = await newOrganization();
    const { member_id } = await newMember(acme, {
      untrusted_metadata: { theme: 'dark', old: 1 },
      roles: ['editor'],
    });
    const { body } = await app.call('PUT', of(acme, `/members/${member_id}`), {
      name: 'Ada',
      untrusted_metadata: { old: null, new: 2 },
      mfa_phone_number: '+4915112345678',
      default_mfa_method: 'sms_otp',
      preserve_existing_sessions: true,
    });
    expect(body.member).toMatchObject({
      name: 'Ada',
      untrusted_metadata: { theme: 'dark', new: 2 },
      mfa_phone_number: '+4915112345678',
      default_mfa_method: 'sms_otp',
    });
    expect(body.member.roles).toHaveLength(2);
  });

  it('changes all of it or nothing', async () => {
    const acme = await newOrganization();
    const { member_id } = await newMember(acme);
    const path = of(acme, `/members/${member_id}`);
    expect(await errorOf('PUT', path, { name: 'Ada', default_mfa_method: 'totp' })).toEqual([
      400,
      'default_mfa_member_missing_factor',
      '/default_mfa_method',
    ]);
    expect((await app.call('PUT', path, {})).body.member.name).toBe('');
  });

  it('retires the former address, or unlinks it where that is asked for', async () => {
    const acme = await newOrganization();
    const { member_id } = await newMember(acme);
    const path = of(acme, `/members/${member_id}`);
    const { body } = await app.call('PUT', path, { email_address: 'ada@b.test' });
    expect(body.member.retired_email_addresses).toEqual([
      { email_id: expect.stringMatching(/^member-email-test-/), email_address: 'ada@acme.test' },
    ]);
    const again = await app.call('PUT', path, { email_address: 'ada@c.test', unlink_email: true });
    expect(again.body.member.retired_email_addresses).toHaveLength(1);

    const [retired] = body.member.retired_email_addresses;
    const unlink = `${path}/unlink_retired_email`;
    const mismatch = { email_id: retired.email_id, email_address: 'ada@b.test' };
    expect(await errorOf('POST', unlink, mismatch)).toEqual([404, 'retired_email_not_found', undefined]);
    const freed = await app.call('POST', unlink, { email_id: retired.email_id });
    expect(freed.body).toMatchObject({ organization_id: acme, member: { retired_email_addresses: [] } });
  });

  it('deletes, and answers as if there had been nobody', async () => {
    const acme = await newOrganization();
    const { member_id } = await newMember(acme, { external_id: 'crm-7' });
    const { body } = await app.call('DELETE', of(acme, '/members/crm-7'), {});
    expect(body).toMatchObject({ status_code: 200, member_id });
    expect(await errorOf('DELETE', of(acme, `/members/${member_id}`), {})).toEqual([
      404,
      'member_not_found',
      undefined,
    ]);
    expect(await errorOf('PUT', of(acme, `/members/${member_id}/reactivate`), {})).toEqual([
      400,
      'email_unverified_for_reactivation',
      undefined,
    ]);
  });

  it('dangerously gets without an organization; the deleted only where that is asked for', async () => {
    const acme = await newOrganization();
    const { member_id } = await newMember(acme);
    const path = `/b2b/organizations/members/dangerously_get/${member_id}`;
    expect((await app.call('GET', path)).body).toMatchObject({ status_code: 200, member_id });
    await app.call('DELETE', of(acme, `/members/${member_id}`), {});
    expect(await errorOf('GET', path)).toEqual([404, 'member_not_found', undefined]);
    const { body } = await app.call('GET', `${path}?include_deleted=true`);
    expect(body.member).toMatchObject({ status: 'deleted', roles: [] });
    await app.call('DELETE', of(acme, ''), {});
    expect(await errorOf('GET', `${path}?include_deleted=true`)).toEqual([
      404,
      'member_not_found',
      undefined,
    ]);
    const absent = `/b2b/organizations/members/dangerously_get/${ghost}`;
    expect(await errorOf('GET', absent)).toEqual([404, 'member_not_found', undefined]);
  });

  it('removes an external id', async () => {
    const acme = await newOrganization();
    await newMember(acme, { external_id: 'crm-7' });
    const { body } = await app.call('DELETE', of(acme, '/members/crm-7/external_id'), {});
    expect(body.member.external_id).toBeNull();
  });

  it('starts an e-mail update only for who has proven an address', async () => {
    const acme = await newOrganization();
    const { member_id } = await newMember(acme);
    const path = of(acme, `/members/${member_id}/start_email_update`);
    expect(await errorOf('POST', path, { email_address: 'ada@b.test' })).toEqual([
      400,
      'member_has_no_active_verified_email',
      undefined,
    ]);
    expect(await errorOf('POST', path, { email_address: 'ada@b.test', delivery_method: 'PIGEON' })).toEqual([
      400,
      'bad_request',
      undefined,
    ]);
  });
});
