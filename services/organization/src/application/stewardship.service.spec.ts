import { newWorld, refusal, type World } from '../../test/world.ts';

let world: World;
let acme: string;
beforeEach(async () => {
  world = newWorld();
  acme = await world.newOrganization('acme', { email_allowed_domains: ['acme.test'] });
});

const steward = (name: string) =>
  world.newMember(acme, { emailAddress: `${name}@acme.test`, roles: ['stytch_admin'] });
const admin = (memberId: string) => ({ memberId, roles: ['stytch_member', 'stytch_admin'] });
const demote = (memberId: string, by: string | null) =>
  world.members.update(
    acme,
    memberId,
    { roles: [] },
    by === null ? null : admin(by),
    by === null ? world.command() : world.as(by, { demote: memberId }),
  );
const leave = (memberId: string) =>
  world.members.remove(acme, memberId, admin(memberId), world.as(memberId, { leave: memberId }));
const stewardEvents = async () => (await world.eventTypes()).filter((type) => type.startsWith('stewards.'));

describe('the last steward', () => {
  it('R7: cannot demote themselves, nor leave', async () => {
    const ada = await steward('ada');
    expect(await refusal(demote(ada, ada))).toBe('cannot_remove_last_steward');
    expect(await refusal(leave(ada))).toBe('cannot_remove_last_steward');
    expect(await world.stewardship.isOwnerless(acme)).toBe(false);
    expect((await world.queries.describe(acme, ada)).member).toMatchObject({
      status: 'active',
      is_admin: true,
    });
  });

  it('R7: two stewards who demote each other at the same moment leave one of them', async () => {
    const [ada, ben] = [await steward('ada'), await steward('ben')];
    const outcomes = await Promise.all([refusal(demote(ada, ben)), refusal(demote(ben, ada))]);
    expect(outcomes.toSorted()).toStrictEqual(['cannot_remove_last_steward', 'not refused']);
    const left = (await stewardEvents()).filter((type) => type === 'stewards.StewardRemoved');
    expect(left).toHaveLength(1);
  });

  it('S43: of five stewards who leave at the same moment one stays', async () => {
    const names = ['ada', 'ben', 'cleo', 'dora', 'emil'];
    const stewards = await Promise.all(names.map(steward));
    const outcomes = await Promise.all(stewards.map((memberId) => refusal(leave(memberId))));
    expect(outcomes.filter((outcome) => outcome === 'cannot_remove_last_steward')).toHaveLength(1);
    expect(await world.stewardship.isOwnerless(acme)).toBe(false);
  });

  it('R7, R8: the backend may take the last one away; the organization is ownerless from then on', async () => {
    const ada = await steward('ada');
    await demote(ada, null);
    expect(await world.stewardship.isOwnerless(acme)).toBe(true);
    expect((await world.entry.entry({ organization: acme })).organization.ownerless).toBe(true);
    expect(await stewardEvents()).toStrictEqual([
      'stewards.StewardAdded',
      'stewards.StewardRemoved',
      'stewards.OrganizationBecameOwnerless',
    ]);
  });

  it('R7: deleting the last steward by the backend makes it ownerless, bringing them back does not undo that', async () => {
    const ada = await steward('ada');
    const address = 'ada@acme.test';
    await world.admissions.proveAddress(
      { commandId: '', organizationId: acme, memberId: ada, address },
      world.command(),
    );
    await world.members.remove(acme, ada, null, world.command());
    await world.members.reactivate(acme, ada, world.command());
    expect(await world.stewardship.isOwnerless(acme)).toBe(true);
  });

  it('R7: an organization that never had one is not ownerless', async () => {
    const ada = await world.newMember(acme, { roles: ['editor'] });
    await world.members.remove(acme, ada, null, world.command());
    expect(await world.stewardship.isOwnerless(acme)).toBe(false);
  });
});

