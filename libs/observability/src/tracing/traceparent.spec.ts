import { partsOfTraceparent, traceparentIn, traceparentOf } from './traceparent.ts';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('a traceparent', () => {
  it('is taken as it came', () => {
    expect(traceparentIn(traceparent)).toBe(traceparent);
  });

  it.each([
    ['nothing', undefined],
    ['an address', 'ada@acme.example'],
    ['another version', `01${traceparent.slice(2)}`],
    ['no trace', '00-00000000000000000000000000000000-b7ad6b7169203331-01'],
    ['no span', '00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01'],
    ['something behind it', `${traceparent}-x`],
    ['several headers', [traceparent, traceparent]],
  ])('is not %s', (_, value) => {
    expect(traceparentIn(value)).toBeUndefined();
  });

  it('says which trace, which span, and whether it is recorded', () => {
    const parts = {
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: 1,
    };
    expect(partsOfTraceparent(traceparent)).toEqual(parts);
    expect(traceparentOf(parts)).toBe(traceparent);
  });
});
