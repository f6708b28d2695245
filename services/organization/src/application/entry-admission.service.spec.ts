import type { organizationRequests, PayloadOf } from '@muster/contracts';
import { newWorld, refusal, type World } from '../../test/world.ts';

type Admission = PayloadOf<typeof organizationRequests.admitMember>;

const memberId = 'member-test-019ab000-0000-7000-8000-0000000000a1';
const ghost = 'member-test-019ab000-0000-7000-8000-00000000dead';

let world: World;
let acme: string;
let revision: number;
beforeEach(async () => {
  world = newWorld();
  acme = await world.newOrganization('acme', { email_allowed_domains: ['acme.test'] });
  revision = await world.revisionOf(acme);
});

const admit = (admission: Partial<Admission> = {}) => {
  const { admissionId = 'admission-1' } = admission;
  const whole: Admission = {
    admissionId,
    organizationId: acme,
    organizationRevision: revision,
    memberId,
    address: 'ada@acme.test',
    door: 'jit_rule',
    roles: [],
    expiresAt: null,
    ...admission,
  };
  return world.admissions.admitMember(whole, world.command({ ...whole }, { commandId: admissionId }));
};
const expectAda = (minutes = 60) => {
  const expiresAt = new Date(Date.parse(world.clock()) + minutes * 60_000).toISOString();
  const asked = { commandId: '', organizationId: acme, address: 'ada@acme.test', expiresAt };
  return world.admissions.expectMember(asked, world.command({ ...asked }));
};
const prove = (id: string, address = 'ada@acme.test') =>
  world.admissions.proveAddress(
    { commandId: '', organizationId: acme, memberId: id, address },
    world.command(),
  );
const member = async (id: string) => (await world.queries.describe(acme, id)).member;
const changePolicy = () =>
  world.organizationService.update(acme, { email_invites: 'ALL_ALLOWED' }, world.command({ policy: 1 }));
const membersMade = async () =>
  (await world.eventTypes()).filter((type) => type === 'member.MemberCreated').length;

describe('admitMember', () => {
  it('R36: makes an active member while the policy is the one that was decided by', async () => {
    expect(await admit({ roles: ['editor'] })).toStrictEqual({ outcome: 'admitted' });
    expect(await member(memberId)).toMatchObject({ status: 'active', email_address_verified: false });
    expect((await member(memberId)).roles.map(({ role_id }) => role_id)).toStrictEqual([
      'stytch_member',
      'editor',
    ]);
  });

  it('R36: does nothing once the policy has moved', async () => {
    await changePolicy();
    expect(await admit()).toStrictEqual({ outcome: 'policy_changed' });
    expect(await membersMade()).toBe(0);
  });

  it('R36: admits nobody to an organization that is deleted', async () => {
    await world.organizationService.remove(acme, world.command());
    for (const organizationRevision of [revision, revision + 1])
      expect(await admit({ organizationRevision })).toStrictEqual({ outcome: 'policy_changed' });
    expect(await membersMade()).toBe(0);
  });

  it('R36: the same admission twice makes one member, whatever the policy is by then', async () => {
    await admit();
    await changePolicy();
    expect(await admit()).toStrictEqual({ outcome: 'admitted' });
    expect(await membersMade()).toBe(1);
  });

  it('S09: 50 times at once makes one member', async () => {
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => admit()));
    expect(outcomes).toStrictEqual(outcomes.map(() => ({ outcome: 'admitted' })));
    expect(await membersMade()).toBe(1);
  });

  it('R36: a policy that moves while the member is being written makes them not be', async () => {
    const outcomes = await Promise.all([changePolicy(), admit()]);
    const expected = (await membersMade()) === 1 ? 'admitted' : 'policy_changed';
    expect(outcomes[1]).toStrictEqual({ outcome: expected });
    expect(await admit({ admissionId: 'admission-2' })).toStrictEqual({ outcome: 'policy_changed' });
  });

  it('R33: activates a pending member with the roles of the rule', async () => {
    const expected = await expectAda();
    await admit({ memberId: expected.memberId, roles: ['editor'] });
    expect(await member(expected.memberId)).toMatchObject({ status: 'active' });
    expect(await membersMade()).toBe(1);
  });

  it('S41: two doors for one address at once make one member', async () => {
    const other = { memberId: ghost, admissionId: 'admission-2' };
    const outcomes = await Promise.all([
      refusal(admit()),
      refusal(admit(other)),
      refusal(world.newMember(acme)),
    ]);
    expect(outcomes.filter((outcome) => outcome === 'not refused')).toHaveLength(1);
    expect(await membersMade()).toBe(1);
  });

  it('R34: the membership ends at its time, and nobody is admitted to it again by a rule', async () => {
    await admit({ expiresAt: '2026-11-23T13:00:00.000Z' });
    world.wait(60);
    const { member: facts } = await world.entry.entry({ organization: acme, memberId });
    expect(facts).toMatchObject({ status: 'deleted', roles: [], expiresAt: '2026-11-23T13:00:00.000Z' });
    expect(await refusal(admit({ memberId: ghost, admissionId: 'admission-2' }))).toBe(
      'duplicate_member_email',
    );
  });

  it('R34: the backend may take the address of an ended membership for a new member', async () => {
    await admit({ expiresAt: '2026-11-23T13:00:00.000Z' });
    world.wait(60);
    const again = await world.newMember(acme);
    expect((await member(again)).status).toBe('active');
    expect((await member(memberId)).status).toBe('deleted');
    expect(await world.eventTypes()).toContain('member.MemberDeactivated');
  });

  it('gives no role that the project’s policy does not have', async () => {
    await admit({ roles: ['ghost', 'stytch_member', 'editor'] });
    expect((await member(memberId)).roles.map(({ role_id }) => role_id)).toStrictEqual([
      'stytch_member',
      'editor',
    ]);
  });

  it('S14: a member whom an administrator moved away is not accepted under the old address', async () => {
    const ada = await world.newMember(acme, { pending: true });
    await world.members.update(acme, ada, { address: 'eve@acme.test' }, null, world.command());
    expect(await refusal(admit({ memberId: ada, door: 'admin_api' }))).toBe('admission_refused');
  });
});