describe('becoming a steward', () => {
  it('R8: a pending member becomes one with activation, not before', async () => {
    const ada = await world.newMember(acme, { roles: ['stytch_admin'], pending: true });
    expect(await stewardEvents()).toStrictEqual([]);
    const admission = {
      admissionId: 'admission-1',
      organizationId: acme,
      memberId: ada,
      address: 'ada@acme.test',
      organizationRevision: await world.revisionOf(acme),
      roles: [],
      expiresAt: null,
      door: 'admin_api',
    } as const;
    await world.admissions.admitMember(admission, world.command({}, { commandId: 'admission-1' }));
    expect(await stewardEvents()).toStrictEqual(['stewards.StewardAdded']);
  });

  it('R8: implicit roles by domain make nobody one', async () => {
    const globex = await world.newOrganization('globex', {
      rbac_email_implicit_role_assignments: [{ domain: 'globex.test', role_id: 'stytch_admin' }],
    });
    const hank = await world.newMember(globex, { emailAddress: 'hank@globex.test' });
    await world.admissions.proveAddress(
      { commandId: '', organizationId: globex, memberId: hank, address: 'hank@globex.test' },
      world.command(),
    );
    expect((await world.queries.describe(globex, hank)).member.is_admin).toBe(true);
    expect(await stewardEvents()).toStrictEqual([]);
  });
});

describe('a steward whose membership time is over', () => {
  const forAMonth = async () => {
    const memberId = 'member-test-019ab000-0000-7000-8000-0000000000aa';
    const admission = {
      admissionId: 'admission-2',
      organizationId: acme,
      memberId,
      address: 'ben@acme.test',
      organizationRevision: await world.revisionOf(acme),
      roles: ['stytch_admin'],
      door: 'jit_rule',
      expiresAt: '2026-11-23T13:00:00.000Z',
    } as const;
    await world.admissions.admitMember(admission, world.command({}, { commandId: 'admission-2' }));
    return memberId;
  };

  it('R7, R34: is nobody whom another one could leave the organization to', async () => {
    const ada = await steward('ada');
    await forAMonth();
    world.wait(60);
    expect(await refusal(leave(ada))).toBe('cannot_remove_last_steward');
  });
  it('R8, R34: leaves the organization ownerless where they were the last', async () => {
    await forAMonth();
    world.wait(59);
    expect(await world.stewardship.isOwnerless(acme)).toBe(false);
    world.wait(1);
    expect(await world.stewardship.isOwnerless(acme)).toBe(true);
    expect(await stewardEvents()).toStrictEqual([
      'stewards.StewardAdded',
      'stewards.StewardRemoved',
      'stewards.OrganizationBecameOwnerless',
    ]);
  });
});

describe('reclaiming', () => {
  const reclaim = (memberId: string, domain = 'acme.test', commandId = '') =>
    world.stewardship.reclaim({ organizationId: acme, memberId, domain }, world.command({}, { commandId }));
  const prove = (memberId: string, address: string) =>
    world.admissions.proveAddress(
      { commandId: '', organizationId: acme, memberId, address },
      world.command(),
    );

  it('R8: makes an active member with a proven address in the domain the steward, and tells them', async () => {
    const ada = await steward('ada');
    const ben = await world.newMember(acme, { emailAddress: 'ben@acme.test', roles: ['editor'] });
    await prove(ben, 'ben@acme.test');
    await demote(ada, null);
    await reclaim(ben, 'acme.test', 'reclaim-1');
    await reclaim(ben, 'acme.test', 'reclaim-1');
    expect(await world.stewardship.isOwnerless(acme)).toBe(false);
    const { member } = await world.queries.describe(acme, ben);
    expect(member.roles.map(({ role_id }) => role_id)).toStrictEqual([
      'stytch_member',
      'editor',
      'stytch_admin',
    ]);
    const notice = { template: 'organization_reclaimed', memberId: ben, address: 'ben@acme.test' };
    expect(world.identity.notices).toMatchObject([notice, notice]);
    expect(new Set(world.identity.notices.map(({ commandId }) => commandId)).size).toBe(1);
  });

  it('R8: takes no unproven address, none of another domain, and no organization that has a steward', async () => {
    const ada = await steward('ada');
    const ben = await world.newMember(acme, { emailAddress: 'ben@acme.test' });
    expect(await refusal(reclaim(ben))).toBe('organization_not_ownerless');
    await demote(ada, null);
    expect(await refusal(reclaim(ben))).toBe('member_has_no_active_verified_email');
    await prove(ben, 'ben@acme.test');
    expect(await refusal(reclaim(ben, 'other.test'))).toBe('member_has_no_active_verified_email');
    expect(await refusal(reclaim('member-test-019ab000-0000-7000-8000-00000000dead'))).toBe(
      'member_not_found',
    );
    await reclaim(ben);
    expect(await refusal(reclaim(ben))).toBe('organization_not_ownerless');
  });
});
