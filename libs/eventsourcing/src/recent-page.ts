import type { EventLog, RecordedEvent } from './event-log.ts';
import { withMethods } from './with-methods.ts';

/** Pages of who is far behind are asked for once, and are large. */
const MOST_EVENTS = 256;
/** For so many milliseconds may a page lack what another process appended. */
const KEPT_MILLISECONDS = 10;

/**
 * The last page that was read near the head. A process has some ten followers of the log (views, tables, reactors), all
 * of which ask for the same page after each commit: it is read and parsed once.
 */
export class RecentPage {
  private after = -1;
  private limit = 0;
  private readAt = -Infinity;
  private events: readonly RecordedEvent[] = [];

  /** @param now milliseconds that only ever grow */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** The page, where it is the one that was kept, whole. */
  page(after: number, limit: number): readonly RecordedEvent[] | undefined {
    if (after !== this.after || this.now() - this.readAt > KEPT_MILLISECONDS) return undefined;
    const { events } = this;
    // It ended where the log did, or it is long enough.
    if (events.length < this.limit || limit <= this.limit)
      return events.length <= limit ? events : events.slice(0, limit);
    return undefined;
  }

  keep(after: number, limit: number, events: readonly RecordedEvent[]): void {
    if (events.length === 0 || events.length > MOST_EVENTS) return this.forget();
    this.after = after;
    this.limit = limit;
    this.events = events;
    this.readAt = this.now();
  }

  /** After each append: a page ends where the log does. */
  forget(): void {
    this.after = -1;
    this.events = [];
  }
}

/**
 * The same log for all that follow it in one process: a page is read once for those who ask for it at the same moment.
 * They share its events, and so must not change them.
 */
export const sharingPages = (log: EventLog, now?: () => number): EventLog => {
  const recent = new RecentPage(now);
  const readAll: EventLog['readAll'] = async (after, limit) => {
    const known = recent.page(after, limit);
    if (known) return known;
    const events = await log.readAll(after, limit);
    recent.keep(after, limit, events);
    return events;
  };
  const append: EventLog['append'] = async (commit) => {
    try {
      return await log.append(commit);
    } finally {
      recent.forget();
    }
  };
  return withMethods(log, { readAll, append });
};
