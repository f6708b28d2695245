import { domainProof } from '../../test/domain-proof.ts';
import { newWorld, refusal } from '../../test/world.ts';
import { OrganizationReclaimService } from './organization-reclaim.service.ts';

/** An organization whose only steward was deactivated by the backend; ben is left, with a proven address. */
const abandoned = async () => {
  const world = newWorld();
  const proof = domainProof(world);
  const organizationId = await world.newOrganization('acme', { email_allowed_domains: ['acme.test'] });
  const ada = await world.newMember(organizationId, { roles: ['stytch_admin'] });
  const ben = await world.newMember(organizationId, { emailAddress: 'ben@acme.test' });
  const reclaims = new OrganizationReclaimService(proof.domains, world.stewardship);
  const reclaim = (wish: { memberId?: string; domain?: string } = {}, commandId = '') =>
    reclaims.reclaim(
      { organizationId, memberId: ben, domain: 'acme.test', ...wish },
      world.command({ reclaim: organizationId, ...wish }, { commandId }),
    );
  return { world, ...proof, organizationId, ada, ben, reclaim };
};

type Abandoned = Awaited<ReturnType<typeof abandoned>>;

const loseSteward = ({ world, organizationId, ada }: Abandoned) =>
  world.members.remove(organizationId, ada, null, world.command({ remove: ada }));

const prove = async ({ world, organizationId, ben }: Abandoned) =>
  world.admissions.proveAddress(
    { commandId: 'prove-ben', organizationId, memberId: ben, address: 'ben@acme.test' },
    world.command({ prove: ben }),
  );

const publish = ({ publish: publishChallenge, organizationId }: Abandoned) =>
  publishChallenge(organizationId, 'acme.test');

const roleIdsOf = async ({ world, organizationId, ben }: Abandoned) =>
  (await world.lookup.find(organizationId, ben)).roles;

describe('R8: reclaiming an ownerless organization', () => {
  it('gives the role of a steward to who the owner of the domain names, and tells them', async () => {
    const place = await abandoned();
    await publish(place);
    await prove(place);
    await loseSteward(place);
    await place.reclaim();
    expect(await roleIdsOf(place)).toContain('stytch_admin');
    expect(await place.world.stewardship.isOwnerless(place.organizationId)).toBe(false);
    expect(await place.world.eventTypes()).toEqual(
      expect.arrayContaining(['organization.EmailDomainVerified', 'stewards.OrganizationReclaimed']),
    );
    expect(place.world.identity.notices).toMatchObject([
      { template: 'organization_reclaimed', memberId: place.ben, address: 'ben@acme.test' },
    ]);
  });

  it('E5: a repeat of the same command is no second reclaim and no error', async () => {
    const place = await abandoned();
    await publish(place);
    await prove(place);
    await loseSteward(place);
    await place.reclaim({}, 'reclaim-once');
    await place.reclaim({}, 'reclaim-once');
    const reclaimed = (await place.world.eventTypes()).filter(
      (type) => type === 'stewards.OrganizationReclaimed',
    );
    expect(reclaimed).toHaveLength(1);
    expect(await refusal(place.reclaim({}, 'reclaim-again'))).toBe('organization_not_ownerless');
  });

  it('is not for an organization that has a steward', async () => {
    const place = await abandoned();
    await publish(place);
    await prove(place);
    expect(await refusal(place.reclaim())).toBe('organization_not_ownerless');
    expect(await roleIdsOf(place)).not.toContain('stytch_admin');
  });

  it('looks at the DNS as it is now: a proof from better days does not count', async () => {
    const place = await abandoned();
    await publish(place);
    const { world, organizationId } = place;
    await place.domains.verify(organizationId, 'acme.test', world.command({ verify: 'acme.test' }));
    await prove(place);
    await loseSteward(place);
    place.dns.publish('_muster-challenge.acme.test');
    expect(await refusal(place.reclaim())).toBe('email_domain_not_verified');
    expect(await roleIdsOf(place)).not.toContain('stytch_admin');
  });

  it('needs a domain of the organization', async () => {
    const place = await abandoned();
    await prove(place);
    await loseSteward(place);
    place.dns.publish('_muster-challenge.evil.test', 'muster-domain-verification=');
    expect(await refusal(place.reclaim({ domain: 'evil.test' }))).toBe('email_domain_not_found');
  });

  it('is for a member who proved an address in the domain', async () => {
    const place = await abandoned();
    await publish(place);
    await loseSteward(place);
    expect(await refusal(place.reclaim())).toBe('member_has_no_active_verified_email');
  });

  it('fails closed where the DNS does not answer', async () => {
    const place = await abandoned();
    await publish(place);
    await prove(place);
    await loseSteward(place);
    place.dns.silent = true;
    await expect(place.reclaim()).rejects.toMatchObject({ name: 'UnavailableError' });
    expect(await roleIdsOf(place)).not.toContain('stytch_admin');
  });
});
