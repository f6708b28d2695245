import { ghost, memberCalls, of } from '../../test/member-calls.ts';
import { OrganizationApp } from '../../test/organization-app.ts';

let app: OrganizationApp;
beforeAll(async () => {
  app = await OrganizationApp.start();
});
afterAll(() => app.stop());

const { newOrganization, newMember, errorOf } = memberCalls(() => app);

describe('S13: a member of another organization', () => {
  it('is answered for exactly as one that does not exist', async () => {
    const [acme, globex] = [await newOrganization(), await newOrganization()];
    const { member_id: hank } = await newMember(globex, { email_address: 'hank@globex.test' });
    const calls = (memberId: string) =>
      [
        ['GET', of(acme, `/member?member_id=${memberId}`), undefined],
        ['PUT', of(acme, `/members/${memberId}`), { name: 'Mine' }],
        ['DELETE', of(acme, `/members/${memberId}`), {}],
        ['PUT', of(acme, `/members/${memberId}/reactivate`), {}],
        ['DELETE', of(acme, `/members/${memberId}/external_id`), {}],
        ['POST', of(acme, `/members/${memberId}/unlink_retired_email`), { email_id: 'e' }],
        ['POST', of(acme, `/members/${memberId}/start_email_update`), { email_address: 'a@b.test' }],
      ] as const;
    const answers = async (memberId: string) => {
      const all = [];
      for (const [method, path, sent] of calls(memberId)) {
        const { status, body } = await app.call(method, path, sent);
        all.push({ ...body, status, request_id: '', instance: '' });
      }
      return all;
    };
    const [foreign, absent] = [await answers(hank), await answers(ghost)];
    expect(foreign).toEqual(absent);
    expect(foreign.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404, 404, 404]);
    const { body } = await app.call('GET', of(globex, `/member?member_id=${hank}`));
    expect(body.member).toMatchObject({ name: '', status: 'active' });
  });
});

describe('a member session', () => {
  it('may do for each field what its roles say, for itself more than for others', async () => {
    const acme = await newOrganization();
    const [ada, ben] = [await newMember(acme), await newMember(acme, { email_address: 'ben@acme.test' })];
    const plain = app.asMember(acme, ada.member_id, 'stytch_member');
    const put = (memberId: string, body: object) =>
      errorOf('PUT', of(acme, `/members/${memberId}`), body, plain);
    expect((await put(ada.member_id, { name: 'Ada', untrusted_metadata: { a: 1 } }))[0]).toBe(200);
    expect(await put(ben.member_id, { name: 'Bob' })).toEqual([
      403,
      'session_authorization_error',
      undefined,
    ]);
    expect(await put(ben.member_id, {})).toEqual([403, 'session_authorization_error', undefined]);
    for (const field of [{ is_breakglass: true }, { roles: ['stytch_admin'] }])
      expect((await put(ada.member_id, field))[1]).toBe('session_authorization_error');
    expect(await put(ada.member_id, { external_id: 'mine' })).toEqual([
      403,
      'session_authorization_error',
      '/external_id',
    ]);
    expect(await put(ada.member_id, { trusted_metadata: {} })).toEqual([
      403,
      'trusted_metadata_not_allowed',
      '/trusted_metadata',
    ]);
  });

  it('never writes its own address, not even an administrator’s', async () => {
    const acme = await newOrganization();
    const boss = await newMember(acme, { roles: ['stytch_admin'] });
    const ben = await newMember(acme, { email_address: 'ben@acme.test' });
    const admin = app.asMember(acme, boss.member_id, 'stytch_member', 'stytch_admin');
    const move = (memberId: string) =>
      errorOf('PUT', of(acme, `/members/${memberId}`), { email_address: 'x@acme.test' }, admin);
    expect(await move(boss.member_id)).toEqual([
      403,
      'member_cannot_update_their_email_address',
      '/email_address',
    ]);
    expect((await move(ben.member_id))[0]).toBe(200);
  });

  it('I15: creates nobody more powerful than itself', async () => {
    const acme = await newOrganization();
    const recruiter = app.as(acme, 'stytch_member', 'recruiter');
    const create = (body: object) =>
      errorOf('POST', of(acme, '/members'), { email_address: 'eve@acme.test', ...body }, recruiter);
    expect((await create({ roles: ['stytch_admin'] }))[1]).toBe('session_authorization_error');
    expect((await create({ is_breakglass: true }))[1]).toBe('session_authorization_error');
    expect((await create({ trusted_metadata: {} }))[1]).toBe('trusted_metadata_not_allowed');
    expect((await create({ name: 'Eve', roles: ['recruiter'] }))[0]).toBe(200);
  });

  it('I14: creates, searches and reactivates only with the right to', async () => {
    const acme = await newOrganization();
    const plain = app.as(acme, 'stytch_member');
    const refused = [403, 'session_authorization_error', undefined];
    expect(await errorOf('POST', of(acme, '/members'), { email_address: 'e@a.test' }, plain)).toEqual(
      refused,
    );
    expect(await errorOf('PUT', of(acme, `/members/${ghost}/reactivate`), {}, plain)).toEqual(refused);
    expect(await errorOf('DELETE', of(acme, `/members/${ghost}`), {}, plain)).toEqual(refused);
    const search = { organization_ids: [acme] };
    expect(await errorOf('POST', '/b2b/organizations/members/search', search, plain)).toEqual(refused);
  });

  it('R7: the last steward may leave neither way; with another one, they may', async () => {
    const acme = await newOrganization();
    const boss = await newMember(acme, { roles: ['stytch_admin'] });
    const headers = app.asMember(acme, boss.member_id, 'stytch_member', 'stytch_admin');
    const path = of(acme, `/members/${boss.member_id}`);
    const refused = [400, 'cannot_remove_last_steward', undefined];
    expect(await errorOf('DELETE', path, {}, headers)).toEqual(refused);
    expect(await errorOf('PUT', path, { roles: [] }, headers)).toEqual(refused);
    await newMember(acme, { email_address: 'ben@acme.test', roles: ['stytch_admin'] });
    expect((await errorOf('DELETE', path, {}, headers))[0]).toBe(200);
  });

  it('R20: learns of no other organization whether it exists, by whatever name', async () => {
    const acme = await newOrganization();
    const globex = await newOrganization({ organization_slug: 'globex-hidden' });
    const { member_id: hank } = await newMember(globex, { email_address: 'hank@globex.test' });
    const admin = app.as(acme, 'stytch_member', 'stytch_admin');
    for (const organization of [globex, 'globex-hidden', 'no-such-slug', 'organization-test-nowhere']) {
      expect(await errorOf('PUT', of(organization, `/members/${hank}`), { name: 'x' }, admin)).toEqual([
        403,
        'session_authorization_tenancy_error',
        undefined,
      ]);
      const search = { organization_ids: [organization] };
      expect(await errorOf('POST', '/b2b/organizations/members/search', search, admin)).toEqual([
        403,
        'session_authorization_tenancy_error',
        undefined,
      ]);
    }
  });
});
