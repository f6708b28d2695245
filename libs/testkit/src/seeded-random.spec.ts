import { SeededRandom } from './seeded-random.ts';

describe('seeded chance', () => {
  const tenOf = (seed: string) => {
    const random = new SeededRandom(seed);
    return Array.from({ length: 10 }, () => random.below(1_000));
  };

  it('is the same for the same seed, and another for another', () => {
    expect(tenOf('a')).toEqual(tenOf('a'));
    expect(tenOf('a')).not.toEqual(tenOf('b'));
  });

  it('picks as often as the weights say', () => {
    const random = new SeededRandom('weights');
    const counts = { often: 0, seldom: 0 };
    for (let n = 0; n < 10_000; n++)
      counts[
        random.weighted<'often' | 'seldom'>([
          [3, 'often'],
          [1, 'seldom'],
        ])
      ] += 1;
    expect(counts.often).toBeGreaterThan(7_300);
    expect(counts.often).toBeLessThan(7_700);
  });

  it('fills bytes with every value there is', () => {
    const bytes = new SeededRandom('bytes').fill(new Uint8Array(10_000));
    expect(new Set(bytes).size).toBe(256);
  });
});
