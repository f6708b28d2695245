import { ghost, memberCalls, of } from '../../test/member-calls.ts';
import { OrganizationApp } from '../../test/organization-app.ts';

let app: OrganizationApp;
beforeAll(async () => {
  app = await OrganizationApp.start();
});
afterAll(() => app.stop());

const { newOrganization, newMember, errorOf } = memberCalls(() => app);
const erase = (organization: string, member: string) =>
  app.call('POST', of(organization, `/members/${member}/erase`), {});

describe('erasing a member over HTTP', () => {
  it('R54: answers when the person is unreadable, and the same again', async () => {
    const acme = await newOrganization();
    const { member_id } = await newMember(acme, { name: 'Ada' });
    for (let time = 1; time <= 2; time++) {
      const { status, body } = await erase(acme, member_id);
      expect([status, body]).toEqual([200, expect.objectContaining({ member_id, erasure: 'complete' })]);
    }
    const { body } = await app.call(
      'GET',
      `/b2b/organizations/members/dangerously_get/${member_id}?include_deleted=true`,
    );
    expect(body.member).toMatchObject({ status: 'deleted', email_address: '', name: '', roles: [] });
    expect(await errorOf('GET', of(acme, `/member?member_id=${member_id}`))).toEqual([
      404,
      'member_not_found',
      undefined,
    ]);
  });

  it('R54: takes an external id, and frees it', async () => {
    const acme = await newOrganization();
    const { member_id } = await newMember(acme, { external_id: 'crm-7' });
    expect((await erase(acme, 'crm-7')).body).toMatchObject({ member_id, erasure: 'complete' });
    const { member_id: again } = await newMember(acme, { external_id: 'crm-7' });
    expect(again).not.toBe(member_id);
  });

  it('R54: follows a deletion, also where the whole organization was deleted', async () => {
    const acme = await newOrganization();
    const [ada, ben] = [await newMember(acme), await newMember(acme, { email_address: 'ben@acme.test' })];
    await app.call('DELETE', of(acme, `/members/${ada.member_id}`), {});
    expect((await erase(acme, ada.member_id)).body).toMatchObject({ erasure: 'complete' });
    await app.call('DELETE', of(acme, ''), {});
    expect((await erase(acme, ben.member_id)).body).toMatchObject({ erasure: 'complete' });
  });

  it('S13: a member of another organization is answered for exactly as one that does not exist', async () => {
    const [acme, globex] = [await newOrganization(), await newOrganization()];
    const { member_id: hank } = await newMember(globex, { email_address: 'hank@globex.test' });
    const answers = [];
    for (const memberId of [hank, ghost]) {
      const { status, body } = await erase(acme, memberId);
      answers.push({ ...body, status, request_id: '', instance: '' });
    }
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]).toMatchObject({ status: 404, error_type: 'member_not_found' });
    const { body } = await app.call('GET', of(globex, `/member?member_id=${hank}`));
    expect(body.member).toMatchObject({ email_address: 'hank@globex.test', status: 'active' });
  });

  it('attack: no member session erases anybody: not itself, not others, not from elsewhere', async () => {
    const [acme, globex] = [await newOrganization(), await newOrganization()];
    const { member_id: ada } = await newMember(acme, { roles: ['stytch_admin'] });
    const { member_id: ben } = await newMember(acme, { email_address: 'ben@acme.test' });
    const { member_id: eve } = await newMember(globex, { roles: ['stytch_admin'] });
    const path = (member: string) => of(acme, `/members/${member}/erase`);
    const own = app.asMember(acme, ada, 'stytch_member', 'stytch_admin');
    const foreign = app.asMember(globex, eve, 'stytch_member', 'stytch_admin');
    for (const session of [own, foreign])
      for (const target of [ada, ben]) {
        const [status, type] = await errorOf('POST', path(target), {}, session);
        expect([status, type]).toEqual([400, 'member_session_not_supported']);
      }
    const { body } = await app.call('GET', of(acme, `/member?member_id=${ada}`));
    expect(body.member).toMatchObject({ status: 'active', email_address: 'ada@acme.test' });
  });
});
