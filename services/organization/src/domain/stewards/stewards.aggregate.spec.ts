import { stewardsAggregate, stewardsOf } from './stewards.aggregate.ts';

describe('how stewards are stored', () => {
  it('E13: for ever, each fact in its first version and in clear', () => {
    expect(stewardsAggregate.category).toBe('stewards');
    expect(stewardsAggregate.retention).toBe('permanent');
    expect(stewardsAggregate.events).toEqual({
      StewardAdded: { version: 1 },
      StewardRemoved: { version: 1 },
      OrganizationBecameOwnerless: { version: 1 },
      OrganizationReclaimed: { version: 1 },
    });
  });

  it('R7: in one stream of each organization', () =>
    expect(stewardsOf('project-test-1', 'organization-test-1')).toEqual({
      projectId: 'project-test-1',
      organizationId: 'organization-test-1',
      id: 'organization-test-1',
    }));
});
