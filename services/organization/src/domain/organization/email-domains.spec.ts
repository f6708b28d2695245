import {
  at,
  challenged,
  claimed,
  created,
  facts,
  given,
  listed,
  update,
  verified,
} from '../../../test/organization-facts.ts';

const claimOf = (domain: string) => ({ type: 'ClaimEmailDomain', data: { domain }, at }) as const;
const listing = (domain: string) => ({ type: 'ListEmailDomain', data: { domain, facts }, at }) as const;
const removal = (domain: string) => ({ type: 'RemoveEmailDomain', data: { domain }, at }) as const;
const start = (domain: string, challenge: string) =>
  ({ type: 'StartDomainVerification', data: { domain, challenge }, at }) as const;
const seen = (domain: string, seenChallenge: string) =>
  ({ type: 'RecordDomainVerified', data: { domain, seenChallenge }, at }) as const;

const proven = [created, listed('acme.test'), challenged('acme.test'), verified('acme.test')] as const;

describe('listing a domain', () => {
  it('writes it in its canonical form', () => {
    given(created).when(listing('ACME.Test')).then(listed('acme.test'));
    given(created).when(listing('bücher.test')).then(listed('xn--bcher-kva.test'));
  });

  it('already listed: nothing happens', () =>
    given(created, listed('acme.test')).when(listing('acme.test')).thenNothing());

  it.each([
    ['gmail.com', 'organization_settings_domain_too_common'],
    ['mailinator.com', 'organization_settings_disposable_domain'],
    ['localhost', 'organization_settings_invalid_domain'],
    ['someone@acme.test', 'organization_settings_invalid_domain'],
    ['', 'organization_settings_invalid_domain'],
  ])('R33: refuses %j, alone or in the flat list', (domain, error) => {
    given(created).when(listing(domain)).thenRejects(error);
    given(created)
      .when(update({ emailDomains: ['acme.test', domain] }))
      .thenRejects(error);
  });

  it('refuses a domain named twice, however it is written', () =>
    given(created)
      .when(update({ emailDomains: ['acme.test', 'Acme.TEST'] }))
      .thenRejects('organization_settings_duplicate_domain'));

  it('refuses more than 200', () => {
    const domains = Array.from({ length: 201 }, (_, index) => `d${index}.test`);
    given(created)
      .when(update({ emailDomains: domains }))
      .thenRejects('too_many_domains');
    given(created, ...domains.slice(0, 200).map(listed))
      .when(listing('one-more.test'))
      .thenRejects('too_many_domains');
  });

  it('takes the flat list for the whole list', () =>
    given(...proven)
      .when(update({ emailDomains: ['acme.example'] }))
      .then({ type: 'EmailDomainUnlisted', data: { domain: 'acme.test' } }, listed('acme.example')));
});

describe('proving a domain', () => {
  it('keeps the challenge it was given first', () => {
    given(created, listed('acme.test'))
      .when(start('acme.test', 'challenge-1'))
      .then(challenged('acme.test', 'challenge-1'));
    given(created, listed('acme.test'), challenged('acme.test'))
      .when(start('acme.test', 'challenge-2'))
      .thenNothing();
  });

  it('takes the challenge for the proof', () =>
    given(created, listed('acme.test'), challenged('acme.test', 'challenge-1'))
      .when(seen('acme.test', 'challenge-1'))
      .then(verified('acme.test')));

  it('refuses a proof with the challenge of another organization, or of an earlier listing', () => {
    given(created, listed('acme.test'), challenged('acme.test', 'challenge-1'))
      .when(seen('acme.test', 'challenge-of-another'))
      .thenRejects('email_domain_not_verified');
    given(
      ...proven,
      { type: 'EmailDomainUnlisted', data: { domain: 'acme.test' } },
      listed('acme.test'),
      challenged('acme.test', 'challenge-2'),
    )
      .when(seen('acme.test', 'challenge-1'))
      .thenRejects('email_domain_not_verified');
  });

  it('proven again: nothing happens, and a claim stays', () => {
    given(...proven)
      .when(seen('acme.test', 'challenge-1'))
      .thenNothing();
    given(...proven, claimed('acme.test'))
      .when(seen('acme.test', 'challenge-1'))
      .thenNothing();
  });

  it('is about listed domains only', () => {
    given(created).when(start('acme.test', 'challenge-1')).thenRejects('email_domain_not_found');
    given(created).when(seen('acme.test', 'challenge-1')).thenRejects('email_domain_not_found');
  });
});

describe('R6: claiming a domain', () => {
  it('needs a proof, by either way', () => {
    const error = 'organization_settings_claimed_domain_not_verified';
    given(created, listed('acme.test')).when(claimOf('acme.test')).thenRejects(error);
    given(created, listed('acme.test'))
      .when(update({ claimedDomains: ['acme.test'] }))
      .thenRejects(error);
    given(created)
      .when(update({ claimedDomains: ['acme.test'] }))
      .thenRejects(error);
    given(created).when(claimOf('acme.test')).thenRejects('email_domain_not_found');
  });

  it('is a fact once', () => {
    given(...proven)
      .when(claimOf('acme.test'))
      .then(claimed('acme.test'));
    given(...proven)
      .when(update({ claimedDomains: ['acme.test'] }))
      .then(claimed('acme.test'));
    given(...proven, claimed('acme.test'))
      .when(claimOf('acme.test'))
      .thenNothing();
    given(...proven, claimed('acme.test'))
      .when(update({ claimedDomains: ['acme.test'] }))
      .thenNothing();
  });

  it('is released by a list without it; the proof stays', () => {
    const released = { type: 'EmailDomainClaimReleased', data: { domain: 'acme.test' } } as const;
    given(...proven, claimed('acme.test'))
      .when(update({ claimedDomains: [] }))
      .then(released);
    given(...proven, claimed('acme.test'), released)
      .when(claimOf('acme.test'))
      .then(claimed('acme.test'));
  });

  it('cannot outlive the listing within one call', () =>
    given(...proven)
      .when(update({ emailDomains: ['acme.example'], claimedDomains: ['acme.test'] }))
      .thenRejects('organization_settings_claimed_domain_not_verified'));
});

describe('removing a domain', () => {
  it('takes proof and claim with it', () =>
    given(...proven, claimed('acme.test'))
      .when(removal('acme.test'))
      .then({ type: 'EmailDomainUnlisted', data: { domain: 'acme.test' } }));

  it('keeps the last one that a RESTRICTED setting relies on', () => {
    const restricted = { type: 'InvitePolicyChanged', data: { emailInvites: 'RESTRICTED' } } as const;
    given(created, listed('acme.test'), restricted)
      .when(removal('acme.test'))
      .thenRejects('invalid_restricted_email_setting');
  });

  it('is about listed domains only', () =>
    given(created).when(removal('acme.test')).thenRejects('email_domain_not_found'));
});
