import { create, created, given, update } from '../../../test/organization-facts.ts';

const keys = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`key${index}`, 1]));

describe('the name', () => {
  it('has 1 to 128 characters', () => {
    given(created)
      .when(update({ name: 'x'.repeat(128) }))
      .then({ type: 'OrganizationRenamed', data: { name: 'x'.repeat(128) } });
    given(created)
      .when(update({ name: 'x'.repeat(129) }))
      .thenRejects('invalid_organization_name');
    given(created)
      .when(update({ name: '' }))
      .thenRejects('invalid_organization_name');
    given()
      .when(create({ name: '   ' }))
      .thenRejects('invalid_organization_name');
  });

  it('counts characters, not code units', () =>
    given(created)
      .when(update({ name: '🜂'.repeat(128) }))
      .then({ type: 'OrganizationRenamed', data: { name: '🜂'.repeat(128) } }));

  it('has no line break, which would end a mail header (header injection)', () =>
    given(created)
      .when(update({ name: 'Acme\r\nBcc: x@evil.test' }))
      .thenRejects('invalid_organization_name'));
});

describe('the slug', () => {
  it.each(['ac', 'x'.repeat(128), 'Acme-1._~'])('may be %s', (slug) =>
    given(created)
      .when(update({ slug }))
      .then({ type: 'OrganizationSlugChanged', data: { slug, previousSlug: 'acme' } }),
  );

  it.each(['a', 'x'.repeat(129), 'acme ltd', 'acme/1', 'äcme', ''])('may not be %j', (slug) => {
    given(created).when(update({ slug })).thenRejects('invalid_organization_slug');
    given().when(create({ slug })).thenRejects('invalid_organization_slug');
  });

  it.each([
    'organization-test-01890000-0000-7000-8000-000000000002',
    'organization-anything',
    'member-test-01890000-0000-7000-8000-000000000002',
  ])('may not look like an id (look-up confusion): %s', (slug) =>
    given(created).when(update({ slug })).thenRejects('invalid_organization_slug'),
  );
});

describe('the external id', () => {
  it('is given, changed and taken back', () => {
    given(created)
      .when(update({ externalId: 'crm|4.2_a-b' }))
      .then({
        type: 'OrganizationExternalIdAssigned',
        data: { externalId: 'crm|4.2_a-b', previousExternalId: null },
      });
    const assigned = {
      type: 'OrganizationExternalIdAssigned',
      data: { externalId: 'one', previousExternalId: null },
    } as const;
    given(created, assigned)
      .when(update({ externalId: 'two' }))
      .then({
        type: 'OrganizationExternalIdAssigned',
        data: { externalId: 'two', previousExternalId: 'one' },
      });
    const removal = { type: 'RemoveExternalId', data: null, at: '2026-11-23T09:30:00.000Z' } as const;
    given(created, assigned)
      .when(removal)
      .then({ type: 'OrganizationExternalIdRemoved', data: { externalId: 'one' } });
    given(created).when(removal).thenNothing();
  });

  it.each(['', 'x'.repeat(129), 'a b', 'a~b', 'organization-1', 'member-1'])('may not be %j', (externalId) =>
    given(created).when(update({ externalId })).thenRejects('invalid_organization_external_id'),
  );
});

describe('the logo', () => {
  it('is a web address of at most 2048 characters, or none', () => {
    const logoUrl = `https://acme.test/${'x'.repeat(2_030)}`;
    given(created).when(update({ logoUrl })).then({ type: 'OrganizationLogoReplaced', data: { logoUrl } });
    given(created)
      .when(update({ logoUrl: `${logoUrl}x` }))
      .thenRejects('organization_logo_url_too_long');
  });

  it('is no script (stored cross-site scripting)', () =>
    given(created)
      .when(update({ logoUrl: 'javascript:alert(1)' }))
      .thenRejects('bad_request'));
});

describe('trusted metadata', () => {
  const metadata = (trustedMetadata: Record<string, never> | object) =>
    ({ type: 'OrganizationMetadataReplaced', data: { trustedMetadata } }) as never;

  it('is merged at the top level only; null deletes a key', () =>
    given(created, metadata({ plan: 'free', limits: { seats: 5, projects: 2 }, old: true }))
      .when(update({ trustedMetadata: { plan: 'pro', limits: { seats: 9 }, old: null } }))
      .then(metadata({ plan: 'pro', limits: { seats: 9 } })));

  it('unchanged by the merge: nothing happens', () =>
    given(created, metadata({ plan: 'free' }))
      .when(update({ trustedMetadata: { plan: 'free', gone: null } }))
      .thenNothing());

  it('has at most 20 top-level keys after the merge', () => {
    given(created)
      .when(update({ trustedMetadata: keys(20) }))
      .then(metadata(keys(20)));
    given(created, metadata(keys(20)))
      .when(update({ trustedMetadata: { more: 1 } }))
      .thenRejects('metadata_too_large');
  });

  it('has at most 4096 bytes', () => {
    const text = 'x'.repeat(4_096 - '{"a":""}'.length);
    given(created)
      .when(update({ trustedMetadata: { a: text } }))
      .then(metadata({ a: text }));
    given(created)
      .when(update({ trustedMetadata: { a: `${text}x` } }))
      .thenRejects('metadata_too_large');
    given(created)
      .when(update({ trustedMetadata: { a: 'ä'.repeat(2_048) } }))
      .thenRejects('metadata_too_large');
  });

  it('R54: starts anew where what was there is erased', () =>
    given(created, metadata({ erased: true }))
      .when(update({ trustedMetadata: { plan: 'pro' } }))
      .then(metadata({ plan: 'pro' })));
});
