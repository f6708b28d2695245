import { newWorld, refusal, type World } from '../../test/world.ts';

let world: World;
let acme: string;
beforeEach(async () => {
  world = newWorld();
  acme = await world.newOrganization('acme');
});

const get = async (memberId: string, organizationId = acme) =>
  (await world.queries.describe(organizationId, memberId)).member;
const update = (memberId: string, patch: Parameters<World['members']['update']>[2]) =>
  world.members.update(acme, memberId, patch, null, world.command({ memberId, ...patch }));
const remove = (memberId: string) => world.members.remove(acme, memberId, null, world.command({ memberId }));
const reactivate = (memberId: string) =>
  world.members.reactivate(acme, memberId, world.command({ memberId }));
const prove = (memberId: string, address: string) =>
  world.admissions.proveAddress({ commandId: '', organizationId: acme, memberId, address }, world.command());

describe('addresses', () => {
  it('R5: of 50 creates of one address at the same time, one makes a member', async () => {
    const attempts = Array.from({ length: 50 }, () =>
      refusal(world.newMember(acme, { emailAddress: 'Ada@ACME.test' })),
    );
    const outcomes = await Promise.all(attempts);
    expect(outcomes.filter((outcome) => outcome === 'not refused')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'duplicate_member_email')).toHaveLength(49);
    const types = await world.eventTypes();
    expect(types.filter((type) => type === 'member.MemberCreated')).toHaveLength(1);
  });

  it('R1: the same address in two organizations is two members with nothing in common', async () => {
    const globex = await world.newOrganization('globex');
    const here = await world.newMember(acme, { name: 'Ada', roles: ['editor'] });
    const there = await world.newMember(globex);
    expect(there).not.toBe(here);
    await remove(here);
    expect(await get(there, globex)).toMatchObject({
      status: 'active',
      name: '',
      email_address: 'ada@acme.test',
    });
  });

  it('R5: a retired address is blocked for others until it is unlinked, and its owner may move back', async () => {
    const ada = await world.newMember(acme);
    await update(ada, { address: 'ada@lovelace.test' });
    expect(await refusal(world.newMember(acme, { emailAddress: 'ada@acme.test' }))).toBe(
      'retired_member_email',
    );
    await update(ada, { address: 'ada@acme.test' });
    await world.members.unlinkRetiredEmail(
      acme,
      ada,
      { emailId: null, emailAddress: 'ada@lovelace.test' },
      world.command(),
    );
    await world.newMember(acme, { emailAddress: 'ada@lovelace.test' });
  });

  it('R5: an address that somebody is moving to is blocked for others for five minutes', async () => {
    const ada = await world.newMember(acme);
    await prove(ada, 'ada@acme.test');
    const caller = { acting: null, context: world.request() };
    const wish = { emailAddress: 'ada@lovelace.test', delivery: 'EMAIL_OTP', redirectUrl: null } as const;
    await world.emailUpdates.start(acme, ada, wish, caller, world.command());
    expect(world.identity.mails).toMatchObject([{ memberId: ada, address: 'ada@lovelace.test' }]);
    const other = () => world.newMember(acme, { emailAddress: 'ada@lovelace.test' });
    world.wait(4);
    expect(await refusal(other())).toBe('desired_email_updating_for_different_member');
    world.wait(1);
    await other();
    expect(await refusal(prove(ada, 'ada@lovelace.test'))).toBe('unable_to_verify_member_email_update');
  });

  it('completes a move by its proof: the address is verified, the former one retired', async () => {
    const ada = await world.newMember(acme);
    await prove(ada, 'ada@acme.test');
    const caller = { acting: null, context: world.request() };
    const wish = { emailAddress: 'ada@lovelace.test', delivery: 'EMAIL_OTP', redirectUrl: null } as const;
    await world.emailUpdates.start(acme, ada, wish, caller, world.command());
    const { emailId } = await prove(ada, 'ada@lovelace.test');
    const member = await get(ada);
    expect(member).toMatchObject({ email_address: 'ada@lovelace.test', email_address_verified: true });
    expect(member.retired_email_addresses).toMatchObject([{ email_address: 'ada@acme.test' }]);
    expect(member.retired_email_addresses[0]!.email_id).not.toBe(emailId);
  });

  it('refuses what is no address', async () =>
    expect(await refusal(world.newMember(acme, { emailAddress: 'ada@acme.test@evil.test' }))).toBe(
      'invalid_email',
    ));

  it('R6: refuses a member from a domain that another organization keeps for itself', async () => {
    const globex = await world.newOrganization('globex', { email_allowed_domains: ['globex.test'] });
    await world.claim(globex, 'globex.test');
    expect(await refusal(world.newMember(acme, { emailAddress: 'hank@globex.test' }))).toBe(
      'action_not_allowed_email_domain_is_claimed',
    );
    await world.newMember(globex, { emailAddress: 'hank@globex.test' });
  });
});

