import fc from 'fast-check';
import { domainOf, parseEmailAddress, parseEmailDomain } from './email-address.ts';

describe('an e-mail address', () => {
  it.each([
    ['Ana@Acme.Example', 'ana@acme.example'],
    ['ana+tag@acme.example', 'ana+tag@acme.example'],
    ['a.n.a@acme.example', 'a.n.a@acme.example'],
    ['ana@bücher.example', 'ana@xn--bcher-kva.example'],
    ['ana@XN--BCHER-KVA.example', 'ana@xn--bcher-kva.example'],
    ['ana@a.b.c.acme.example', 'ana@a.b.c.acme.example'],
    [`${'a'.repeat(64)}@acme.example`, `${'a'.repeat(64)}@acme.example`],
    ["o'brien@acme.example", "o'brien@acme.example"],
  ])('%s is kept as %s', (text, address) => {
    expect(parseEmailAddress(text)?.address).toBe(address);
  });

  it.each([
    ['two addresses in one', 'a@evil.example@acme.example'],
    ['a fullwidth @', 'ana＠acme.example'],
    ['a fullwidth @ beside a real one', 'ana＠evil.example@acme.example'],
    ['a quoted local part', '"a@evil.example y"@acme.example'],
    ['a comment', 'ana(x)@acme.example'],
    ['a group', 'team:ana@acme.example;'],
    ['an angle address', 'Ana <ana@acme.example>'],
    ['a header injection', 'ana@acme.example\r\nBcc: eve@evil.example'],
    ['a NUL', 'ana\u0000@acme.example'],
    ['a space', 'ana @acme.example'],
    ['a trailing space', 'ana@acme.example '],
    ['a leading dot', '.ana@acme.example'],
    ['a trailing dot in the local part', 'ana.@acme.example'],
    ['two dots', 'a..na@acme.example'],
    ['a trailing dot in the domain', 'ana@acme.example.'],
    ['one label', 'ana@localhost'],
    ['an address literal', 'ana@[127.0.0.1]'],
    ['an IPv4 address', 'ana@127.0.0.1'],
    ['a hexadecimal IPv4 address', 'ana@0x7f.0.0.1'],
    ['a port', 'ana@acme.example:25'],
    ['a path', 'ana@acme.example/x'],
    ['a homoglyph in the local part', 'аna@acme.example'],
    ['an empty local part', '@acme.example'],
    ['an empty domain', 'ana@'],
    ['nothing', ''],
    ['a label that starts with a hyphen', 'ana@-acme.example'],
    ['a zero-width joiner', 'ana@ac\u200dme.example'],
    ['65 characters before the @', `${'a'.repeat(65)}@acme.example`],
    [
      '255 characters',
      `${'a'.repeat(60)}@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.example.example`,
    ],
    ['a comma list', 'ana@acme.example,eve@evil.example'],
    ['a percent hack that changes the host', 'ana@acme.example%eve'],
  ])('attack: %s is no address', (_, text) => {
    expect(parseEmailAddress(text)).toBeUndefined();
  });

  it('a homoglyph domain is another domain, never the one it looks like', () => {
    expect(parseEmailAddress('ana@аcme.example')?.domain).toBe('xn--cme-5cd.example');
  });

  it('R5: the canonical form is its own canonical form', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (text) => {
        const once = parseEmailAddress(text);
        return once === undefined || parseEmailAddress(once.address)?.address === once.address;
      }),
    );
  });

  it('any text gives an address that is plain ASCII with exactly one @, or none', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 40 }),
        fc.string({ unit: 'binary', maxLength: 40 }),
        (a, b) => {
          const parsed = parseEmailAddress(`${a}@${b}`);
          return parsed === undefined || /^[\x21-\x7e]+$/.test(parsed.address.replace('@', ''));
        },
      ),
    );
  });
});

describe('an e-mail domain', () => {
  it.each([
    ['Acme.Example', 'acme.example'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['acme', undefined],
    ['*.acme.example', undefined],
    ['acme.example.', undefined],
    ['@acme.example', undefined],
    ['acme.example/x', undefined],
    ['acme .example', undefined],
    ['', undefined],
  ])('%s is %s', (text, domain) => {
    expect(parseEmailDomain(text)).toBe(domain);
  });

  it('is what follows the @', () => {
    expect(domainOf('ana@acme.example')).toBe('acme.example');
  });
});
