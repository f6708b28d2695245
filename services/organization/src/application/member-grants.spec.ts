import { newWorld, refusal, type World } from '../../test/world.ts';

let world: World;
let acme: string;
beforeEach(async () => {
  world = newWorld();
  acme = await world.newOrganization('acme');
});

const get = async (memberId: string) => (await world.queries.describe(acme, memberId)).member;
const prove = (memberId: string, address: string) =>
  world.admissions.proveAddress({ commandId: '', organizationId: acme, memberId, address }, world.command());

describe('grants by a member session', () => {
  const recruiter = { memberId: 'member-1', roles: ['stytch_member', 'recruiter'] };
  const admin = { memberId: 'member-2', roles: ['stytch_member', 'stytch_admin'] };
  const assign = (memberId: string, roles: readonly string[], acting: typeof admin) =>
    world.members.update(acme, memberId, { roles }, acting, world.as(acting.memberId, { roles }));

  it('I15: gives no role that its member does not hold, at creation neither', async () => {
    const ada = await world.newMember(acme);
    expect(await refusal(assign(ada, ['stytch_admin'], recruiter))).toBe('session_authorization_error');
    expect(await refusal(assign(ada, ['editor'], recruiter))).toBe('session_authorization_error');
    await assign(ada, ['recruiter'], recruiter);
    const given = { emailAddress: 'eve@acme.test', name: '', trustedMetadata: {}, untrustedMetadata: {} };
    const rest = { pending: false, isBreakglass: false, mfaPhoneNumber: null, mfaEnrolled: false };
    const wish = { ...given, ...rest, roles: ['stytch_admin'], externalId: null };
    expect(await refusal(world.members.create(acme, wish, recruiter, world.as('member-1')))).toBe(
      'session_authorization_error',
    );
  });
  it('I15: takes none away either', async () => {
    const boss = await world.newMember(acme, { roles: ['stytch_admin'] });
    expect(await refusal(assign(boss, [], recruiter))).toBe('session_authorization_error');
  });
  it('I15: an administrator gives and takes any', async () => {
    const ada = await world.newMember(acme, { roles: ['recruiter'] });
    await assign(ada, ['editor', 'stytch_admin'], admin);
    expect((await get(ada)).is_admin).toBe(true);
  });
  it('I15: redirects nobody’s mail who holds more, by rewriting or by moving the address', async () => {
    const boss = await world.newMember(acme, { roles: ['stytch_admin'] });
    await prove(boss, 'ada@acme.test');
    const rewrite = world.members.update(
      acme,
      boss,
      { address: 'eve@evil.test' },
      recruiter,
      world.as('member-1'),
    );
    expect(await refusal(rewrite)).toBe('session_authorization_error');
    const wish = { emailAddress: 'eve@evil.test', delivery: 'EMAIL_OTP', redirectUrl: null } as const;
    const caller = { acting: recruiter, context: world.request() };
    const move = world.emailUpdates.start(acme, boss, wish, caller, world.as('member-1'));
    expect(await refusal(move)).toBe('session_authorization_error');
  });
});
