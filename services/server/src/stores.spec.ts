import { assertDurable, leastDurabilityIn } from './stores.ts';

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

  it('is at least a crash of the machine in production, where nothing is said', () => {
    expect(leastDurabilityIn({ MUSTER_MODE: 'production' })).toBe('fsync');
    expect(leastDurabilityIn({ MUSTER_MODE: 'development' })).toBe('memory');
    expect(leastDurabilityIn({ MUSTER_MODE: 'production', MUSTER_DURABILITY: 'quorum' })).toBe('quorum');
  });
});
