import { domainChallenge } from './domain-challenge.ts';

describe('the DNS record that proves a domain', () => {
  it('stands under a name of its own, and says which challenge it answers', () =>
    expect(domainChallenge('acme.test', 'c0ffee')).toEqual({
      name: '_muster-challenge.acme.test',
      text: 'muster-domain-verification=c0ffee',
    }));
});
