import { mergedClaims } from './custom-claims.ts';

describe('custom claims', () => {
  it('are merged by name', () =>
    expect(mergedClaims({ a: 1, b: 2 }, { b: 3, c: 4 })).toEqual({ a: 1, b: 3, c: 4 }));

  it('lose what is given as null', () => expect(mergedClaims({ a: 1, b: 2 }, { a: null })).toEqual({ b: 2 }));

  it.each(['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti', 'https://stytch.com/session'])(
    'cannot be used to speak as somebody else: %s',
    (name) =>
      expect(() => mergedClaims({}, { [name]: 'x' })).toThrow(
        expect.objectContaining({ code: 'reserved_claims_in_custom_claims' }),
      ),
  );

  it('may have 4 KB in all', () => {
    expect(mergedClaims({ a: 'x'.repeat(2_000) }, { b: 'x'.repeat(2_081) })).toEqual({
      a: 'x'.repeat(2_000),
      b: 'x'.repeat(2_081),
    });
    expect(() => mergedClaims({ a: 'x'.repeat(2_000) }, { b: 'x'.repeat(2_082) })).toThrow(
      expect.objectContaining({ code: 'custom_claims_too_large' }),
    );
  });
});
