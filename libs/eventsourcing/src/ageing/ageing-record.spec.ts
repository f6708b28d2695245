import fc from 'fast-check';
import { positionsIn, rangesOf } from './ageing-record.ts';

describe('positions on record', () => {
  it.each<[readonly number[], string]>([
    [[], ''],
    [[7], '7'],
    [[3, 1, 2], '1-3'],
    [[1, 2, 4, 9, 10, 11], '1-2,4,9-11'],
    [[5, 5, 6], '5-6'],
  ])('%j are written %j', (positions, text) => expect(rangesOf(positions)).toBe(text));

  it('are read as they were written', () =>
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 300 })), (positions) => {
        const read = positionsIn(rangesOf(positions)).flatMap(([first, last]) =>
          Array.from({ length: last - first + 1 }, (_, n) => first + n),
        );
        expect(read).toStrictEqual(positions.toSorted((a, b) => a - b));
      }),
    ));
});
