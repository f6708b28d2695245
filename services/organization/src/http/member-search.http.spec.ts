import { memberCalls, of } from '../../test/member-calls.ts';
import { OrganizationApp } from '../../test/organization-app.ts';

let app: OrganizationApp;
beforeAll(async () => {
  app = await OrganizationApp.start();
});
afterAll(() => app.stop());

const { newOrganization, newMember, errorOf } = memberCalls(() => app);

describe('searching members', () => {
  const search = async (organization_ids: readonly string[], ...operands: readonly object[]) => {
    const query = { operator: 'AND', operands };
    const { body } = await app.call('POST', '/b2b/organizations/members/search', { organization_ids, query });
    expect(body).toMatchObject({ status_code: 200 });
    return body.members.map(({ email_address }: { email_address: string }) => email_address).toSorted();
  };
  const by = (filter_name: string, filter_value: unknown) => ({ filter_name, filter_value });

  let acme: string;
  let ids: Record<string, string>;
  beforeAll(async () => {
    acme = await newOrganization();
    const ada = await newMember(acme, { external_id: 'crm-a', roles: ['stytch_admin'], is_breakglass: true });
    const ben = await newMember(acme, { email_address: 'ben@acme.test', mfa_phone_number: '+4915112345678' });
    const cleo = await newMember(acme, { email_address: 'cleo@home.test', create_member_as_pending: true });
    const dora = await newMember(acme, { email_address: 'dora@acme.test' });
    await app.call('DELETE', of(acme, `/members/${dora.member_id}`), {});
    ids = { ada: ada.member_id, ben: ben.member_id, cleo: cleo.member_id, dora: dora.member_id };
  });

  it('finds all who are not deleted where nothing is asked', async () => {
    expect(await search([acme])).toEqual(['ada@acme.test', 'ben@acme.test', 'cleo@home.test']);
    const { body } = await app.call('POST', '/b2b/organizations/members/search', {
      organization_ids: [acme],
    });
    expect(body.results_metadata).toEqual({ total: 3, next_cursor: null });
    expect(Object.keys(body.organizations)).toEqual([acme]);
  });

  it('finds by each filter', async () => {
    expect(await search([acme], by('member_ids', [ids.ada, ids.dora]))).toEqual(['ada@acme.test']);
    expect(await search([acme], by('member_ids', ['crm-a']))).toEqual(['ada@acme.test']);
    expect(await search([acme], by('member_emails', ['BEN@acme.test', 'no@no.test']))).toEqual([
      'ben@acme.test',
    ]);
    expect(await search([acme], by('member_email_fuzzy', '@HOME'))).toEqual(['cleo@home.test']);
    expect(await search([acme], by('member_is_breakglass', true))).toEqual(['ada@acme.test']);
    expect(await search([acme], by('statuses', ['deleted']))).toEqual(['dora@acme.test']);
    expect(await search([acme], by('member_roles', ['stytch_admin']))).toEqual(['ada@acme.test']);
    expect(await search([acme], by('member_password_exists', true))).toEqual([]);
    expect(await search([acme], by('member_password_exists', false))).toHaveLength(3);
    for (const name of ['member_mfa_phone_numbers', 'member_phone_numbers'])
      expect(await search([acme], by(name, ['+4915112345678']))).toEqual(['ben@acme.test']);
    for (const name of ['member_mfa_phone_number_fuzzy', 'member_phone_number_fuzzy'])
      expect(await search([acme], by(name, '1511'))).toEqual(['ben@acme.test']);
  });

  it('joins filters by AND, and stays within the organizations that are named', async () => {
    const globex = await newOrganization();
    await newMember(globex, { email_address: 'ben@acme.test' });
    expect(
      await search([acme], by('statuses', ['pending', 'active']), by('member_email_fuzzy', 'home')),
    ).toEqual(['cleo@home.test']);
    expect(await search([globex], by('member_ids', [ids.ben]))).toEqual([]);
    expect(await search([acme, globex], by('member_email_fuzzy', 'ben@'))).toHaveLength(2);
  });

  it('pages', async () => {
    const page = (cursor?: string) =>
      app.call('POST', '/b2b/organizations/members/search', { organization_ids: [acme], limit: 2, cursor });
    const first = await page();
    const second = await page(first.body.results_metadata.next_cursor);
    expect([first.body.members.length, second.body.members.length]).toEqual([2, 1]);
    expect(second.body.results_metadata).toEqual({ total: 3, next_cursor: null });
  });

  it('says what it does not understand', async () => {
    const error = async (operand: object) =>
      errorOf('POST', '/b2b/organizations/members/search', {
        organization_ids: [acme],
        query: { operator: 'AND', operands: [operand] },
      });
    const value = '/query/operands/0/filter_value';
    expect(await error(by('shoe_size', 42))).toEqual([
      400,
      'member_search_filter_name_not_recognized',
      '/query/operands/0/filter_name',
    ]);
    expect(await error(by('toString', 42))).toEqual([
      400,
      'member_search_filter_name_not_recognized',
      '/query/operands/0/filter_name',
    ]);
    expect(await error(by('member_emails', 'ada'))).toEqual([
      400,
      'member_search_expected_array_of_strings',
      value,
    ]);
    expect(await error(by('member_is_breakglass', 'yes'))).toEqual([
      400,
      'member_search_expected_boolean',
      value,
    ]);
    expect(await error(by('member_email_fuzzy', 'ad'))).toEqual([
      400,
      'member_search_member_email_fuzzy_too_short',
      value,
    ]);
    expect(await error(by('member_ids', [ids.ada, 'crm-a']))).toEqual([
      400,
      'member_search_cannot_mix_internal_and_external_member_ids',
      value,
    ]);
    const path = '/b2b/organizations/members/search';
    expect(await errorOf('POST', path, { organization_ids: [] })).toEqual([
      400,
      'member_search_organization_ids_empty',
      '/organization_ids',
    ]);
    expect(await errorOf('POST', path, { organization_ids: [acme], cursor: 'forged' })).toEqual([
      400,
      'invalid_cursor',
      '/cursor',
    ]);
    expect(await errorOf('POST', path, { organization_ids: ['nowhere'] })).toEqual([
      404,
      'organization_not_found',
      undefined,
    ]);
  });
});
