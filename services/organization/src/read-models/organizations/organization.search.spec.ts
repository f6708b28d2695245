import { newWorld, projectId, refusal, type World } from '../../../test/world.ts';
import type { SearchOperand } from './organization-search.query.ts';
import { OrganizationSearch } from './organization.search.ts';

let world: World;
let ids: Readonly<Record<string, string>>;

/** Stands for the members view: who has members with which addresses. */
const members = {
  organizationsWithEmail: async (addresses: readonly string[]) =>
    addresses.includes('ada@north.test') ? [ids['north']!] : [],
  organizationsWithEmailLike: async (text: string) => (text === 'ada@' ? [ids['north']!, ids['south']!] : []),
};

beforeAll(async () => {
  world = newWorld();
  world.start();
  ids = {
    north: await world.newOrganization('Zebra-North', { email_allowed_domains: ['north.test'] }),
    south: await world.newOrganization('zebra-south', {
      email_allowed_domains: ['south.test', 'north.test'],
    }),
    west: await world.newOrganization('lion-west'),
  };
});
afterAll(() => world.stop());

const search = (
  operands: readonly SearchOperand[],
  query: { operator?: 'AND' | 'OR'; limit?: number; cursor?: string } = {},
) =>
  new OrganizationSearch(world.organizationView, members, projectId).search({
    operator: 'AND',
    limit: 100,
    operands,
    ...query,
  });

const namesOf = async (...[operands, query]: Parameters<typeof search>) => {
  const { organizations } = await search(operands, query);
  return organizations.map(({ organizationId }) =>
    Object.keys(ids).find((name) => ids[name] === organizationId),
  );
};

const operand = (filter_name: string, filter_value: unknown): SearchOperand => ({
  filter_name,
  filter_value,
});

describe('searching organizations', () => {
  it('without filters gives all', async () => expect(await namesOf([])).toEqual(['north', 'south', 'west']));

  it.each([
    ['organization_slugs', ['ZEBRA-north', 'lion-west'], ['north', 'west']],
    ['organization_name_fuzzy', 'zEbRa', ['north', 'south']],
    ['organization_slug_fuzzy', 'EBR', ['north', 'south']],
    ['member_emails', ['Ada@North.test'], ['north']],
    ['member_emails', ['not an address'], []],
    ['member_email_fuzzy', 'ada@', ['north', 'south']],
    ['allowed_domains', ['South.test'], ['south']],
    ['allowed_domain_fuzzy', 'orth', ['north', 'south']],
    ['claimed_email_domains', ['north.test'], []],
    ['has_active_sso_connection', true, []],
    ['has_active_sso_connection', false, ['north', 'south', 'west']],
    ['sso_connection_id', 'saml-connection-test-1', []],
  ])('%s: %j', async (filter, value, expected) =>
    expect(await namesOf([operand(filter, value)])).toEqual(expected),
  );

  it('finds by id', async () =>
    expect(await namesOf([operand('organization_ids', [ids['west']])])).toEqual(['west']));

  it('joins filters by AND, or by OR where that is asked', async () => {
    const both = [operand('allowed_domains', ['south.test']), operand('organization_slug_fuzzy', 'zebra')];
    expect(await namesOf(both)).toEqual(['south']);
    const either = [operand('allowed_domains', ['south.test']), operand('organization_slugs', ['lion-west'])];
    expect(await namesOf(either)).toEqual([]);
    expect(await namesOf(either, { operator: 'OR' })).toEqual(['south', 'west']);
    expect((await search(either, { operator: 'OR' })).total).toBe(-1);
  });

  it('pages by cursor, by AND and by OR, each organization once', async () => {
    const either = [
      operand('organization_name_fuzzy', 'zebra'),
      operand('organization_slug_fuzzy', 'south'),
      operand('organization_slug_fuzzy', 'west'),
    ];
    for (const [operator, operands] of [
      ['AND', []],
      ['OR', either],
    ] as const) {
      const first = await search(operands, { operator, limit: 2 });
      const second = await search(operands, { operator, limit: 2, cursor: first.nextCursor! });
      const found = [...first.organizations, ...second.organizations];
      expect(found.map(({ organizationId }) => organizationId)).toEqual(Object.values(ids));
      expect(second.nextCursor).toBeNull();
    }
    expect((await search([], { limit: 2 })).total).toBe(3);
    expect((await search([], { limit: 3 })).nextCursor).toBeNull();
  });

  it.each([
    operand('organization_name_fuzzy', 'ze'),
    operand('organization_name_fuzzy', ['zebra']),
    operand('organization_slugs', 'zebra'),
    operand('organization_slugs', []),
    operand('organization_slugs', [7]),
    operand('has_active_sso_connection', 'true'),
    operand('member_is_breakglass', true),
    operand('constructor', 'zebra'),
  ])('refuses %j', async (filter) => expect(await refusal(search([filter]))).toBe('invalid_search_query'));

  it('refuses a cursor it did not give', async () => {
    for (const cursor of ['x', Buffer.from('member-test-1').toString('base64url')])
      expect(await refusal(search([], { cursor }))).toBe('invalid_cursor');
  });

  it('R33: names who admits by a domain, for discovery', async () => {
    const organizationSearch = new OrganizationSearch(world.organizationView, members, projectId);
    expect(await organizationSearch.admittingByDomain('north.test')).toEqual([]);
    const open = { email_jit_provisioning: 'RESTRICTED' } as const;
    await world.organizationService.update(ids['south']!, open, world.command({ update: 'south' }));
    expect(await organizationSearch.admittingByDomain('north.test')).toEqual([ids['south']]);
  });
});
