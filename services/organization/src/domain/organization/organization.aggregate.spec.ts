import type { OrganizationEvent } from './organization.events.ts';
import { organizationAggregate } from './organization.aggregate.ts';
import { acme, claimed, created } from '../../../test/organization-facts.ts';

const id = { projectId: 'project-test-1', organizationId: acme, id: acme };
const changesOf = (event: OrganizationEvent) =>
  organizationAggregate.reservations!(event, id, (scope, value) => `${scope}/${value}`).map((change) => [
    change.op,
    change.key,
    change.owner,
  ]);

describe('the names an organization takes and gives back', () => {
  it('takes its slug regardless of case, and its external id as it is', () =>
    expect(
      changesOf({
        type: 'OrganizationCreated',
        data: { organizationId: acme, name: 'Acme', slug: 'Acme', logoUrl: '', externalId: 'CRM|1' },
      }),
    ).toEqual([
      ['reserve', 'slug:project-test-1:acme', acme],
      ['reserve', 'organization-external-id:project-test-1:CRM|1', acme],
    ]));

  it('takes no external id where there is none', () =>
    expect(changesOf(created)).toEqual([['reserve', 'slug:project-test-1:acme', acme]]));

  it('gives the former name back before it takes the new one, so that a change of case is possible', () => {
    expect(
      changesOf({ type: 'OrganizationSlugChanged', data: { slug: 'ACME', previousSlug: 'acme' } }),
    ).toEqual([
      ['release', 'slug:project-test-1:acme', acme],
      ['reserve', 'slug:project-test-1:acme', acme],
    ]);
    expect(
      changesOf({
        type: 'OrganizationExternalIdAssigned',
        data: { externalId: 'two', previousExternalId: 'one' },
      }),
    ).toEqual([
      ['release', 'organization-external-id:project-test-1:one', acme],
      ['reserve', 'organization-external-id:project-test-1:two', acme],
    ]);
    expect(changesOf({ type: 'OrganizationExternalIdRemoved', data: { externalId: 'two' } })).toEqual([
      ['release', 'organization-external-id:project-test-1:two', acme],
    ]);
  });

  it('R6: holds a domain from the claim until its release or unlisting', () => {
    const key = 'domain-claim:project-test-1:acme.test';
    expect(changesOf(claimed('acme.test'))).toEqual([['reserve', key, acme]]);
    expect(changesOf({ type: 'EmailDomainClaimReleased', data: { domain: 'acme.test' } })).toEqual([
      ['release', key, acme],
    ]);
    expect(changesOf({ type: 'EmailDomainUnlisted', data: { domain: 'acme.test' } })).toEqual([
      ['release', key, acme],
    ]);
  });

  it('R4: takes nothing for a domain that is only listed or proven', () => {
    expect(changesOf({ type: 'EmailDomainListed', data: { domain: 'acme.test' } })).toEqual([]);
    expect(changesOf({ type: 'EmailDomainVerified', data: { domain: 'acme.test' } })).toEqual([]);
  });

  it('gives everything back when it is deleted', () =>
    expect(
      changesOf({
        type: 'OrganizationDeleted',
        data: { slug: 'Acme', externalId: 'CRM|1', claimedDomains: ['acme.test'] },
      }),
    ).toEqual([
      ['release', 'slug:project-test-1:acme', acme],
      ['release', 'organization-external-id:project-test-1:CRM|1', acme],
      ['release', 'domain-claim:project-test-1:acme.test', acme],
    ]));
});
