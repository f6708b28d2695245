import { isId } from '@muster/kernel';
import { joinRequestIdOf } from './join-request-id.ts';

const keyed = (scope: string, value: string) => `secret/${scope}/${value}`;
const place = {
  projectId: 'project-live-00000000-0000-7000-8000-000000000001',
  organizationId: 'organization-live-00000000-0000-7000-8000-00000000000a',
  address: 'ada@acme.test',
};

describe('the id of a join request', () => {
  it('R32: is the same for the same person at the same organization', () => {
    expect(joinRequestIdOf(keyed, place)).toBe(joinRequestIdOf(keyed, { ...place }));
    expect(isId('join-request', joinRequestIdOf(keyed, place))).toBe(true);
    expect(joinRequestIdOf(keyed, place)).toMatch(/^join-request-live-/);
  });

  it('R3: is another one at another organization, and for another person', () => {
    const elsewhere = { ...place, organizationId: 'organization-live-00000000-0000-7000-8000-00000000000b' };
    const ids = [place, elsewhere, { ...place, address: 'bob@acme.test' }].map((each) =>
      joinRequestIdOf(keyed, each),
    );
    expect(new Set(ids).size).toBe(3);
  });

  it('R54: cannot be found from the address without the key', () => {
    const otherKey = (scope: string, value: string) => `other/${scope}/${value}`;
    expect(joinRequestIdOf(otherKey, place)).not.toBe(joinRequestIdOf(keyed, place));
  });
});
