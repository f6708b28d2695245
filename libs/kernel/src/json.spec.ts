import fc from 'fast-check';
import { canonicalJson, type Json } from './json.ts';

describe('canonical JSON', () => {
  it('orders keys and leaves out white space and what is undefined', () => {
    expect(canonicalJson({ b: [1, { d: null, c: 'x' }], a: true })).toBe(
      '{"a":true,"b":[1,{"c":"x","d":null}]}',
    );
    expect(canonicalJson({ a: undefined } as unknown as Json)).toBe('{}');
  });

  it('is the same for the same value, whatever the order of its keys', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value as Json);
        return canonicalJson(JSON.parse(text)) === text;
      }),
    );
  });
});
