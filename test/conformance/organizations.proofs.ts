import { proves, refusal } from './proofs.ts';
import type { World } from './world.ts';

export const proveOrganizations = (world: () => World): void => {
  const organizations = () => world().client.organizations;
  const nowhere = 'organization-test-00000000-0000-4000-8000-00000000dead';

  proves('organizations.create', 'starts with the safe defaults; a slug is given once', async () => {
    const slug = world().unique('plain');
    const { organization } = await organizations().create({
      organization_name: 'Plain',
      organization_slug: slug,
    });
    expect(organization).toMatchObject({
      organization_id: expect.stringMatching(/^organization-test-[0-9a-f-]{36}$/),
      organization_name: 'Plain',
      organization_slug: slug,
      organization_logo_url: '',
      sso_jit_provisioning: 'ALL_ALLOWED',
      sso_jit_provisioning_allowed_connections: [],
      sso_active_connections: [],
      email_allowed_domains: [],
      email_jit_provisioning: 'NOT_ALLOWED',
      email_invites: 'ALL_ALLOWED',
      oauth_tenant_jit_provisioning: 'NOT_ALLOWED',
      auth_methods: 'ALL_ALLOWED',
      allowed_auth_methods: [],
      mfa_policy: 'OPTIONAL',
      mfa_methods: 'ALL_ALLOWED',
      allowed_mfa_methods: [],
      claimed_email_domains: [],
      rbac_email_implicit_role_assignments: [],
      custom_roles: [],
      trusted_metadata: {},
    });
    const { organization: stored } = await organizations().get({
      organization_id: organization.organization_id,
    });
    expect(stored).toEqual(organization);
    const again = organizations().create({ organization_name: 'Plain', organization_slug: slug });
    await expect(refusal(again)).resolves.toBe('organization_slug_already_used');
  });

  proves('organizations.get', 'finds by id, slug and external id; an unknown one is 404', async () => {
    const external = world().unique('crm');
    const created = await world().organization({ organization_external_id: external });
    for (const organization_id of [created.organization_id, created.organization_slug, external]) {
      const { organization } = await organizations().get({ organization_id });
      expect(organization).toEqual(created);
    }
    await expect(refusal(organizations().get({ organization_id: nowhere }))).resolves.toBe(
      'organization_not_found',
    );
  });

  proves('organizations.update', 'overwrites lists, merges metadata, keeps what it is not told', async () => {
    const { organization_id } = await world().organization({
      trusted_metadata: { plan: 'free', seats: 3 },
      allowed_auth_methods: ['magic_link', 'email_otp'],
      auth_methods: 'RESTRICTED',
    });
    const { organization: updated } = await organizations().update({
      organization_id,
      organization_name: 'Renamed',
      allowed_auth_methods: ['email_otp'],
      trusted_metadata: { plan: 'paid' },
    });
    const { organization } = await organizations().get({ organization_id });
    expect(organization).toEqual(updated);
    expect(organization).toMatchObject({
      organization_name: 'Renamed',
      auth_methods: 'RESTRICTED',
      allowed_auth_methods: ['email_otp'],
      trusted_metadata: { plan: 'paid', seats: 3 },
    });
    const emptied = organizations().update({ organization_id, allowed_auth_methods: [] });
    await expect(refusal(emptied)).resolves.toBe('allowed_auth_methods_required_for_restricted');
    const { organization: unchanged } = await organizations().get({ organization_id });
    expect(unchanged).toEqual(organization);
  });

  proves('organizations.delete', 'takes all members with it', async () => {
    const { organization_id } = await world().organization();
    const { member_id } = await world().member(organization_id);
    await expect(organizations().delete({ organization_id })).resolves.toMatchObject({ organization_id });
    await expect(refusal(organizations().get({ organization_id }))).resolves.toBe('organization_not_found');
    await expect(refusal(organizations().members.dangerouslyGet({ member_id }))).resolves.toBe(
      'member_not_found',
    );
    await expect(refusal(organizations().delete({ organization_id }))).resolves.toBe(
      'organization_not_found',
    );
  });

  proves(
    'organizations.search',
    'filters, pages by cursor, refuses a fuzzy filter of two letters',
    async () => {
      const word = world().unique('zebra');
      const created = [];
      for (const place of ['north', 'south', 'west'])
        created.push(await world().organization({ organization_slug: `${word}-${place}` }));
      const query = {
        operator: 'AND',
        operands: [{ filter_name: 'organization_slug_fuzzy' as const, filter_value: word }],
      };
      const first = await organizations().search({ limit: 2, query });
      expect(first.organizations).toHaveLength(2);
      expect(first.results_metadata.total).toBe(3);
      const second = await organizations().search({
        limit: 2,
        query,
        cursor: first.results_metadata.next_cursor!,
      });
      const found = [...first.organizations, ...second.organizations].map(
        ({ organization_id }) => organization_id,
      );
      expect(found.toSorted()).toEqual(created.map(({ organization_id }) => organization_id).toSorted());
      expect(second.results_metadata.next_cursor ?? null).toBeNull();

      const member = await world().member(created[1]!.organization_id);
      const byMember = await organizations().search({
        query: {
          operator: 'AND',
          operands: [{ filter_name: 'member_emails', filter_value: [member.email_address] }],
        },
      });
      expect(byMember.organizations.map(({ organization_id }) => organization_id)).toEqual([
        created[1]!.organization_id,
      ]);
      const tooShort = organizations().search({
        query: {
          operator: 'AND',
          operands: [{ filter_name: 'organization_name_fuzzy', filter_value: 'ze' }],
        },
      });
      await expect(refusal(tooShort)).resolves.toBe('invalid_search_query');
    },
  );

  proves('organizations.metrics', 'counts the members there are', async () => {
    const { organization_id } = await world().organization();
    await expect(organizations().metrics({ organization_id })).resolves.toMatchObject({ member_count: 0 });
    await world().member(organization_id);
    const second = await world().member(organization_id);
    await expect(organizations().metrics({ organization_id })).resolves.toMatchObject({ member_count: 2 });
    await organizations().members.delete({ organization_id, member_id: second.member_id });
    await expect(organizations().metrics({ organization_id })).resolves.toMatchObject({ member_count: 1 });
    await expect(refusal(organizations().metrics({ organization_id: nowhere }))).resolves.toBe(
      'organization_not_found',
    );
  });

  proves('organizations.deleteExternalId', 'frees the external id for another organization', async () => {
    const external = world().unique('erp');
    const first = await world().organization({ organization_external_id: external });
    const taken = organizations().create({
      organization_name: 'Second',
      organization_slug: world().unique('second'),
      organization_external_id: external,
    });
    await expect(refusal(taken)).resolves.toBe('organization_external_id_already_used');
    await organizations().deleteExternalId({ organization_id: first.organization_id });
    await expect(refusal(organizations().get({ organization_id: external }))).resolves.toBe(
      'organization_not_found',
    );
    const second = await world().organization({ organization_external_id: external });
    const { organization } = await organizations().get({ organization_id: external });
    expect(organization.organization_id).toBe(second.organization_id);
    await expect(refusal(organizations().deleteExternalId({ organization_id: nowhere }))).resolves.toBe(
      'organization_not_found',
    );
  });
};
