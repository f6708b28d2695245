import { proves, refusal } from './proofs.ts';
import type { World } from './world.ts';

export const proveDiscovery = (world: () => World): void => {
  const discovery = () => world().client.discovery;

  proves(
    'discovery.organizations.list',
    'shows memberships and invites, and does not use up the bag',
    async () => {
      const email_address = world().address('many');
      const member = await world().organization();
      const inviting = await world().organization();
      const pending = await world().organization();
      const foreign = await world().organization();
      await world().member(foreign.organization_id);
      await world().member(member.organization_id, { email_address });
      await world().member(pending.organization_id, { email_address, create_member_as_pending: true });
      await world().client.magicLinks.email.invite({
        organization_id: inviting.organization_id,
        email_address,
      });
      const intermediate_session_token = await world().prove(email_address);
      const first = await discovery().organizations.list({ intermediate_session_token });
      const second = await discovery().organizations.list({ intermediate_session_token });
      expect(second.discovered_organizations).toEqual(first.discovered_organizations);
      expect(first).toMatchObject({ email_address });
      expect(first.organization_id_hint ?? null).toBeNull();
      const types = first.discovered_organizations.map(({ organization, membership }) => [
        organization?.organization_id,
        membership?.type,
      ]);
      expect(Object.fromEntries(types)).toEqual({
        [member.organization_id]: 'active_member',
        [inviting.organization_id]: 'invited_member',
        [pending.organization_id]: 'pending_member',
      });
      const both = discovery().organizations.list({ intermediate_session_token, session_token: 'x' });
      await expect(refusal(both)).resolves.toBe('too_many_session_arguments');
      const madeUp = discovery().organizations.list({ intermediate_session_token: 'made-up' });
      await expect(refusal(madeUp)).resolves.toBe('intermediate_session_not_found');
    },
  );

  proves('discovery.organizations.create', 'makes the person its admin, logged in', async () => {
    const email_address = world().address('founder', 'founders.example');
    const intermediate_session_token = await world().prove(email_address);
    const created = await discovery().organizations.create({
      intermediate_session_token,
      organization_name: 'Founders',
      session_duration_minutes: 90,
    });
    expect(created).toMatchObject({
      member_authenticated: true,
      organization: { organization_name: 'Founders' },
      member: { email_address, email_address_verified: true, status: 'active', is_admin: true },
    });
    const { organization_id } = created.organization;
    const { member } = await world().client.organizations.members.get({ organization_id, email_address });
    expect(member.roles.map(({ role_id }) => role_id).toSorted()).toEqual(['stytch_admin', 'stytch_member']);
    const { member_session } = await world().client.sessions.authenticate({
      session_token: created.session_token,
    });
    expect(member_session.organization_id).toBe(organization_id);
    const again = discovery().organizations.create({
      intermediate_session_token,
      organization_name: 'Again',
    });
    await expect(refusal(again)).resolves.toBe('intermediate_session_not_found');
  });

  proves(
    'discovery.intermediateSessions.exchange',
    'accepts an invite, joins by domain, is used up',
    async () => {
      const domain = 'joiners.example';
      const { organization_id } = await world().openOrganization(domain);
      const colleague = await world().member(organization_id, {
        email_address: world().address('c', domain),
      });
      const email_address = world().address('j', domain);
      const before = await world().prove(email_address);
      const hidden = await discovery().organizations.list({ intermediate_session_token: before });
      expect(hidden.discovered_organizations).toEqual([]);
      await world().logIn(organization_id, colleague.email_address);
      const offered = await discovery().organizations.list({ intermediate_session_token: before });
      expect(offered.discovered_organizations).toMatchObject([
        {
          organization: { organization_id },
          membership: { type: 'eligible_to_join_by_email_domain', details: { domain }, member: null },
        },
      ]);
      const joined = await discovery().intermediateSessions.exchange({
        intermediate_session_token: before,
        organization_id,
      });
      expect(joined).toMatchObject({
        member_authenticated: true,
        member: { email_address, status: 'active' },
      });
      const { member } = await world().client.organizations.members.get({ organization_id, email_address });
      expect(member.member_id).toBe(joined.member_id);
      const used = discovery().intermediateSessions.exchange({
        intermediate_session_token: before,
        organization_id,
      });
      await expect(refusal(used)).resolves.toBe('intermediate_session_not_found');

      const inviting = await world().organization();
      await world().client.magicLinks.email.invite({
        organization_id: inviting.organization_id,
        email_address,
      });
      const accepted = await discovery().intermediateSessions.exchange({
        intermediate_session_token: await world().prove(email_address),
        organization_id: inviting.organization_id,
      });
      expect(accepted).toMatchObject({ member_authenticated: true, member: { status: 'active' } });
    },
  );
};
