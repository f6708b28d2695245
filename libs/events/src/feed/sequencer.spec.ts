import fc from 'fast-check';
import { piece, positionsOf } from '../testing/events.ts';
import { Sequencer } from './sequencer.ts';

describe('pieces of the feed, put in order', () => {
  it('E31: follow one another as they come', () => {
    const sequencer = new Sequencer(0);
    expect(positionsOf(sequencer.take(piece(0, 3)))).toEqual([3]);
    expect(positionsOf(sequencer.take(piece(3, 5, 8)))).toEqual([5, 8]);
    expect([sequencer.position, sequencer.hole]).toEqual([8, undefined]);
  });

  it('E31: wait behind a hole until it is filled', () => {
    const sequencer = new Sequencer(2);
    expect(sequencer.take(piece(5, 8))).toEqual([]);
    expect(sequencer.take(piece(8, 9))).toEqual([]);
    expect(sequencer.hole).toEqual({ upTo: 5 });
    expect(positionsOf(sequencer.take(piece(2, 5)))).toEqual([5, 8, 9]);
    expect(sequencer.hole).toBeUndefined();
  });

  it('E30: give no event twice', () => {
    const sequencer = new Sequencer(4);
    expect(positionsOf(sequencer.take(piece(0, 2, 4, 6)))).toEqual([6]);
    expect(positionsOf(sequencer.take(piece(4, 6)))).toEqual([]);
    expect(positionsOf(sequencer.take(piece(1, 3)))).toEqual([]);
    expect(sequencer.position).toBe(6);
  });

  it('a copy that came late is settled in its turn, not before what it repeats', () => {
    const sequencer = new Sequencer(4);
    const settled = (): void => undefined;
    expect(sequencer.take({ ...piece(1, 3), settled })).toEqual([
      { logId: 'log-1', after: 4, upTo: 4, events: [], settled },
    ]);
  });

  it('a piece without events moves the position on', () => {
    const sequencer = new Sequencer(4);
    sequencer.take({ logId: 'log-1', after: 4, upTo: 90, events: [] });
    expect(sequencer.position).toBe(90);
  });

  it('E35: forget the farthest when too many wait', () => {
    const sequencer = new Sequencer(0, 2);
    for (const position of [40, 20, 30]) sequencer.take(piece(position - 1, position));
    expect(positionsOf(sequencer.take(piece(0, 19)))).toEqual([19, 20]);
    expect(positionsOf(sequencer.take(piece(20, 29)))).toEqual([29, 30]);
    expect(sequencer.hole).toBeUndefined();
  });

  it('E31: come out once and in order, whatever order and how often they come', () => {
    const gaps = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(gaps, fc.array(fc.nat()), (steps, picks) => {
        let at = 0;
        const positions = steps.map((step) => (at += step));
        const pieces = positions.map((position, index) => piece(positions[index - 1] ?? 0, position));
        const delivered = [...picks.map((pick) => pieces[pick % pieces.length]!), ...pieces.toReversed()];
        const sequencer = new Sequencer(0);
        expect(positionsOf(delivered.flatMap((one) => sequencer.take(one)))).toEqual(positions);
      }),
    );
  });
});
