import { proves, refusal } from './proofs.ts';
import type { World } from './world.ts';

export const proveProject = (world: () => World): void => {
  proves('rbac.policy', 'names the built-in resources and roles', async () => {
    const { policy } = await world().client.rbac.policy();
    expect(policy!.resources.map(({ resource_id }) => resource_id)).toEqual(
      expect.arrayContaining([
        'stytch.organization',
        'stytch.member',
        'stytch.self',
        'stytch.sso',
        'stytch.scim',
      ]),
    );
    const { member } = await world().loggedIn({ roles: ['stytch_admin'] });
    const known = policy!.roles.map(({ role_id }) => role_id);
    expect(known).toEqual(expect.arrayContaining(member.roles.map(({ role_id }) => role_id)));
    await expect(refusal(world().stranger.rbac.policy())).resolves.toBe('unauthorized_credentials');
  });

  proves('rbac.organizations.getOrgPolicy', 'has no roles of its own yet', async () => {
    const { organization_id } = await world().organization();
    const { org_policy } = await world().client.rbac.organizations.getOrgPolicy({ organization_id });
    expect(org_policy).toEqual({ roles: [] });
    const nowhere = world().client.rbac.organizations.getOrgPolicy({
      organization_id: 'organization-test-00000000-0000-4000-8000-00000000dead',
    });
    await expect(refusal(nowhere)).resolves.toBe('organization_not_found');
  });

  proves('project.metrics', 'counts organizations and members', async () => {
    const counts = async (): Promise<Readonly<Record<string, number>>> => {
      const { metrics } = await world().client.project.metrics();
      return Object.fromEntries(metrics.map(({ metric_type, count }) => [metric_type, count]));
    };
    const before = await counts();
    const { organization_id } = await world().organization();
    await world().member(organization_id);
    await world().member(organization_id);
    const after = await counts();
    expect(after.ORGANIZATION_COUNT! - before.ORGANIZATION_COUNT!).toBe(1);
    expect(after.MEMBER_COUNT! - before.MEMBER_COUNT!).toBe(2);
    await expect(refusal(world().stranger.project.metrics())).resolves.toBe('unauthorized_credentials');
  });

  proves('debug.whoami', 'names the project', async () => {
    const { project_id, name } = await world().client.debug.whoami();
    expect([project_id, name]).toEqual([world().muster.projectId, 'Muster']);
    const { project_id: counted } = await world().client.project.metrics();
    expect(counted).toBe(project_id);
    await expect(refusal(world().stranger.debug.whoami())).resolves.toBe('unauthorized_credentials');
  });
};
