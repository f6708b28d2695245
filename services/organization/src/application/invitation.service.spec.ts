import type { organizationRequests, PayloadOf } from '@muster/contracts';
import { newWorld, projectId, refusal, type World } from '../../test/world.ts';

type Invitation = PayloadOf<typeof organizationRequests.inviteMember>;

let world: World;
let acme: string;
beforeEach(async () => {
  world = newWorld();
  acme = await world.newOrganization('acme');
});

const invite = (invitation: Partial<Invitation> = {}, actor = `project:${projectId}`) => {
  const whole: Invitation = {
    commandId: '',
    organizationId: acme,
    address: 'ada@acme.test',
    name: '',
    roles: [],
    trustedMetadata: {},
    untrustedMetadata: {},
    invitedByMemberId: null,
    expiresAt: '2026-11-30T12:00:00.000Z',
    ...invitation,
  };
  return world.invitations.invite(whole, world.command({ ...whole }, { actor }));
};
const accept = async (memberId: string, address = 'ada@acme.test') => {
  const admissionId = `admission-${memberId.slice(-6)}`;
  const admission = {
    admissionId,
    organizationId: acme,
    memberId,
    address,
    roles: [],
    expiresAt: null,
    door: 'invite',
    organizationRevision: await world.revisionOf(acme),
  } as const;
  return world.admissions.admitMember(admission, world.command({}, { commandId: admissionId }));
};
const member = async (id: string) => (await world.queries.describe(acme, id)).member;
const rolesOf = async (id: string) => (await member(id)).roles.map(({ role_id }) => role_id);

describe('invite', () => {
  it('R39: works with all JIT off, and is accepted with its roles', async () => {
    const { memberId } = await invite({ roles: ['editor'], name: 'Ada', trustedMetadata: { plan: 'gold' } });
    expect(await member(memberId)).toMatchObject({
      status: 'invited',
      name: 'Ada',
      trusted_metadata: { plan: 'gold' },
    });
    await accept(memberId);
    expect((await member(memberId)).status).toBe('active');
    expect(await rolesOf(memberId)).toStrictEqual(['stytch_member', 'editor']);
  });

  it('R33: promises roles, gives none', async () => {
    const { memberId } = await invite({ roles: ['stytch_admin'] });
    const { member: facts } = await world.entry.entry({ organization: acme, memberId });
    expect(facts).toMatchObject({ status: 'invited', roles: [], expiresAt: '2026-11-30T12:00:00.000Z' });
    expect(await world.eventTypes()).not.toContain('stewards.StewardAdded');
    await accept(memberId);
    expect(await world.eventTypes()).toContain('stewards.StewardAdded');
  });

  it('R30: is refused where invites are shut, or for the own domains only', async () => {
    const settings = { email_allowed_domains: ['acme.test'], email_invites: 'RESTRICTED' } as const;
    await world.organizationService.update(acme, settings, world.command({ ...settings }));
    expect(await refusal(invite({ address: 'ada@home.test' }))).toBe('invalid_email_for_invites');
    await invite();
    const shut = { email_invites: 'NOT_ALLOWED' } as const;
    await world.organizationService.update(acme, shut, world.command(shut));
    expect(await refusal(invite({ address: 'ben@acme.test' }))).toBe('email_invites_not_allowed');
  });

  it('R6: is refused for a domain another organization keeps for itself, unless it was sent before', async () => {
    const { memberId } = await invite({ address: 'hank@globex.test' });
    const globex = await world.newOrganization('globex', { email_allowed_domains: ['globex.test'] });
    await world.claim(globex, 'globex.test');
    expect(await refusal(invite({ address: 'bart@globex.test' }))).toBe(
      'action_not_allowed_email_domain_is_claimed',
    );
    expect(await accept(memberId, 'hank@globex.test')).toStrictEqual({ outcome: 'admitted' });
  });

  it('invites the pending, void or not, under the id they have', async () => {
    const asked = { commandId: '', organizationId: acme, address: 'ada@acme.test' };
    const expiresAt = '2026-11-23T13:00:00.000Z';
    const { memberId } = await world.admissions.expectMember({ ...asked, expiresAt }, world.command());
    world.wait(90);
    expect(await invite()).toStrictEqual({ memberId });
    expect((await member(memberId)).status).toBe('invited');
  });

  it('invites again, with what the latest invitation says', async () => {
    const { memberId } = await invite({ roles: ['stytch_admin'] });
    expect(await invite({ roles: ['editor'] })).toStrictEqual({ memberId });
    await accept(memberId);
    expect(await rolesOf(memberId)).toStrictEqual(['stytch_member', 'editor']);
  });

  it('two at the same moment invite one member', async () => {
    const [first, second] = await Promise.all([invite(), invite()]);
    expect(first).toStrictEqual(second);
  });

  it('refuses an active member, unknown roles and the default one', async () => {
    expect(await refusal(invite({ roles: ['ghost'] }))).toBe('invalid_role');
    expect(await refusal(invite({ roles: ['stytch_member'] }))).toBe('cannot_assign_default_rbac_role_id');
    await world.newMember(acme);
    expect(await refusal(invite())).toBe('user_already_invited');
  });

  it('a revoked one is gone for good; the same person can be invited anew', async () => {
    const { memberId } = await invite();
    await world.members.remove(acme, memberId, null, world.command());
    expect(await refusal(accept(memberId))).toBe('member_not_found');
    expect(await refusal(world.members.reactivate(acme, memberId, world.command()))).toBe(
      'no_deleted_member_found_for_reactivation',
    );
    const again = await invite();
    expect(again.memberId).not.toBe(memberId);
  });
});

