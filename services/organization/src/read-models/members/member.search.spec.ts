import { newWorld, type World } from '../../../test/world.ts';
import { MemberViewDirectory } from './member.directory.ts';
import { MemberSearch } from './member.search.ts';

let world: World;
let acme: string;
beforeEach(async () => {
  world = newWorld();
  world.start();
  acme = await world.newOrganization('acme');
});
afterEach(() => world.stop());

const expectAda = () =>
  world.admissions.expectMember(
    {
      commandId: '',
      organizationId: acme,
      address: 'ada@acme.test',
      expiresAt: '2026-11-23T13:00:00.000Z',
    },
    world.command(),
  );

describe('searching members', () => {
  const search = () =>
    new MemberSearch(world.memberView, world.clock).search({
      organizationIds: [acme],
      operands: [],
      limit: 10,
    });

  it('R33: leaves out a pending member from the instant it is void', async () => {
    await expectAda();
    world.wait(59);
    expect((await search()).members).toHaveLength(1);
    world.wait(1);
    expect((await search()).members).toHaveLength(0);
  });

  it('finds what was written a moment ago', async () => {
    for (const name of ['ada', 'ben', 'cleo'])
      await world.newMember(acme, { emailAddress: `${name}@acme.test` });
    expect(await search()).toMatchObject({ total: 3, nextCursor: null });
  });
});

describe('the directory of members', () => {
  it('counts those who are not deleted, in one organization and in all', async () => {
    const globex = await world.newOrganization('globex');
    const directory = new MemberViewDirectory(world.memberView);
    await world.newMember(acme);
    const gone = await world.newMember(acme, { emailAddress: 'ben@acme.test' });
    await world.newMember(globex);
    await world.members.remove(acme, gone, null, world.command());
    expect([await directory.countMembers(acme), await directory.countAllMembers()]).toStrictEqual([1, 2]);
  });

  it('names each organization with a member of that address once', async () => {
    const globex = await world.newOrganization('globex');
    const directory = new MemberViewDirectory(world.memberView);
    await world.newMember(acme);
    await world.newMember(acme, { emailAddress: 'ben@acme.test' });
    const gone = await world.newMember(globex);
    await world.members.remove(globex, gone, null, world.command());
    expect(await directory.organizationsWithEmail(['ada@acme.test', 'ben@acme.test'])).toStrictEqual([acme]);
    expect(await directory.organizationsWithEmailLike('@ACME')).toStrictEqual([acme]);
    expect(await directory.organizationsWithEmailLike('@home')).toStrictEqual([]);
  });
});
