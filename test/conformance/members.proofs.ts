import { proves, refusal } from './proofs.ts';
import type { World } from './world.ts';

const nobody = 'member-test-00000000-0000-4000-8000-00000000dead';

export const proveMembers = (world: () => World): void => {
  const members = () => world().client.organizations.members;

  proves('organizations.members.create', 'makes an active member whose address is not proven', async () => {
    const { organization_id } = await world().organization();
    const email_address = world().address('grace');
    const { member, organization } = await members().create({
      organization_id,
      email_address,
      name: 'Grace',
      external_id: 'g-1',
      roles: ['stytch_admin'],
      untrusted_metadata: { theme: 'dark' },
    });
    expect(member).toMatchObject({
      organization_id,
      member_id: expect.stringMatching(/^member-test-[0-9a-f-]{36}$/),
      email_address,
      email_address_verified: false,
      status: 'active',
      name: 'Grace',
      external_id: 'g-1',
      is_admin: true,
      is_breakglass: false,
      is_locked: false,
      mfa_enrolled: false,
      mfa_phone_number: '',
      totp_registration_id: '',
      member_password_id: '',
      default_mfa_method: '',
      retired_email_addresses: [],
      sso_registrations: [],
      oauth_registrations: [],
      trusted_metadata: {},
      untrusted_metadata: { theme: 'dark' },
    });
    expect(member.roles.map(({ role_id }) => role_id).toSorted()).toEqual(['stytch_admin', 'stytch_member']);
    expect(organization.organization_id).toBe(organization_id);
    const { member: stored } = await members().get({ organization_id, email_address });
    expect(stored).toEqual(member);
    await expect(refusal(members().create({ organization_id, email_address }))).resolves.toBe(
      'duplicate_member_email',
    );
  });

  proves('organizations.members.get', 'finds by id, external id and address in any case', async () => {
    const { organization_id } = await world().organization();
    const member = await world().member(organization_id, { external_id: 'hr|7' });
    for (const locator of [
      { member_id: member.member_id },
      { member_id: 'hr|7' },
      { email_address: member.email_address.toUpperCase() },
    ]) {
      const answer = await members().get({ organization_id, ...locator });
      expect(answer.member).toEqual(member);
    }
    await expect(refusal(members().get({ organization_id, member_id: nobody }))).resolves.toBe(
      'member_not_found',
    );
  });

  proves('organizations.members.update', 'merges metadata, retires the address it replaces', async () => {
    const { organization_id } = await world().organization();
    const first = world().address('old');
    const second = world().address('new');
    const { member_id } = await world().member(organization_id, {
      email_address: first,
      untrusted_metadata: { theme: 'dark', size: { w: 1, h: 2 } },
    });
    await members().update({
      organization_id,
      member_id,
      name: 'Renamed',
      email_address: second,
      untrusted_metadata: { theme: null, size: { w: 3 } },
    });
    const { member } = await members().get({ organization_id, member_id });
    expect(member).toMatchObject({
      name: 'Renamed',
      email_address: second,
      email_address_verified: false,
      retired_email_addresses: [{ email_address: first }],
    });
    expect(member.untrusted_metadata).toEqual({ size: { w: 3 } });
    const other = await world().member(organization_id);
    const take = (email_address: string) =>
      refusal(members().update({ organization_id, member_id: other.member_id, email_address }));
    await expect(take(second)).resolves.toBe('duplicate_member_email');
    await expect(take(first)).resolves.toBe('retired_member_email');
    await members().update({ organization_id, member_id, email_address: first });
    const { member: back } = await members().get({ organization_id, member_id });
    expect(back.email_address).toBe(first);
  });

  proves('organizations.members.delete', 'ends the membership and its sessions', async () => {
    const { organization_id, member_id, session_token } = await world().loggedIn();
    await expect(members().delete({ organization_id, member_id })).resolves.toMatchObject({ member_id });
    await expect(refusal(members().get({ organization_id, member_id }))).resolves.toBe('member_not_found');
    const { member } = await members().dangerouslyGet({ member_id, include_deleted: true });
    expect(member.status).toBe('deleted');
    await expect(refusal(world().client.sessions.authenticate({ session_token }))).resolves.toBe(
      'session_not_found',
    );
    await expect(refusal(members().delete({ organization_id, member_id: nobody }))).resolves.toBe(
      'member_not_found',
    );
  });

  proves('organizations.members.reactivate', 'restores the address, no role given by hand', async () => {
    const { organization_id, member_id, member } = await world().loggedIn({ roles: ['stytch_admin'] });
    await members().delete({ organization_id, member_id });
    await members().reactivate({ organization_id, member_id });
    const { member: again } = await members().get({ organization_id, member_id });
    expect(again).toMatchObject({
      status: 'active',
      email_address: member.email_address,
      email_address_verified: true,
      is_admin: false,
    });
    expect(again.roles.map(({ role_id }) => role_id)).toEqual(['stytch_member']);
    await expect(refusal(members().reactivate({ organization_id, member_id }))).resolves.toBe(
      'no_deleted_member_found_for_reactivation',
    );
    const unproven = await world().member(organization_id);
    await members().delete({ organization_id, member_id: unproven.member_id });
    const revive = members().reactivate({ organization_id, member_id: unproven.member_id });
    await expect(refusal(revive)).resolves.toBe('email_unverified_for_reactivation');
  });

  proves(
    'organizations.members.search',
    'lists all who are not deleted, in named organizations',
    async () => {
      const { organization_id } = await world().organization();
      const elsewhere = await world().organization();
      await world().member(elsewhere.organization_id);
      const active = await world().member(organization_id);
      const pending = await world().member(organization_id, { create_member_as_pending: true });
      const deleted = await world().member(organization_id);
      await members().delete({ organization_id, member_id: deleted.member_id });
      const search = async (operands: { filter_name: string; filter_value: unknown }[]) => {
        const answer = await members().search({
          organization_ids: [organization_id],
          query: { operator: 'AND', operands },
        });
        expect(answer.results_metadata.total).toBe(answer.members.length);
        return answer.members.map(({ member_id }) => member_id).toSorted();
      };
      await expect(search([])).resolves.toEqual([active.member_id, pending.member_id].toSorted());
      await expect(search([{ filter_name: 'statuses', filter_value: ['pending'] }])).resolves.toEqual([
        pending.member_id,
      ]);
      await expect(
        search([{ filter_name: 'member_emails', filter_value: [active.email_address] }]),
      ).resolves.toEqual([active.member_id]);
      const everywhere = await members().search({
        organization_ids: [organization_id, elsewhere.organization_id],
      });
      expect(everywhere.members).toHaveLength(3);
      expect(Object.keys(everywhere.organizations).toSorted()).toEqual(
        [organization_id, elsewhere.organization_id].toSorted(),
      );
      await expect(refusal(members().search({ organization_ids: [] }))).resolves.toBe(
        'member_search_organization_ids_empty',
      );
    },
  );

  proves('organizations.members.dangerouslyGet', 'needs no organization, hides the deleted', async () => {
    const { organization_id } = await world().organization();
    const { member_id } = await world().member(organization_id);
    const { member, organization } = await members().dangerouslyGet({ member_id });
    expect([member.member_id, organization.organization_id]).toEqual([member_id, organization_id]);
    await members().delete({ organization_id, member_id });
    await expect(refusal(members().dangerouslyGet({ member_id }))).resolves.toBe('member_not_found');
  });

  proves('organizations.members.deleteExternalId', 'frees it for another member', async () => {
    const { organization_id } = await world().organization();
    const { member_id } = await world().member(organization_id, { external_id: 'e-1' });
    const other = await world().member(organization_id);
    const take = () => members().update({ organization_id, member_id: other.member_id, external_id: 'e-1' });
    await expect(refusal(take())).resolves.toBe('duplicate_member_external_id');
    await members().deleteExternalId({ organization_id, member_id });
    await take();
    const { member } = await members().get({ organization_id, member_id: 'e-1' });
    expect(member.member_id).toBe(other.member_id);
    await expect(refusal(members().deleteExternalId({ organization_id, member_id: nobody }))).resolves.toBe(
      'member_not_found',
    );
  });
};