describe('an invitation by a member session', () => {
  const recruiter = () => world.newMember(acme, { emailAddress: 'rick@acme.test', roles: ['recruiter'] });
  const assign = (memberId: string, roles: readonly string[]) =>
    world.members.update(acme, memberId, { roles }, null, world.command({ memberId, roles }));

  it('I15: promises only what its author holds', async () => {
    const rick = await recruiter();
    const promise = (roles: readonly string[]) => invite({ roles }, `member:${rick}`);
    expect(await refusal(promise(['stytch_admin']))).toBe('session_authorization_error');
    await promise(['recruiter']);
  });

  it('S15: does not hold once its author is gone, and not once they may not invite any more', async () => {
    const [rick, rosa] = [
      await recruiter(),
      await world.newMember(acme, { emailAddress: 'rosa@acme.test', roles: ['recruiter'] }),
    ];
    const { memberId: ada } = await invite({}, `member:${rick}`);
    const { memberId: ben } = await invite({ address: 'ben@acme.test' }, `member:${rosa}`);
    await world.members.remove(acme, rick, null, world.command());
    await assign(rosa, ['editor']);
    expect(await refusal(accept(ada))).toBe('invite_expired');
    expect(await refusal(accept(ben, 'ben@acme.test'))).toBe('invite_expired');
  });

  it('S15: gives none of the roles that its author has lost since', async () => {
    const boss = await world.newMember(acme, {
      emailAddress: 'boss@acme.test',
      roles: ['stytch_admin', 'recruiter'],
    });
    const { memberId: ada } = await invite({ roles: ['editor', 'recruiter'] }, `member:${boss}`);
    await assign(boss, ['recruiter']);
    await accept(ada);
    expect(await rolesOf(ada)).toStrictEqual(['stytch_member', 'recruiter']);
  });

  it('one by the backend holds whoever it names', async () => {
    const rick = await recruiter();
    const { memberId: ada } = await invite({ roles: ['stytch_admin'], invitedByMemberId: rick });
    await world.members.remove(acme, rick, null, world.command());
    await accept(ada);
    expect(await rolesOf(ada)).toStrictEqual(['stytch_member', 'stytch_admin']);
  });
});
