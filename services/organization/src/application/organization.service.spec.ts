import { OrganizationLookup } from '../read-models/organizations/organization.lookup.ts';
import { domainProof } from '../../test/domain-proof.ts';
import { newWorld, projectId, refusal } from '../../test/world.ts';

describe('organizations over the log', () => {
  it('E1: of twenty that want one slug at the same time, one gets it', async () => {
    const world = newWorld();
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () => refusal(world.newOrganization('wanted'))),
    );
    expect(outcomes.filter((outcome) => outcome === 'not refused')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'organization_slug_already_used')).toHaveLength(19);
  });

  it('R6: of ten that claim one domain at the same time, one gets it', async () => {
    const world = newWorld();
    const { prove } = domainProof(world);
    const ids: string[] = [];
    for (let index = 0; index < 10; index++) {
      const organizationId = await world.newOrganization(`claimant-${index}`);
      await prove(organizationId, 'wanted.test');
      ids.push(organizationId);
    }
    const outcomes = await Promise.all(
      ids.map((organizationId) =>
        refusal(
          world.organizationService.update(
            organizationId,
            { claimed_email_domains: ['wanted.test'] },
            world.command({ claim: organizationId }),
          ),
        ),
      ),
    );
    const winner = ids[outcomes.indexOf('not refused')];
    expect(outcomes.filter((outcome) => outcome === 'not refused')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome !== 'not refused')).toEqual(
      Array.from({ length: 9 }, () => 'organization_settings_duplicate_claimed_domain'),
    );
    expect(await world.organizations.claimantOf('wanted.test')).toBe(winner);
  });

  it('two changes at the same time both happen, on top of one another', async () => {
    const world = newWorld();
    const organizationId = await world.newOrganization('busy', { trusted_metadata: { start: 1 } });
    await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        world.organizationService.update(
          organizationId,
          { trusted_metadata: { [`key${index}`]: index } },
          world.command({ index }),
        ),
      ),
    );
    const { trustedMetadata } = await world.organizations.find(organizationId);
    expect(Object.keys(trustedMetadata)).toHaveLength(11);
  });

  it('E12: what the application keeps with an organization is not readable in the log', async () => {
    const world = newWorld();
    await world.newOrganization('private', { trusted_metadata: { contact: 'ada lovelace' } });
    expect(JSON.stringify(await world.log.readAll(0, 100))).not.toContain('lovelace');
  });

  it('R54: nor anywhere, once the organization’s key is destroyed; the organization is still there', async () => {
    const world = newWorld();
    const organizationId = await world.newOrganization('erased', { trusted_metadata: { contact: 'ada' } });
    await world.keys.destroy(`${projectId}/${organizationId}/${organizationId}`);
    const { name, trustedMetadata } = await world.organizations.find(organizationId);
    expect([name, trustedMetadata]).toEqual(['erased', { erased: true }]);
  });

  it('R51: can be read as of any position', async () => {
    const world = newWorld();
    const organizationId = await world.newOrganization('before');
    const upTo = await world.log.head();
    await world.organizationService.update(
      organizationId,
      { organization_name: 'After' },
      world.command({ rename: 'After' }),
    );
    expect((await world.organizations.byId(organizationId, { upTo }))?.document.name).toBe('before');
    expect((await world.organizations.byId(organizationId))?.document.name).toBe('After');
  });

  it('I2: an organization of another project is not there', async () => {
    const world = newWorld();
    const organizationId = await world.newOrganization('ours');
    const theirs = new OrganizationLookup({
      ...world.dependencies,
      projectId: 'project-test-019ab000-0000-7000-8000-000000000002',
    });
    for (const reference of [organizationId, 'ours'])
      expect(await refusal(theirs.find(reference))).toBe('organization_not_found');
  });
});
