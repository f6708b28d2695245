import type { PublicEvent, PublicEventMapper } from '@muster/contracts';
import { type EventLog, type RecordedEvent, UnknownEventType } from '@muster/eventsourcing';
import { UnavailableError } from '@muster/kernel';

/** Which public events are asked for. */
export type FeedFilter = {
  /** As stored; undefined: every type. */
  readonly types: ReadonlySet<string> | undefined;
  /** Undefined: every organization, and what belongs to none. */
  readonly organizationId: string | undefined;
};

/** `next`: ask after it to go on; it is past what the filter left out too. `atEnd`: there was nothing more to read. */
export type FeedPage = {
  readonly events: readonly PublicEvent[];
  readonly next: number;
  readonly atEnd: boolean;
};

/** As much as one request reads before it answers with what it has: a filter that nothing meets is no way to dig in. */
const MOST_SCANNED = 50_000;
const MOST_PER_READ = 1_000;
const LEAST_PER_READ = 200;
const STREAMED_PER_PAGE = 100;
export const HEARTBEAT_MILLISECONDS = 15_000;

/**
 * One read of the log for each turn of the event loop, whoever it is for. Reading is synchronous and sockets take a lot
 * at once, so subscribers who replay would otherwise hand the process on to one another and leave nobody else in (E35).
 */
class Turns {
  private last: Promise<void> = Promise.resolve();

  next(): Promise<void> {
    this.last = this.last.then(() => new Promise((resolve) => setImmediate(resolve)));
    return this.last;
  }
}

type Dependencies = {
  readonly log: EventLog;
  readonly mapper: PublicEventMapper;
  readonly projectId: string;
  readonly heartbeatMilliseconds?: number;
};

/**
 * The public events of one project in the order of the log, from any position, again and again (E34). Nothing is kept
 * for a subscriber: each says where it is, and one that stops costs nothing (E35).
 */
export class EventFeed {
  private readonly stopping = new AbortController();
  private readonly turns = new Turns();

  constructor(private readonly dependencies: Dependencies) {}

  head(): Promise<number> {
    return this.dependencies.log.head();
  }

  /** Up to `limit` events after a position; fewer where the filter has had enough read for it. */
  async read(after: number, filter: FeedFilter, limit: number): Promise<FeedPage> {
    const events: PublicEvent[] = [];
    let next = after;
    for (let scanned = 0; scanned < MOST_SCANNED && events.length < limit;) {
      const wanted = filter.types ? MOST_PER_READ : limit - events.length;
      const size = Math.min(MOST_PER_READ, Math.max(LEAST_PER_READ, wanted));
      await this.turns.next();
      const page = await this.dependencies.log.readAll(next, size);
      if (page.length === 0) return { events, next, atEnd: true };
      next = this.take(page, filter, limit, events);
      scanned += page.length;
    }
    return { events, next, atEnd: false };
  }

  /** The same, but where there is nothing yet it waits for it, until time is up or nobody waits any more. */
  async poll(
    after: number,
    filter: FeedFilter,
    limit: number,
    wait: { readonly milliseconds: number; readonly signal: AbortSignal },
  ): Promise<FeedPage> {
    let page = await this.read(after, filter, limit);
    const deadline = performance.now() + wait.milliseconds;
    while (page.events.length === 0 && page.atEnd) {
      const left = deadline - performance.now();
      if (left <= 0 || this.isOver(wait.signal)) break;
      await this.changed(page.next, wait.signal, left);
      page = await this.read(page.next, filter, limit);
    }
    return page;
  }

  /**
   * Everything after a position, as it comes, until nobody listens any more. The next page is read only when this one was
   * taken, so a reader that stops has one page in memory (E35). An empty page comes now and then: there is still nothing.
   */
  async *follow(after: number, filter: FeedFilter, signal: AbortSignal): AsyncGenerator<FeedPage> {
    const { heartbeatMilliseconds = HEARTBEAT_MILLISECONDS } = this.dependencies;
    let position = after;
    let quietSince = performance.now();
    while (!this.isOver(signal)) {
      const page = await this.read(position, filter, STREAMED_PER_PAGE);
      position = page.next;
      const quiet = performance.now() - quietSince;
      if (page.events.length > 0 || quiet >= heartbeatMilliseconds) {
        yield page;
        quietSince = performance.now();
      }
      if (page.atEnd) await this.changed(position, signal, heartbeatMilliseconds);
    }
  }

  /** Connections over which an answer still goes out must not be kept open for another question. */
  get isStopping(): boolean {
    return this.stopping.signal.aborted;
  }

  /** Ends all that is under way: who waits is answered, who listens is let go. */
  stop(): void {
    this.stopping.abort();
  }

  private isOver(signal: AbortSignal): boolean {
    return signal.aborted || this.stopping.signal.aborted;
  }

  /** Waits for the head to move. Leaves nothing behind: subscribers wait for as long as the process lives. */
  private async changed(position: number, signal: AbortSignal, milliseconds: number): Promise<void> {
    if (this.isOver(signal)) return;
    const waiting = new AbortController();
    const end = (): void => waiting.abort();
    const timer = setTimeout(end, milliseconds);
    const signals = [signal, this.stopping.signal];
    for (const ended of signals) ended.addEventListener('abort', end);
    try {
      await this.dependencies.log.changed(position, waiting.signal);
    } finally {
      clearTimeout(timer);
      for (const ended of signals) ended.removeEventListener('abort', end);
    }
  }

  /** Adds what is asked for of a page, and says how far that went. */
  private take(
    page: readonly RecordedEvent[],
    { types, organizationId }: FeedFilter,
    limit: number,
    events: PublicEvent[],
  ): number {
    const { mapper, projectId } = this.dependencies;
    try {
      for (const recorded of page) {
        if (organizationId !== undefined && recorded.organizationId !== organizationId) continue;
        if (recorded.metadata.projectId !== projectId) continue;
        mapper.assertKnown(recorded);
        if (types !== undefined && !types.has(recorded.type)) continue;
        const event = mapper.publicEvent(recorded);
        if (event) events.push(event);
        if (events.length === limit) return recorded.position;
      }
    } catch (error) {
      // A newer version of Muster wrote this. Leaving it out would be a hole that nobody ever notices (E30).
      if (error instanceof UnknownEventType) throw new UnavailableError('the event feed', { cause: error });
      throw error;
    }
    return page.at(-1)!.position;
  }
}