describe('external ids', () => {
  it('are unique in an organization, and reusable in another', async () => {
    const globex = await world.newOrganization('globex');
    await world.newMember(acme, { externalId: 'crm-7' });
    await world.newMember(globex, { externalId: 'crm-7' });
    const other = { emailAddress: 'ben@acme.test', externalId: 'crm-7' };
    expect(await refusal(world.newMember(acme, other))).toBe('duplicate_member_external_id');
  });
  it('name the member, until they are removed', async () => {
    const ada = await world.newMember(acme, { externalId: 'crm-7' });
    expect((await world.queries.get(acme, { memberId: 'crm-7' })).member_id).toBe(ada);
    await world.members.removeExternalId(acme, ada, world.command());
    expect(await refusal(world.queries.get(acme, { memberId: 'crm-7' }))).toBe('member_not_found');
  });
});

describe('deleting and reactivating', () => {
  it('frees the address, so that reactivation finds it taken', async () => {
    const ada = await world.newMember(acme);
    await prove(ada, 'ada@acme.test');
    await remove(ada);
    expect(await refusal(world.queries.get(acme, { memberId: ada }))).toBe('member_not_found');
    await world.newMember(acme);
    expect(await refusal(reactivate(ada))).toBe('reactivation_email_belongs_to_another_member');
  });
  it('R16: brings a member back with a raised epoch, and without roles', async () => {
    const ada = await world.newMember(acme, { roles: ['editor'] });
    await prove(ada, 'ada@acme.test');
    await remove(ada);
    await reactivate(ada);
    const { member } = await world.entry.entry({ organization: acme, memberId: ada });
    expect(member).toMatchObject({ status: 'active', epoch: 1, roles: ['stytch_member'] });
  });
  it('takes the real id only', async () => {
    const ada = await world.newMember(acme, { externalId: 'crm-7' });
    await prove(ada, 'ada@acme.test');
    await remove(ada);
    expect(await refusal(reactivate('crm-7'))).toBe('no_deleted_member_found_for_reactivation');
  });
  it('deletes once', async () => {
    const ada = await world.newMember(acme);
    await remove(ada);
    expect(await refusal(remove(ada))).toBe('member_not_found');
  });
  it('makes no member of an organization that is not there any more', async () => {
    const ada = await world.newMember(acme);
    await prove(ada, 'ada@acme.test');
    await remove(ada);
    await world.organizationService.remove(acme, world.command());
    expect(await refusal(reactivate(ada))).toBe('organization_not_found');
    expect(await refusal(world.newMember(acme, { emailAddress: 'b@acme.test' }))).toBe(
      'organization_not_found',
    );
  });
});

describe('another organization’s member', () => {
  it('S13: is not there for any command, exactly as one that never was', async () => {
    const globex = await world.newOrganization('globex');
    const hank = await world.newMember(globex, { emailAddress: 'hank@globex.test' });
    const ghost = 'member-test-019ab000-0000-7000-8000-00000000dead';
    for (const memberId of [hank, ghost]) {
      expect(await refusal(update(memberId, { name: 'Mine' }))).toBe('member_not_found');
      expect(await refusal(remove(memberId))).toBe('member_not_found');
      expect(await refusal(prove(memberId, 'hank@globex.test'))).toBe('member_not_found');
      expect(await refusal(world.queries.get(acme, { memberId }))).toBe('member_not_found');
      expect(await refusal(reactivate(memberId))).toBe('no_deleted_member_found_for_reactivation');
    }
    expect((await get(hank, globex)).name).toBe('');
  });
});

describe('provisioning', () => {
  it('R39: works with all JIT off', async () => {
    const shut = await world.newOrganization('shut', {
      sso_jit_provisioning: 'NOT_ALLOWED',
      email_jit_provisioning: 'NOT_ALLOWED',
      email_invites: 'ALL_ALLOWED',
    });
    const ada = await world.newMember(shut);
    expect((await get(ada, shut)).status).toBe('active');
  });

  it('E5: the same command twice makes one member, the first one', async () => {
    const command = () => world.command({ create: 'ada' }, { commandId: 'idempotent-1' });
    const given = { emailAddress: 'ada@acme.test', name: '', trustedMetadata: {}, untrustedMetadata: {} };
    const rest = { pending: false, isBreakglass: false, mfaPhoneNumber: null, mfaEnrolled: false };
    const create = () =>
      world.members.create(acme, { ...given, ...rest, roles: [], externalId: null }, null, command());
    expect(await create()).toBe(await create());
  });

  it('E12: keeps address, name, phone and metadata out of the log’s clear text', async () => {
    const ada = await world.newMember(acme, {
      emailAddress: 'secretive@acme.test',
      name: 'Secretive Sue',
      mfaPhoneNumber: '+4915112345678',
      trustedMetadata: { note: 'secretive note' },
      untrustedMetadata: { note: 'secretive too' },
    });
    await update(ada, { address: 'secretive2@acme.test', name: 'Secretive Anne' });
    await remove(ada);
    expect(JSON.stringify(await world.log.readAll(0, 100))).not.toMatch(/secretive|4915112345678/i);
  });
});
