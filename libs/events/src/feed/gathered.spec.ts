import { piece, positionsOf } from '../testing/events.ts';
import { gathered } from './gathered.ts';
import type { Stretch } from './stretch.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('what came while the last batch was handled', () => {
  it('is given at once, never more than asked for and one piece beyond (E35)', async () => {
    let taken = 0;
    const source = async function* (): AsyncGenerator<Stretch> {
      for (let position = 1; position <= 20; position++) {
        taken += 1;
        yield piece(position - 1, position);
      }
    };
    const batches: (readonly number[])[] = [];
    for await (const batch of gathered(source(), 5)) {
      for (let n = 0; n < 10; n++) await turn();
      batches.push(positionsOf(batch));
      expect(taken - batches.flat().length).toBeLessThanOrEqual(6);
    }
    expect(batches.flat()).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    expect(batches.length).toBeLessThanOrEqual(6);
  });

  it('is given before the failure behind it', async () => {
    const source = async function* (): AsyncGenerator<Stretch> {
      yield piece(0, 1);
      throw new Error('broken');
    };
    const got: number[] = [];
    const all = (async () => {
      for await (const batch of gathered(source(), 5)) got.push(...positionsOf(batch));
    })();
    await expect(all).rejects.toThrow('broken');
    expect(got).toEqual([1]);
  });

  it('ends what it takes from when nobody listens any more', async () => {
    let ended = false;
    const source = async function* (): AsyncGenerator<Stretch> {
      try {
        for (let position = 1; ; position++) yield piece(position - 1, position);
      } finally {
        ended = true;
      }
    };
    for await (const _ of gathered(source(), 3)) break;
    await turn();
    expect(ended).toBe(true);
  });
});
