import { setTimeout as pause } from 'node:timers/promises';
import type { PublicEvent, PublicEventMapper } from '@muster/contracts';
import { type EventLog, ForeignCheckpoint, type RecordedEvent, tail } from '@muster/eventsourcing';
import { type BusEnd, type EventBus, Overtaken } from './event-bus.ts';
import { FeedPlaces } from './feed-places.ts';

export type EventRelayOptions = {
  readonly log: EventLog;
  readonly mapper: PublicEventMapper;
  readonly projectId: string;
  readonly bus: EventBus;
  /** How far before the head of the log a bus begins that holds nothing. */
  readonly windowPositions?: number;
  /** How many events are on their way at once. */
  readonly batchSize?: number;
  readonly heartbeatMilliseconds?: number;
  /** How often it is looked whether the bus still ends where it was left, and whether another relay still works. */
  readonly lookMilliseconds?: number;
  readonly standbyMilliseconds?: number;
  readonly onProblem?: (problem: string) => void;
};

/**
 * `position`: every public event up to here is on the bus. `standby`: another relay does the work. `failing`: it tries
 * again and again; `problem` says what stands in the way.
 */
export type RelayStatus = {
  readonly state: 'stopped' | 'starting' | 'relaying' | 'standby' | 'failing';
  readonly position: number;
  readonly problem: string | undefined;
};

const DEFAULT_WINDOW_POSITIONS = 100_000;
const DEFAULT_BATCH_SIZE = 256;
const PAGE_SIZE = 512;
const FIRST_PAUSE_MILLISECONDS = 100;
const LONGEST_PAUSE_MILLISECONDS = 5_000;

/**
 * Publishes every committed public event of a project, in the order of the log, in the end (E30). It keeps no checkpoint:
 * the last message on the bus says where to go on. Any number of relays may run: each message names the sequence number
 * it has to follow, so two of them cannot interleave, and who is overtaken stands by. An event that cannot be told is
 * never skipped: the relay halts before it, says so, and tries again. It reads the log as fast as the bus takes what it
 * reads, so a bus that is slow or gone costs one page of memory and slows nobody (E35).
 */
export class EventRelay {
  private ending = new AbortController();
  private round = new AbortController();
  private running: Promise<void> | undefined;
  private heart: NodeJS.Timeout | undefined;
  private state: RelayStatus['state'] = 'stopped';
  /** Up to here every public event was taken by the bus; `previous` is the last of them. */
  private relayed = { position: 0, previous: 0 };
  private problem: string | undefined;
  /** The sequence number the bus ends with, as far as this relay knows; undefined: it has to look. */
  private sequence: number | undefined;
  private places: FeedPlaces | undefined;
  /** What stood at the end of the bus when it was last looked at while another relay worked. */
  private seen: number | undefined;

  constructor(private readonly options: EventRelayOptions) {}

  get status(): RelayStatus {
    const { state, relayed, problem } = this;
    return { state, position: relayed.position, problem };
  }

  /** How many positions of the log have not been looked at yet. */
  async lag(): Promise<number> {
    return Math.max(0, (await this.options.log.head()) - this.relayed.position);
  }

  start(): void {
    if (this.running) return;
    this.ending = new AbortController();
    this.state = 'starting';
    this.heart = setInterval(() => this.beat(), this.options.heartbeatMilliseconds ?? 1_000);
    this.running = this.run();
  }

  /** Lets what is on its way arrive, then stops. */
  async stop(): Promise<void> {
    this.ending.abort();
    this.round.abort();
    clearInterval(this.heart);
    await this.running;
    this.running = undefined;
    this.state = 'stopped';
  }

  private async run(): Promise<void> {
    for (let failures = 0; !this.ending.signal.aborted;) {
      try {
        const end = await this.options.bus.end();
        if (await this.standingBy(end)) continue;
        if (!this.isWhereItWasLeft(end)) await this.begin(end);
        await this.relay();
        failures = 0;
      } catch (error) {
        if (error instanceof Overtaken) this.giveWay();
        else await this.retryAfter(error, failures++);
      }
    }
  }

  /** Another relay works as long as the bus grows; once it has not grown between two looks, this one takes over. */
  private async standingBy({ sequence, last }: BusEnd): Promise<boolean> {
    if (this.state !== 'standby') return false;
    if (sequence === this.seen) return false;
    this.seen = sequence;
    if (last && last.position > this.relayed.position) this.isRelayed(last.position);
    await this.rest((this.options.standbyMilliseconds ?? 1_000) * (0.75 + Math.random() / 2));
    return true;
  }

