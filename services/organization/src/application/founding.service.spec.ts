import type { JsonObject } from '@muster/kernel';
import { newWorld, refusal, type World } from '../../test/world.ts';

let world: World;
beforeEach(() => {
  world = newWorld();
});

const found = (settings: JsonObject = {}, address = 'ada@acme.test', commandId = '') =>
  world.founding.found({ commandId: '', address, settings }, world.command({ settings }, { commandId }));

describe('founding an organization', () => {
  it('R8: makes an active, proven first steward, in one commit with the organization', async () => {
    const { organizationId, memberId } = await found({ organization_name: 'Acme Ltd' });
    const { member, organization } = await world.queries.describe(organizationId, memberId);
    expect(organization).toMatchObject({ organization_name: 'Acme Ltd', organization_slug: 'acme-ltd' });
    expect(member).toMatchObject({
      email_address: 'ada@acme.test',
      email_address_verified: true,
      status: 'active',
      is_admin: true,
    });
    const events = await world.log.readAll(0, 100);
    expect(new Set(events.map(({ commitId }) => commitId)).size).toBe(1);
    expect(events.map(({ type }) => type)).toContain('stewards.StewardAdded');
  });

  it('names what the founder left open after their domain', async () => {
    const { organizationId } = await found();
    const { name, slug } = await world.organizations.find(organizationId);
    expect([name, slug]).toStrictEqual(['acme', 'acme']);
  });

  it('R6: a slug that nobody chose gives way, also to somebody at the same moment', async () => {
    const founded = await Promise.all([found(), found({}, 'ben@acme.test'), found({}, 'cleo@acme.test')]);
    expect(new Set(founded.map(({ organizationId }) => organizationId)).size).toBe(3);
  });

  it('a chosen slug does not give way', async () => {
    await found({ organization_name: 'Acme', organization_slug: 'acme' });
    expect(await refusal(found({ organization_name: 'Acme', organization_slug: 'acme' }))).toBe(
      'organization_slug_already_used',
    );
  });

  it('E5: the same command founds once', async () => {
    const twice = [await found({}, 'ada@acme.test', 'flow-1'), await found({}, 'ada@acme.test', 'flow-1')];
    expect(twice[0]).toStrictEqual(twice[1]);
  });

  it('R6: anybody can found one with a proven address, whatever others do, unless its domain is claimed', async () => {
    const acme = await world.newOrganization('acme', { email_allowed_domains: ['acme.test'] });
    await found();
    await world.claim(acme, 'acme.test');
    expect(await refusal(found({}, 'ben@acme.test'))).toBe('action_not_allowed_email_domain_is_claimed');
    await found({}, 'ben@home.test');
  });
});
