import { DomainError } from '@muster/kernel';
import { admissionFacts, type MailDomainKind } from './admission-inputs.ts';
import { entryFacts } from '../../testing/entry-facts.ts';

const mailDomainKind = (domain: string): MailDomainKind => (domain === 'mail.test' ? 'public' : 'own');

const factsOf = (address: string, entry = entryFacts(), connectionId: string | null = null) =>
  admissionFacts({
    applicant: { address, proof: 'proven', connectionId },
    through: 'organization',
    entry,
    mailDomainKind,
  });

describe('the facts that a decision rests on', () => {
  it('R36: hold the domain of the address, and nothing else of it', () => {
    const facts = factsOf(
      'Grace.Hopper@Acme.test',
      entryFacts({ member: { address: 'grace.hopper@acme.test' } }),
    );
    expect(facts.applicant.emailDomain).toBe('acme.test');
    expect(facts.member?.hasProvenAddress).toBe(true);
    expect(JSON.stringify(facts)).not.toMatch(/hopper/i);
  });

  it('R10: a member found by id may have another address', () => {
    expect(factsOf('ada@acme.test', entryFacts({ member: {} })).member?.hasProvenAddress).toBe(false);
  });

  it('R6: name the state of the applicant’s domain, and of no other', () => {
    const emailDomains = [
      { domain: 'mail.acme.test', state: 'claimed' },
      { domain: 'acme.test', state: 'verified' },
    ] as const;
    expect(factsOf('ada@acme.test', entryFacts({ organization: { emailDomains } })).domain.state).toBe(
      'verified',
    );
    expect(
      factsOf('ada@acme.test', entryFacts({ organization: { emailDomains: [] } })).domain.state,
    ).toBeNull();
  });

  it('R33: tell a public mail domain', () => {
    expect(factsOf('ada@mail.test', entryFacts({ domain: { domain: 'mail.test' } })).domain.kind).toBe(
      'public',
    );
  });

  it('R16: tell an active connection from any other', () => {
    expect(factsOf('ada@acme.test', entryFacts(), 'c1').applicant.connection?.active).toBe(true);
    expect(factsOf('ada@acme.test', entryFacts(), 'c2').applicant.connection?.active).toBe(false);
  });

  it('are refused where they are about another domain than the applicant’s', () => {
    expect(() => factsOf('ada@other.test')).toThrow('entry facts without those of the applicant’s domain');
    expect(() => factsOf('ada@acme.test', { ...entryFacts(), domain: null })).toThrow('entry facts without');
  });
});

// oxfmt-ignore
const corpus: readonly (readonly [attack: string, address: string, domain: string | undefined])[] = [
  ['a tag', 'ada+tag@acme.test', 'acme.test'],
  ['dots', 'a.d.a@acme.test', 'acme.test'],
  ['upper case', 'ADA@ACME.TEST', 'acme.test'],
  ['a domain below', 'ada@mail.acme.test', 'mail.acme.test'],
  ['a domain above', 'ada@test', undefined],
  ['a domain that ends alike', 'ada@evil-acme.test', 'evil-acme.test'],
  ['a homoglyph (Cyrillic а)', 'ada@аcme.test', 'xn--cme-5cd.test'],
  ['punycode as it is', 'ada@xn--cme-5cd.test', 'xn--cme-5cd.test'],
  ['a fullwidth @', 'ada＠acme.test', undefined],
  ['a fullwidth @ beside a real one', 'ada＠acme.test@evil.test', undefined],
  ['two @', 'ada@evil.test@acme.test', undefined],
  ['a quoted local part', '"ada@evil.test"@acme.test', undefined],
  ['a comment', 'ada(x)@acme.test', undefined],
  ['a group', 'x:ada@acme.test;', undefined],
  ['a trailing dot', 'ada@acme.test.', undefined],
  ['an ideographic full stop', 'ada@acme。test', undefined],
  ['an address literal', 'ada@[127.0.0.1]', undefined],
  ['a line break', 'ada@acme.test\r\nBcc: eve@evil.test', undefined],
  ['a NUL', 'ada@acme.test\0.evil.test', undefined],
  ['white space', ' ada@acme.test', undefined],
  ['a display name', 'Ada <ada@acme.test>', undefined],
  ['more than 254 characters', `${'a'.repeat(64)}@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.acme.test`, undefined],
];

const refusal = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    return error instanceof DomainError ? error.code : error;
  }
};

describe('S21: addresses that try to be of another domain', () => {
  it.each(corpus)('%s', (_, address, domain) => {
    const decide = () => factsOf(address, entryFacts({ domain: { domain: domain ?? 'acme.test' } }));
    const outcome = domain === undefined ? refusal(decide) : decide().applicant.emailDomain;
    expect(outcome).toBe(domain ?? 'invalid_email');
  });
});
