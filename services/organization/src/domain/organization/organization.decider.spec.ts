import {
  acme,
  at,
  challenged,
  claimed,
  create,
  created,
  given,
  listed,
  pointerOf,
  update,
  verified,
} from '../../../test/organization-facts.ts';

const deleteIt = { type: 'DeleteOrganization', data: null, at } as const;

describe('creating an organization', () => {
  it('R30: with nothing said about doors, invites are open, SSO JIT is on and e-mail JIT is off', () =>
    given().when(create()).then(created));

  it('closes invites where some policy is given but invites are not mentioned', () =>
    given()
      .when(create({ mfa: { requirement: 'REQUIRED_FOR_ALL' } }))
      .then(
        created,
        {
          type: 'MfaPolicyChanged',
          data: { requirement: 'REQUIRED_FOR_ALL', mode: 'ALL_ALLOWED', allowed: [] },
        },
        { type: 'InvitePolicyChanged', data: { emailInvites: 'NOT_ALLOWED' } },
      ));

  it.each([
    ['a domain list', { emailDomains: ['acme.test'] }],
    ['a JIT setting', { jitDefaults: { ssoJitProvisioning: 'ALL_ALLOWED' } }],
    ['an authentication setting', { authentication: { mode: 'ALL_ALLOWED' } }],
  ] as const)('takes %s for a policy that was given', (_, settings) => {
    const closes = { type: 'InvitePolicyChanged', data: { emailInvites: 'NOT_ALLOWED' } } as const;
    const listing = 'emailDomains' in settings ? [listed('acme.test')] : [];
    given()
      .when(create(settings))
      .then(created, ...listing, closes);
  });

  it('keeps invites as they are asked for, whatever else is given', () =>
    given()
      .when(create({ emailDomains: ['acme.test'], emailInvites: 'ALL_ALLOWED' }))
      .then(created, listed('acme.test')));

  it('does not take metadata, logo or external id for a policy', () =>
    given()
      .when(
        create({
          logoUrl: 'https://acme.test/logo.png',
          externalId: 'crm|1',
          trustedMetadata: { plan: 'pro' },
        }),
      )
      .then(
        {
          type: 'OrganizationCreated',
          data: {
            organizationId: acme,
            name: 'Acme',
            slug: 'acme',
            logoUrl: 'https://acme.test/logo.png',
            externalId: 'crm|1',
          },
        },
        { type: 'OrganizationMetadataReplaced', data: { trustedMetadata: { plan: 'pro' } } },
      ));

  it('happens once', () => given(created).when(create()).thenRejects('conflict'));

  it('R6: cannot claim a domain, since nothing is proven yet', () =>
    given()
      .when(create({ emailDomains: ['acme.test'], claimedDomains: ['acme.test'] }))
      .thenRejects('organization_settings_claimed_domain_not_verified'));
});

describe('updating an organization', () => {
  it('gives one fact per thing that changed, and none for what stays', () =>
    given(created)
      .when(update({ name: 'Acme Ltd', slug: 'acme', logoUrl: '', authentication: { mode: 'ALL_ALLOWED' } }))
      .then({ type: 'OrganizationRenamed', data: { name: 'Acme Ltd' } }));

  it('already so: nothing happens', () =>
    given(created)
      .when(update({ name: 'Acme', emailInvites: 'ALL_ALLOWED', emailDomains: [] }))
      .thenNothing());

  it('says nothing about an organization that never was', () =>
    given()
      .when(update({ name: 'Acme' }))
      .thenRejects('organization_not_found'));

  it('R4: a domain may be listed whoever else lists it, and there may be many', () =>
    given(created, listed('acme.test'))
      .when(update({ emailDomains: ['acme.test', 'acme.example', 'beta.test'] }))
      .then(listed('acme.example'), listed('beta.test')));
});

describe('deleting an organization', () => {
  it('names everything that is free again', () =>
    given(
      created,
      { type: 'OrganizationExternalIdAssigned', data: { externalId: 'crm|1', previousExternalId: null } },
      listed('acme.test'),
      listed('acme.example'),
      challenged('acme.test'),
      verified('acme.test'),
      claimed('acme.test'),
    )
      .when(deleteIt)
      .then({
        type: 'OrganizationDeleted',
        data: { slug: 'acme', externalId: 'crm|1', claimedDomains: ['acme.test'] },
      }));

  const deleted = {
    type: 'OrganizationDeleted',
    data: { slug: 'acme', externalId: null, claimedDomains: [] },
  } as const;

  it('already deleted: nothing happens', () => given(created, deleted).when(deleteIt).thenNothing());

  it('R16: a deleted organization takes no command any more', () => {
    given(created, deleted)
      .when(update({ name: 'Risen' }))
      .thenRejects('organization_not_found');
    given(created, deleted).when(create()).thenRejects('conflict');
  });
});

describe('what a settings error blames', () => {
  it('names the field of the request', () => {
    expect(pointerOf([created], update({ slug: 'x' }))).toBe('/organization_slug');
    expect(pointerOf([created], update({ emailDomains: ['acme.test', 'gmail.com'] }))).toBe(
      '/email_allowed_domains/1',
    );
  });
});
