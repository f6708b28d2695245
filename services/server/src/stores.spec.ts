import { assertDurable, leastDurability } from './stores.ts';

describe('E7: the least that an acknowledgement must promise', () => {
  it.each([
    ['fsync', 'fsync'],
    ['fsync', 'memory'],
    ['quorum', 'fsync'],
  ] as const)('a log of %s is taken where %s is enough', (durability, least) =>
    expect(() => assertDurable({ durability }, least)).not.toThrow(),
  );

  it.each([
    ['memory', 'fsync'],
    ['fsync', 'quorum'],
  ] as const)('a log of %s is refused where it has to be %s', (durability, least) =>
    expect(() => assertDurable({ durability }, least)).toThrow(`MUSTER_DURABILITY is ${least}`),
  );

  it.each([
    ['development', undefined, 'memory'],
    ['production', undefined, 'fsync'],
    ['production', 'memory', 'memory'],
    ['production', 'quorum', 'quorum'],
  ] as const)('in %s, told %s, it is %s', (MUSTER_MODE, MUSTER_DURABILITY, least) =>
    expect(leastDurability({ MUSTER_MODE, MUSTER_DURABILITY })).toBe(least),
  );
});
