import fc from 'fast-check';
import { Keyring } from './keyring.ts';

const project = 'project-test-0193a5e0-0000-7000-8000-000000000001';
const otherProject = 'project-test-0193a5e0-0000-7000-8000-000000000002';
const session = 'session-test-0193a5e0-1111-7000-8000-00000000000a';
const keyring = new Keyring(Buffer.alloc(32, 7));
const tokens = keyring.tokens(project);

describe('tokens are derived, never stored', () => {
  it('a token names its id and generation', () => {
    const token = tokens.derive('session', session, 3);
    expect(tokens.verify('session', token)).toEqual({ id: session, generation: 3 });
  });

  it('the same id and generation give the same token, another generation another one', () => {
    expect(tokens.derive('session', session, 1)).toBe(tokens.derive('session', session, 1));
    expect(tokens.derive('session', session, 1)).not.toBe(tokens.derive('session', session, 2));
  });

  it('R17: a token of one type is not a token of another', () => {
    const token = tokens.derive(
      'intermediate-session',
      session.replace('session', 'intermediate-session'),
      0,
    );
    expect(tokens.verify('session', token)).toBeUndefined();
  });

  it("attack: another project's token is refused", () => {
    expect(
      tokens.verify('session', keyring.tokens(otherProject).derive('session', session, 1)),
    ).toBeUndefined();
  });

  it('attack: a token made with another root key is refused', () => {
    const foreign = new Keyring(Buffer.alloc(32, 8)).tokens(project).derive('session', session, 1);
    expect(tokens.verify('session', foreign)).toBeUndefined();
  });

  it('attack: no change of any character leaves a token genuine', () => {
    const token = tokens.derive('session', session, 1);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.split('');
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom(...alphabet), (at, character) => {
        const forged = token.slice(0, at) + character + token.slice(at + 1);
        return forged === token || tokens.verify('session', forged) === undefined;
      }),
      { numRuns: 2_000 },
    );
  });

  it('attack: a truncated, extended or empty token is refused', () => {
    const token = tokens.derive('session', session, 1);
    for (const forged of [token.slice(0, -1), `${token}A`, '', `${token}=`, ` ${token}`])
      expect(tokens.verify('session', forged)).toBeUndefined();
  });
});

describe('codes are derived, never stored', () => {
  const id = 'email-code-test-0193a5e0-2222-7000-8000-00000000000b';

  it('a code has six digits and belongs to one generation', () => {
    expect(tokens.code('email-code', id, 1)).toMatch(/^\d{6}$/);
    expect(tokens.matchesCode('email-code', id, 1, tokens.code('email-code', id, 1))).toBe(true);
    expect(tokens.matchesCode('email-code', id, 2, tokens.code('email-code', id, 1))).toBe(false);
  });

  it('a code of another length never matches', () => {
    expect(tokens.matchesCode('email-code', id, 1, `${tokens.code('email-code', id, 1)}0`)).toBe(false);
    expect(tokens.matchesCode('email-code', id, 1, '')).toBe(false);
  });
});

describe('look-up hashes', () => {
  it('differ by scope, so that two organizations cannot compare addresses', () => {
    expect(keyring.lookupHash('a', 'x@y.example')).not.toBe(keyring.lookupHash('b', 'x@y.example'));
    expect(keyring.lookupHash('a', 'x@y.example')).toBe(keyring.lookupHash('a', 'x@y.example'));
  });

  it('a root key of another length is refused', () => {
    expect(() => new Keyring(Buffer.alloc(31))).toThrow('32 bytes');
  });

  it('I20: what follows from an Idempotency-Key needs both keys, and the scope', () => {
    const [one, other] = [7, 8].map((byte) => new Keyring(Buffer.alloc(32, byte)));
    const of = (keyring: Keyring, scope: string, key: string) => {
      const keys = keyring.repeatKeys(scope, key);
      return [keys.name, keys.sealingKey.export().toString('hex'), keys.hash('text')];
    };
    const first = of(one!, 'scope', 'key');
    expect(of(one!, 'scope', 'key')).toEqual(first);
    const others = [of(other!, 'scope', 'key'), of(one!, 'elsewhere', 'key'), of(one!, 'scope', 'key-2')];
    for (const second of others) for (const part of second) expect(first).not.toContain(part);
    expect(new Set(first).size).toBe(3);
  });
});
