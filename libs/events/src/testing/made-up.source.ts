import type { EventSource, Feed } from '../feed/event-source.ts';
import type { Checkpoint, Stretch } from '../feed/stretch.ts';
import { isWanted, type Wanted } from '../feed/wanted.ts';
import { eventAt, logId } from './events.ts';

/** A feed with an event at each of the positions given, and a bus that delivers what a test tells it to. */
export class MadeUpSource implements EventSource, Feed {
  /** What each round of following gives, one after the other; then it waits. */
  readonly rounds: (readonly (Stretch | Error)[])[] = [];
  readonly asked: number[] = [];
  hasFeed = true;
  /** How many pieces were taken of it. */
  taken = 0;

  constructor(readonly positions: readonly number[] = []) {}

  get feed(): Feed | undefined {
    return this.hasFeed ? this : undefined;
  }

  async *follow(_after: number, _wanted: Wanted, signal: AbortSignal): AsyncGenerator<Stretch> {
    for (const next of this.rounds.shift() ?? []) {
      if (next instanceof Error) throw next;
      this.taken += 1;
      yield next;
    }
    if (this.rounds.length === 0)
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  }

  async read(after: number, wanted: Wanted): Promise<Stretch> {
    this.asked.push(after);
    const events = this.positions
      .filter((position) => position > after)
      .slice(0, 3)
      .map((position) => eventAt(position));
    const upTo = Number(events.at(-1)?.position ?? after);
    return { logId, after, upTo, events: events.filter((event) => isWanted(event, wanted)) };
  }

  async head(): Promise<Checkpoint> {
    return { logId, position: this.positions.at(-1) ?? 0 };
  }
}
