import { newWorld, refusal, type World } from '../../test/world.ts';

let world: World;
let acme: string;
beforeEach(async () => {
  world = newWorld();
  world.start();
  acme = await world.newOrganization('acme', {
    email_allowed_domains: ['acme.test'],
    email_jit_provisioning: 'RESTRICTED',
  });
});
afterEach(() => world.stop());

const prove = (memberId: string, address: string, organizationId = acme) =>
  world.admissions.proveAddress({ commandId: '', organizationId, memberId, address }, world.command());
const names = ({ entries }: Awaited<ReturnType<World['entry']['discover']>>) =>
  entries.map(({ organization }) => organization.slug).toSorted();

describe('entry', () => {
  it('finds the organization by id, slug or external id, and the member by id, external id or address', async () => {
    await world.organizationService.update(acme, { organization_external_id: 'crm-a' }, world.command());
    const ada = await world.newMember(acme, { externalId: 'crm-7' });
    for (const organization of [acme, 'acme', 'crm-a'])
      for (const who of [{ memberId: ada }, { memberId: 'crm-7' }, { address: 'ADA@acme.test' }]) {
        const entry = await world.entry.entry({ organization, ...who });
        expect([entry.organization.organizationId, entry.member?.memberId]).toStrictEqual([acme, ada]);
      }
  });

  it('R36: names the revision by which a member would be admitted', async () => {
    const before = await world.entry.entry({ organization: acme });
    await world.organizationService.update(acme, { organization_name: 'Acme Ltd' }, world.command());
    const after = await world.entry.entry({ organization: acme });
    expect(after.organization.revision).toBe(before.organization.revision + 1);
  });

  it('refuses an organization that is not there, and says nothing of members that are not', async () => {
    expect(await refusal(world.entry.entry({ organization: 'globex' }))).toBe('organization_not_found');
    expect((await world.entry.entry({ organization: acme, memberId: 'crm-7' })).member).toBeNull();
    expect((await world.entry.entry({ organization: acme, address: 'a@b.test' })).member).toBeNull();
  });

  it('S13: does not find another organization’s member by id', async () => {
    const globex = await world.newOrganization('globex');
    const hank = await world.newMember(globex, { emailAddress: 'hank@globex.test' });
    expect((await world.entry.entry({ organization: acme, memberId: hank })).member).toBeNull();
  });

  it('tells of the deleted by id, so that old proofs can be refused, and not by address', async () => {
    const ada = await world.newMember(acme);
    await world.members.remove(acme, ada, null, world.command());
    const byId = await world.entry.entry({ organization: acme, memberId: ada });
    expect(byId.member).toMatchObject({ status: 'deleted', epoch: 1 });
    expect((await world.entry.entry({ organization: acme, address: 'ada@acme.test' })).member).toBeNull();
  });

  it('R33: a proven colleague is somebody else, active, and proven in exactly that domain', async () => {
    const colleague = async (address: string) =>
      (await world.entry.entry({ organization: acme, address })).domain?.provenColleague;
    expect(await colleague('ada@acme.test')).toBe(false);
    const ada = await world.newMember(acme);
    expect(await colleague('ben@acme.test')).toBe(false);
    await prove(ada, 'ada@acme.test');
    expect(await colleague('ben@acme.test')).toBe(true);
    expect(await colleague('ben@mail.acme.test')).toBe(false);
    expect(await colleague('ada@acme.test')).toBe(false);
    await world.members.remove(acme, ada, null, world.command());
    expect(await colleague('ben@acme.test')).toBe(false);
  });

  it('R3: a colleague proven in another organization is none here', async () => {
    const globex = await world.newOrganization('globex');
    const ada = await world.newMember(globex);
    await prove(ada, 'ada@acme.test', globex);
    const { domain } = await world.entry.entry({ organization: acme, address: 'ben@acme.test' });
    expect(domain).toStrictEqual({ domain: 'acme.test', provenColleague: false, claimedElsewhere: false });
  });

  it('R6: tells of a claim by another organization, not by this one', async () => {
    const globex = await world.newOrganization('globex', { email_allowed_domains: ['globex.test'] });
    await world.claim(globex, 'globex.test');
    const claimed = async (organization: string) =>
      (await world.entry.entry({ organization, address: 'hank@globex.test' })).domain?.claimedElsewhere;
    expect(await claimed(acme)).toBe(true);
    expect(await claimed(globex)).toBe(false);
  });
});

describe('discover', () => {
  it('R2: finds every organization where the address is a member’s current one', async () => {
    const globex = await world.newOrganization('globex');
    const initech = await world.newOrganization('initech');
    await world.newMember(acme);
    await world.newMember(globex);
    const left = await world.newMember(initech);
    await world.members.remove(initech, left, null, world.command());
    const found = await world.entry.discover({ address: 'Ada@Acme.test', includeEligible: false });
    expect(names(found)).toStrictEqual(['acme', 'globex']);
    expect(found.entries.map(({ member }) => member?.address)).toStrictEqual([
      'ada@acme.test',
      'ada@acme.test',
    ]);
  });

  it('finds nobody by a retired address, and by the new one at once', async () => {
    const ada = await world.newMember(acme);
    await world.members.update(acme, ada, { address: 'ada@home.test' }, null, world.command());
    const by = async (address: string) =>
      names(await world.entry.discover({ address, includeEligible: false }));
    expect(await by('ada@acme.test')).toStrictEqual([]);
    expect(await by('ada@home.test')).toStrictEqual(['acme']);
  });

  it('R32: offers organizations that admit by the domain where that is asked for, each once', async () => {
    await world.newOrganization('globex', { email_allowed_domains: ['acme.test'] });
    const eligible = { address: 'ada@acme.test', includeEligible: true };
    expect(names(await world.entry.discover(eligible))).toStrictEqual(['acme']);
    await world.newMember(acme);
    expect(names(await world.entry.discover(eligible))).toStrictEqual(['acme']);
    expect(names(await world.entry.discover({ ...eligible, address: 'a@home.test' }))).toStrictEqual([]);
  });

  it('leaves out organizations that are deleted', async () => {
    await world.newMember(acme);
    await world.organizationService.remove(acme, world.command());
    const found = await world.entry.discover({ address: 'ada@acme.test', includeEligible: true });
    expect(found.entries).toStrictEqual([]);
  });

  it('R6: names who keeps the domain for themselves', async () => {
    const address = 'ada@acme.test';
    expect((await world.entry.discover({ address, includeEligible: true })).claimedBy).toBeNull();
    await world.claim(acme, 'acme.test');
    expect((await world.entry.discover({ address, includeEligible: true })).claimedBy).toBe(acme);
  });
});

describe('describing', () => {
  it('shows member and organization, and neither where one is not there', async () => {
    const ada = await world.newMember(acme);
    const { member, organization } = await world.entry.describe({ organizationId: acme, memberId: ada });
    expect([member.member_id, organization.organization_slug]).toStrictEqual([ada, 'acme']);
    const ghost = 'member-test-019ab000-0000-7000-8000-00000000dead';
    expect(await refusal(world.entry.describe({ organizationId: acme, memberId: ghost }))).toBe(
      'member_not_found',
    );
  });
});
