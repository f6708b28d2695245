import type { Stretch } from './stretch.ts';

const MOST_WAITING = 1_000;

/**
 * Puts pieces of the feed in order (E31). Each piece says behind which position it begins, so a copy, a late one and a
 * hole can be told apart. What lies behind a hole waits; when too much waits, what is farthest is forgotten, for it is
 * read again with the hole (E35).
 */
export class Sequencer {
  private waiting: Stretch[] = [];

  constructor(
    private at: number,
    private readonly mostWaiting = MOST_WAITING,
  ) {}

  /** Everything up to here was given out. */
  get position(): number {
    return this.at;
  }

  /** What is missing: events behind the position, up to `upTo`, without which nothing of what waits can go on. */
  get hole(): { readonly upTo: number } | undefined {
    const [first] = this.waiting;
    return first && { upTo: first.after };
  }

  /** Takes a piece, and gives those that follow now, in order and without what was given before. */
  take(stretch: Stretch): readonly Stretch[] {
    const place = this.waiting.findIndex(({ after }) => after > stretch.after);
    this.waiting.splice(place < 0 ? this.waiting.length : place, 0, stretch);
    const following: Stretch[] = [];
    while (this.waiting[0] && this.waiting[0].after <= this.at)
      following.push(this.next(this.waiting.shift()!));
    this.waiting.length = Math.min(this.waiting.length, this.mostWaiting);
    return following;
  }

  /** A copy of what was given still follows, without events: it is settled in its turn, not before what it repeats. */
  private next(stretch: Stretch): Stretch {
    const before = this.at;
    this.at = Math.max(before, stretch.upTo);
    const events = stretch.events.filter(({ position }) => Number(position) > before);
    return { ...stretch, after: before, upTo: this.at, events };
  }
}