  private giveWay(): void {
    [this.state, this.seen, this.sequence, this.problem] = ['standby', undefined, undefined, undefined];
  }

  /** Nothing was published since. Messages may have grown too old to be kept; that is no reason to publish them again. */
  private isWhereItWasLeft({ sequence, last }: BusEnd): boolean {
    if (sequence !== this.sequence || !this.places) return false;
    return last === undefined || last.position === this.places.previous;
  }

  /**
   * Goes on behind the last message. On a bus that holds nothing, a window before the head is published (again): the
   * bus is as useful as it was before it was lost, and what is older is in the feed.
   * @throws ForeignCheckpoint
   */
  private async begin({ sequence, last }: BusEnd): Promise<void> {
    const { log, bus, windowPositions = DEFAULT_WINDOW_POSITIONS } = this.options;
    const head = await log.head();
    if (last && last.logId !== log.logId)
      throw new ForeignCheckpoint(`the bus holds events of the log ${last.logId}, this one is ${log.logId}`);
    if (last && last.position > head)
      throw new ForeignCheckpoint(
        `the bus holds position ${last.position}, past the head ${head} of the log`,
      );
    const from = last?.position ?? Math.max(0, head - windowPositions);
    this.places = new FeedPlaces(bus, log.logId, from, { isFirst: last === undefined });
    this.sequence = sequence;
    this.isRelayed(from, from);
  }

  /** Relays what there is and what comes, until it is time to look at the bus again. */
  private async relay(): Promise<void> {
    const { log, lookMilliseconds = 5_000 } = this.options;
    this.round = new AbortController();
    if (this.ending.signal.aborted) return;
    const timer = setTimeout(() => this.round.abort(), lookMilliseconds);
    try {
      if ((await log.head()) <= this.relayed.position) this.isWell();
      for await (const page of tail(log, this.relayed.position, this.round.signal, PAGE_SIZE)) {
        await this.take(page);
        this.isWell();
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** What can be told of a page is published even where something behind it cannot. */
  private async take(page: readonly RecordedEvent[]): Promise<void> {
    const { batchSize = DEFAULT_BATCH_SIZE } = this.options;
    const { events, failure } = this.publicEventsIn(page);
    for (let at = 0; at < events.length; at += batchSize)
      await this.publish(events.slice(at, at + batchSize));
    if (failure) throw failure.error;
    this.isRelayed(page.at(-1)!.position);
  }

  private publicEventsIn(page: readonly RecordedEvent[]) {
    const { mapper, projectId } = this.options;
    const events: PublicEvent[] = [];
    try {
      for (const recorded of page) {
        const event = recorded.metadata.projectId === projectId ? mapper.publicEvent(recorded) : undefined;
        if (event) events.push(event);
      }
      return { events, failure: undefined };
    } catch (error) {
      return { events, failure: { error } };
    }
  }

  private async publish(events: readonly PublicEvent[]): Promise<void> {
    const { bus } = this.options;
    const [sequence, places] = [this.sequence!, await this.places!.of(events)];
    // Until all of it was taken, nobody knows where the bus ends.
    this.sequence = undefined;
    const messages = events.map((event, at) => ({ event, place: places[at]! }));
    this.sequence = await bus.publish(messages, sequence);
    const { position } = places.at(-1)!;
    this.isRelayed(position, position);
  }

  private isRelayed(position: number, previous = this.relayed.previous): void {
    this.relayed = { position, previous };
  }

  private beat(): void {
    const { log, bus } = this.options;
    if (this.state === 'relaying') bus.beat({ logId: log.logId, ...this.relayed });
  }

  private isWell(): void {
    [this.state, this.problem] = ['relaying', undefined];
  }

  private async retryAfter(error: unknown, failures: number): Promise<void> {
    const problem = error instanceof Error ? error.message : String(error);
    if (problem !== this.problem) this.options.onProblem?.(problem);
    [this.state, this.problem, this.sequence] = ['failing', problem, undefined];
    const longest = Math.min(LONGEST_PAUSE_MILLISECONDS, FIRST_PAUSE_MILLISECONDS * 2 ** failures);
    await this.rest(longest * (0.5 + Math.random()));
  }

  private async rest(milliseconds: number): Promise<void> {
    await pause(milliseconds, undefined, { signal: this.ending.signal }).catch(() => undefined);
  }
}
