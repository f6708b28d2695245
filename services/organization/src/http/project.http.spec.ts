import { routes } from '@muster/contracts';
import { OrganizationApp } from '../../test/organization-app.ts';
import { projectId } from '../../test/world.ts';

let app: OrganizationApp;
beforeAll(async () => {
  app = await OrganizationApp.start();
});
afterAll(() => app.stop());

const newOrganization = async (organization_slug: string): Promise<string> => {
  const body = { organization_name: organization_slug, organization_slug };
  const answer = await app.call('POST', '/b2b/organizations', body);
  return answer.body.organization.organization_id;
};
const newMember = (organizationId: string, email_address: string) =>
  app.call('POST', `/b2b/organizations/${organizationId}/members`, { email_address });

const search = (body: object = {}) => app.call('POST', '/b2b/organizations/search', body);

describe('the routes of the service', () => {
  const own = routes.filter(({ service }) => service === 'organization');

  it.each(own.map(({ method, path }) => [method, path] as const))(
    'I14: %s %s has a handler',
    (method, path) => expect(app.serves(method, path)).toBe(true),
  );

  it.each(['/b2b/rbac/policy', '/projects/metrics', '/debug/whoami', '/b2b/organizations/x'])(
    'I14: %s is for nobody without the secret',
    async (path) => {
      const { status, body } = await app.call('GET', path, undefined, { authorization: '' });
      expect([status, body.error_type]).toEqual([401, 'unauthorized_credentials']);
    },
  );
});

describe('the project', () => {
  it('is named', async () =>
    expect((await app.call('GET', '/debug/whoami')).body).toMatchObject({
      project_id: projectId,
      name: 'Test',
    }));

  it('counts organizations and members, all and of one organization', async () => {
    const counted = async () => {
      const { body } = await app.call('GET', '/projects/metrics');
      const counts = body.metrics as { metric_type: string; count: number }[];
      return Object.fromEntries(counts.map(({ metric_type, count }) => [metric_type, count]));
    };
    const before = await counted();
    const organizationId = await newOrganization('counted');
    await newMember(organizationId, 'ada@counted.test');
    await newMember(organizationId, 'ben@counted.test');
    expect(await counted()).toEqual({
      ORGANIZATION_COUNT: before['ORGANIZATION_COUNT']! + 1,
      MEMBER_COUNT: before['MEMBER_COUNT']! + 2,
    });
    const { body } = await app.call('GET', '/b2b/organizations/counted/metrics');
    expect(body.member_count).toBe(2);
  });

  it('has one role policy; organizations have no roles of their own', async () => {
    const { policy } = (await app.call('GET', '/b2b/rbac/policy')).body;
    const roles = policy.roles.map(({ role_id }: { role_id: string }) => role_id);
    expect(roles).toEqual(expect.arrayContaining(['stytch_member', 'stytch_admin', 'editor']));
    const organizationId = await newOrganization('roleless');
    const { body } = await app.call('GET', `/b2b/rbac/organizations/${organizationId}`);
    expect(body.org_policy).toEqual({ roles: [] });
    expect((await app.call('GET', '/b2b/rbac/organizations/nowhere')).body.error_type).toBe(
      'organization_not_found',
    );
  });
});

describe('searching over HTTP', () => {
  it('finds by members and pages by cursor', async () => {
    const first = await newOrganization('paged-1');
    const second = await newOrganization('paged-2');
    await newMember(second, 'Eve@Paged.test');
    const slug = { filter_name: 'organization_slug_fuzzy', filter_value: 'paged' };
    const query = { operator: 'AND', operands: [slug] };
    const page = await search({ query, limit: 1 });
    expect(page.body.results_metadata.total).toBe(2);
    const { next_cursor: cursor } = page.body.results_metadata;
    const next = await search({ query, limit: 1, cursor });
    const found = [...page.body.organizations, ...next.body.organizations];
    expect(found.map(({ organization_id }) => organization_id)).toEqual([first, second]);
    expect(next.body.results_metadata.next_cursor).toBeNull();

    for (const operand of [
      { filter_name: 'member_emails', filter_value: ['eve@paged.test'] },
      { filter_name: 'member_email_fuzzy', filter_value: 'EVE@PAGED' },
    ]) {
      const { body } = await search({ query: { operator: 'AND', operands: [operand] } });
      expect(body.organizations).toMatchObject([{ organization_id: second }]);
    }
  });

  it('R53: finds what was written just now, and nothing of what was deleted just now', async () => {
    const organizationId = await newOrganization('fleeting');
    const operands = [{ filter_name: 'organization_slugs', filter_value: ['fleeting'] }];
    const query = { operator: 'AND', operands };
    expect((await search({ query })).body.organizations).toHaveLength(1);
    await app.call('DELETE', `/b2b/organizations/${organizationId}`);
    expect((await search({ query })).body.organizations).toEqual([]);
  });

  it.each([
    [{ limit: 0 }, 'bad_request'],
    [{ limit: 1001 }, 'bad_request'],
    [{ limit: '10' }, 'bad_request'],
    [{ cursor: 'made-up' }, 'invalid_cursor'],
    [{ query: { operator: 'XOR', operands: [] } }, 'bad_request'],
    [{ query: { operator: 'AND', operands: [{ filter_value: 'x' }] } }, 'bad_request'],
    [{ query: { operator: 'AND', operands: [null] } }, 'bad_request'],
    [
      {
        query: {
          operator: 'AND',
          operands: [{ filter_name: 'organization_name_fuzzy', filter_value: 'ze' }],
        },
      },
      'invalid_search_query',
    ],
    [
      {
        query: { operator: 'AND', operands: [{ filter_name: 'organization_ids', filter_value: { $ne: 1 } }] },
      },
      'invalid_search_query',
    ],
  ])('refuses %j', async (body, error) => expect((await search(body)).body.error_type).toBe(error));
});
