import { environmentOf, formatId, isId, looksLikeId } from './ids.ts';

const uuid = '0193a5e0-0000-7000-8000-00000000000a';

describe('an id', () => {
  it('names its type and environment', () => {
    expect(formatId('member', 'live', uuid)).toBe(`member-live-${uuid}`);
    expect(isId('member', `member-live-${uuid}`)).toBe(true);
    expect(environmentOf(`member-live-${uuid}`)).toBe('live');
  });

  it.each([
    ['another type', `organization-live-${uuid}`],
    ['a type that only begins alike', `member-email-live-${uuid}`],
    ['an unknown environment', `member-prod-${uuid}`],
    ['capitals', `member-live-${uuid.toUpperCase()}`],
    ['more behind it', `member-live-${uuid}\n`],
    ['no uuid', 'member-live-1'],
  ])('attack: %s is no member id', (_, text) => {
    expect(isId('member', text)).toBe(false);
  });

  it.each(['organization-anything', 'member-x', `jit-rule-test-${uuid}`])(
    'the slug or external id %s would look like one',
    (text) => expect(looksLikeId(text)).toBe(true),
  );

  it.each(['acme', 'members', 'my-organization', '42'])('the slug or external id %s would not', (text) =>
    expect(looksLikeId(text)).toBe(false),
  );
});
