import { specFor } from '@muster/eventsourcing/testing';
import { type Authority, type Stewards, stewardsDecider } from './stewards.decider.ts';
import type { StewardsEvent } from './stewards.events.ts';

const given = specFor(stewardsDecider);
const at = '2026-11-23T12:00:00.000Z';

const added = (memberId: string): StewardsEvent => ({ type: 'StewardAdded', data: { memberId } });
const removed = (memberId: string): StewardsEvent => ({
  type: 'StewardRemoved',
  data: { memberId, cause: 'demoted' },
});
const ownerless: StewardsEvent = { type: 'OrganizationBecameOwnerless', data: {} };

const add = (memberId: string) => ({ type: 'AddSteward', data: { memberId }, at }) as const;
const remove = (memberId: string, by: Authority) =>
  ({ type: 'RemoveSteward', data: { memberId, cause: 'demoted', by }, at }) as const;
const reclaim = (memberId: string) =>
  ({ type: 'ReclaimOrganization', data: { memberId, domain: 'acme.test' }, at }) as const;

const stateAfter = (...history: readonly StewardsEvent[]): Stewards =>
  history.reduce(stewardsDecider.evolve, stewardsDecider.initialState);

describe('stewards', () => {
  it('are added once', () => {
    given().when(add('ada')).then(added('ada'));
    given(added('ada')).when(add('ada')).thenNothing();
  });

  it('R7: a member session may remove one of two', () =>
    given(added('ada'), added('ben')).when(remove('ben', 'member')).then(removed('ben')));
  it('R7: a member session may not remove the last one', () => {
    given(added('ada')).when(remove('ada', 'member')).thenRejects('cannot_remove_last_steward');
    given(added('ada'), added('ben'), removed('ben'))
      .when(remove('ada', 'member'))
      .thenRejects('cannot_remove_last_steward');
  });
  it.each(['backend', 'directory'] as const)(
    'R7, R8: the %s may, and the organization is ownerless from then on',
    (by) => given(added('ada')).when(remove('ada', by)).then(removed('ada'), ownerless),
  );
  it('stays quiet about who is no steward', () => {
    given(added('ada')).when(remove('ben', 'member')).thenNothing();
    given().when(remove('ben', 'backend')).thenNothing();
  });

  it('R7: an organization that never had a steward is not ownerless', () =>
    expect(stateAfter().ownerless).toBe(false));
  it('R8: is ownerless from losing the last one until it has one again', () => {
    expect(stateAfter(added('ada'), removed('ada'), ownerless).ownerless).toBe(true);
    expect(stateAfter(added('ada'), removed('ada'), ownerless, added('ben')).ownerless).toBe(false);
  });

  it('R8: an ownerless organization can be reclaimed', () =>
    given(added('ada'), removed('ada'), ownerless)
      .when(reclaim('ben'))
      .then({ type: 'OrganizationReclaimed', data: { memberId: 'ben', domain: 'acme.test' } }, added('ben')));
  it('R8: one with a steward cannot, nor one that never had any', () => {
    given(added('ada')).when(reclaim('ben')).thenRejects('organization_not_ownerless');
    given().when(reclaim('ben')).thenRejects('organization_not_ownerless');
  });
});
