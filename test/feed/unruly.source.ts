import type { EventSource, Stretch, Wanted } from '@muster/events';
import type { Random } from '../history/random.ts';

const MOST_HELD = 5;

/** The same source over a network at its worst: pieces come twice, late, in another order, and some never. */
export const unruly = (source: EventSource, random: Random): EventSource => ({
  feed: source.feed,
  async *follow(after: number, wanted: Wanted, signal: AbortSignal): AsyncGenerator<Stretch> {
    const held: Stretch[] = [];
    for await (const stretch of source.follow(after, wanted, signal)) {
      const fate = random.integer(20);
      if (fate === 0) continue;
      if (fate < 4) held.push(stretch);
      else yield stretch;
      if (fate === 4) yield stretch;
      if (held.length > MOST_HELD || (held.length > 0 && fate > 16))
        yield* held.splice(0).toSorted(() => random.integer(3) - 1);
    }
  },
});
