import { checkClaims, mergedClaims } from './custom-claims.ts';

describe('custom claims', () => {
  it('are merged by name', () =>
    expect(mergedClaims({ a: 1, b: 2 }, { b: 3, c: 4 })).toEqual({ a: 1, b: 3, c: 4 }));

  it('lose what is given as null', () => expect(mergedClaims({ a: 1, b: 2 }, { a: null })).toEqual({ b: 2 }));

  it.each(['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti', 'https://stytch.com/session'])(
    'cannot be used to speak as somebody else: %s',
    (name) =>
      expect(() => checkClaims({}, { harmless: 'x', [name]: 'x' })).toThrow(
        expect.objectContaining({
          code: 'reserved_claims_in_custom_claims',
          details: { pointer: '/session_custom_claims' },
        }),
      ),
  );

  it('may have 4 KB in all', () => {
    expect(() => checkClaims({ a: 'x'.repeat(2_000) }, { b: 'x'.repeat(2_081) })).not.toThrow();
    expect(() => checkClaims({ a: 'x'.repeat(2_000) }, { b: 'x'.repeat(2_082) })).toThrow(
      expect.objectContaining({
        code: 'custom_claims_too_large',
        details: { pointer: '/session_custom_claims' },
      }),
    );
  });

  it('may be replaced where there would be no room for both', () =>
    expect(() => checkClaims({ a: 'x'.repeat(4_000) }, { a: 'y'.repeat(4_000) })).not.toThrow());
});
