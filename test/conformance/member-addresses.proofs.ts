import { proves, refusal } from './proofs.ts';
import type { World } from './world.ts';

export const proveMemberAddresses = (world: () => World): void => {
  const members = () => world().client.organizations.members;

  proves('organizations.members.unlinkRetiredEmail', 'lets another member have the address', async () => {
    const { organization_id } = await world().organization();
    const retired = world().address('retired');
    const { member_id } = await world().member(organization_id, { email_address: retired });
    const { member } = await members().update({
      organization_id,
      member_id,
      email_address: world().address('next'),
    });
    const { email_id } = member.retired_email_addresses[0]!;
    const create = () => members().create({ organization_id, email_address: retired });
    await expect(refusal(create())).resolves.toBe('retired_member_email');
    const contradictory = members().unlinkRetiredEmail({
      organization_id,
      member_id,
      email_id,
      email_address: world().address('unrelated'),
    });
    await expect(refusal(contradictory)).resolves.toBe('retired_email_not_found');
    await members().unlinkRetiredEmail({ organization_id, member_id, email_id, email_address: retired });
    const { member: unlinked } = await members().get({ organization_id, member_id });
    expect(unlinked.retired_email_addresses).toEqual([]);
    await create();
  });

  proves(
    'organizations.members.startEmailUpdate',
    'changes the address once the new one is proven',
    async () => {
      const { organization_id, member_id, member } = await world().loggedIn();
      const next = world().address('moved');
      await members().startEmailUpdate({ organization_id, member_id, email_address: next });
      const before = await members().get({ organization_id, member_id });
      expect(before.member.email_address).toBe(member.email_address);
      await expect(refusal(members().create({ organization_id, email_address: next }))).resolves.toBe(
        'desired_email_updating_for_different_member',
      );
      await world().client.magicLinks.authenticate({
        magic_links_token: await world().muster.mailbox.linkToken(next),
      });
      const after = await members().get({ organization_id, member_id });
      expect(after.member).toMatchObject({ email_address: next, email_address_verified: true });

      const byCode = world().address('moved-again');
      await members().startEmailUpdate({
        organization_id,
        member_id,
        email_address: byCode,
        delivery_method: 'EMAIL_OTP',
      });
      const code = await world().muster.mailbox.code(byCode);
      await world().client.otps.email.authenticate({ organization_id, email_address: byCode, code });
      const { member: moved } = await members().get({ organization_id, member_id });
      expect(moved.email_address).toBe(byCode);

      const unproven = await world().member(organization_id);
      const start = members().startEmailUpdate({
        organization_id,
        member_id: unproven.member_id,
        email_address: world().address(),
      });
      await expect(refusal(start)).resolves.toBe('member_has_no_active_verified_email');
    },
  );
};