describe('expectMember', () => {
  it('R33: makes a pending member that has no role, is not proven, and is void in time', async () => {
    const { memberId: ada, created } = await expectAda();
    expect(created).toBe(true);
    const { member: facts } = await world.entry.entry({ organization: acme, memberId: ada });
    expect(facts).toMatchObject({
      status: 'pending',
      roles: [],
      emailVerified: false,
      expiresAt: '2026-11-23T13:00:00.000Z',
    });
    world.wait(60);
    expect((await world.entry.entry({ organization: acme, memberId: ada })).member?.status).toBe('deleted');
  });

  it('R33: 20 at once expect one member', async () => {
    const expected = await Promise.all(Array.from({ length: 20 }, () => expectAda()));
    expect(new Set(expected.map((one) => one.memberId)).size).toBe(1);
    expect(await membersMade()).toBe(1);
  });

  it('R33: asked again, the same one lasts longer; void, the same one wakes', async () => {
    const first = await expectAda();
    world.wait(30);
    expect(await expectAda()).toStrictEqual({ memberId: first.memberId, created: false });
    world.wait(300);
    expect(await expectAda()).toStrictEqual({ memberId: first.memberId, created: false });
    expect((await member(first.memberId)).status).toBe('pending');
  });

  it('R33: a void one blocks nobody, and is over once the address is taken', async () => {
    const { memberId: first } = await expectAda();
    expect(await refusal(world.newMember(acme))).toBe('duplicate_member_email');
    world.wait(60);
    const ada = await world.newMember(acme);
    expect((await member(ada)).status).toBe('active');
    expect((await member(first)).status).toBe('deleted');
    expect(await world.eventTypes()).toContain('member.MemberDeactivated');
  });

  it('finds who is there already', async () => {
    const ada = await world.newMember(acme);
    expect(await expectAda()).toStrictEqual({ memberId: ada, created: false });
  });

  it('R5: does not take a retired address', async () => {
    const ada = await world.newMember(acme);
    await world.members.update(acme, ada, { address: 'ada@home.test' }, null, world.command());
    expect(await refusal(expectAda())).toBe('retired_member_email');
  });
});

describe('proveAddress', () => {
  it('verifies, and says which address it was', async () => {
    const ada = await world.newMember(acme);
    const { emailId } = await prove(ada);
    expect(await prove(ada)).toStrictEqual({ emailId });
    expect((await world.entry.entry({ organization: acme, memberId: ada })).member).toMatchObject({
      emailVerified: true,
      emailId,
    });
  });
  it('S14: an administrator who rewrites the address takes the proof away', async () => {
    const ada = await world.newMember(acme);
    await prove(ada);
    await world.members.update(acme, ada, { address: 'boss@acme.test' }, null, world.command());
    expect((await member(ada)).email_address_verified).toBe(false);
    expect(await refusal(prove(ada, 'ada@acme.test'))).toBe('unable_to_verify_member_email_update');
  });
});
