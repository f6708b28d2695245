import type { RecordedEvent } from '@muster/eventsourcing';

/** Who is further behind reads the file. */
const MOST_EVENTS = 512;
/** For so many milliseconds may a page lack what another process appended since. Followers ask at once. */
const KEPT_MILLISECONDS = 10;

/** As text, so that whoever is told has a copy of their own, and the same as from the file (E24). */
type Kept = { readonly position: number; readonly text: string };

/**
 * The newest events of the log, where this process appended them. A process has some ten followers of the log (views,
 * tables, reactors), which ask after each commit for what it has just written: they are told from memory.
 */
export class NewestEvents {
  private kept: Kept[] = [];
  private addedAt = -Infinity;

  /** @param now milliseconds that only ever grow */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Takes in what was appended, in the order of the log; where another process was in between, what is older goes. */
  add(appended: readonly RecordedEvent[]): void {
    if (appended[0]?.position !== (this.kept.at(-1)?.position ?? NaN) + 1) this.forget();
    for (const event of appended) this.kept.push({ position: event.position, text: JSON.stringify(event) });
    if (this.kept.length > 2 * MOST_EVENTS) this.kept = this.kept.slice(-MOST_EVENTS);
    this.addedAt = this.now();
  }

  /** Up to `limit` events after a position, without holes (E2); undefined where the first of them is not here. */
  after(position: number, limit: number): readonly RecordedEvent[] | undefined {
    const from = position + 1 - (this.kept[0]?.position ?? Infinity);
    const isHere = from >= 0 && from < this.kept.length;
    if (!isHere || this.now() - this.addedAt > KEPT_MILLISECONDS) return undefined;
    return this.kept.slice(from, from + limit).map(({ text }) => JSON.parse(text) as RecordedEvent);
  }

  forget(): void {
    this.kept = [];
  }
}
