import { setTimeout as pause } from 'node:timers/promises';
import type { PublicEvent } from '@muster/contracts';
import { Delivery, type Handler, type PoisonChoice } from './delivery.ts';
import type { EventSource } from './feed/event-source.ts';
import { gathered } from './feed/gathered.ts';
import { ordered } from './feed/ordered.ts';
import type { Checkpoint, Stretch } from './feed/stretch.ts';
import type { EventOf, TypePattern } from './feed/wanted.ts';
import { SubscriptionHalted } from './halted.ts';
import type { ParkedEvent, SubscriptionStore } from './stores/subscription-store.ts';

/**
 * Where a subscription begins that has no checkpoint yet: with the first event there ever was, with what comes next, with
 * the oldest that the bus still keeps, or behind a position.
 */
export type Beginning = 'beginning' | 'now' | 'kept' | number;

export type SubscribeOptions<P extends TypePattern, Transaction> = {
  readonly source: EventSource;
  /** Names the checkpoint in its store; one process at a time has it. */
  readonly name: string;
  readonly store: SubscriptionStore<Transaction>;
  /** Undefined: every type. */
  readonly types?: readonly P[];
  /** The id of the one organization that is followed. */
  readonly organization?: string;
  readonly from?: Beginning;
  /** Handles one event; where the store is atomic, what it writes with the transaction is kept with the checkpoint. */
  readonly handler: Handler<EventOf<P>, Transaction>;
  /** What becomes of an event that failed as often as it may: `halt`, unless said otherwise. */
  readonly onPoison?: PoisonChoice | ((event: PublicEvent, error: unknown) => PoisonChoice);
  readonly attempts?: number;
  readonly firstPauseMilliseconds?: number;
  /** Events that are handled with one checkpoint, at most, and taken ahead meanwhile. */
  readonly batch?: number;
  /** Told of what it tries again: the source or the store is away. */
  readonly onProblem?: (error: unknown) => void;
};

const DEFAULT_ATTEMPTS = 8;
const DEFAULT_FIRST_PAUSE_MILLISECONDS = 100;
const DEFAULT_BATCH = 500;
const LONGEST_PAUSE_MILLISECONDS = 5_000;
const FIRST_PAUSE_MILLISECONDS = 50;

/** A subscription at work. */
export class Subscription {
  /** Resolves when it was closed. Rejects with SubscriptionHalted where it cannot go on. */
  readonly done: Promise<void>;
  private readonly closing = new AbortController();
  private readonly delivery: Delivery<unknown>;
  private at: Checkpoint | undefined;

  constructor(private readonly options: SubscribeOptions<TypePattern, unknown>) {
    const {
      name: subscription,
      store,
      onPoison = 'halt',
      attempts = DEFAULT_ATTEMPTS,
      firstPauseMilliseconds = DEFAULT_FIRST_PAUSE_MILLISECONDS,
    } = options;
    this.delivery = new Delivery({
      subscription,
      store,
      handler: options.handler as Handler<PublicEvent, unknown>,
      onPoison: typeof onPoison === 'function' ? onPoison : () => onPoison,
      attempts,
      firstPauseMilliseconds,
    });
    this.done = this.run();
    // Who does not look at it finds out by `close`.
    this.done.catch(() => undefined);
  }

  /** Up to here everything is handled and kept; undefined until it has begun. */
  get checkpoint(): Checkpoint | undefined {
    return this.at;
  }

  /** What could not be handled, and what queues behind it. */
  parked(): Promise<readonly ParkedEvent[]> {
    return this.options.store.parked(this.options.name);
  }

  /** Handles what is parked of a subject, in order, after what stood in the way is mended. */
  release(subject: string): Promise<void> {
    return this.delivery.release(subject);
  }

  /** Lets the batch under way end, then stops. @throws SubscriptionHalted where it had stopped by itself */
  async close(): Promise<void> {
    this.closing.abort();
    await this.done;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  private async run(): Promise<void> {
    for (let failures = 0; !this.closing.signal.aborted;) {
      const before = this.at?.position;
      const round = new AbortController();
      const signal = AbortSignal.any([this.closing.signal, round.signal]);
      try {
        await this.follow(signal);
        failures = 0;
      } catch (error) {
        if (this.closing.signal.aborted && !(error instanceof SubscriptionHalted)) return;
        if (error instanceof SubscriptionHalted) throw error;
        this.options.onProblem?.(error);
        failures = this.at?.position === before ? failures + 1 : 0;
        await this.rest(failures);
      } finally {
        round.abort();
      }
    }
  }

  private async follow(signal: AbortSignal): Promise<void> {
    const { source, types, organization: organizationId, batch = DEFAULT_BATCH } = this.options;
    this.at = (await this.options.store.checkpoint(this.options.name)) ?? this.at;
    const after = this.at?.position ?? (await this.beginning(signal));
    const wanted = { types, organizationId };
    const stretches = ordered({ source, after, logId: this.at?.logId, wanted, signal });
    for await (const pieces of gathered(stretches, batch)) {
      await this.take(pieces);
      if (signal.aborted) return;
    }
  }

  private async take(pieces: readonly Stretch[]): Promise<void> {
    const { logId, upTo } = pieces.at(-1)!;
    const checkpoint = { logId, position: upTo };
    const events = pieces.flatMap((piece) => piece.events);
    const isNews = events.length > 0 || upTo !== this.at?.position;
    if (isNews) await this.delivery.deliver(events, checkpoint, this.closing.signal);
    this.at = checkpoint;
    for (const { settled } of pieces) settled?.();
  }

  private async beginning(signal: AbortSignal): Promise<number | undefined> {
    const { from = 'beginning', source } = this.options;
    if (typeof from === 'number') return from;
    if (from === 'beginning') return 0;
    if (from === 'kept') return undefined;
    if (!source.feed)
      throw new SubscriptionHalted('a source without a feed does not know where the log ends');
    this.at = await source.feed.head(signal);
    await this.delivery.deliver([], this.at, signal);
    return this.at.position;
  }

  private async rest(failures: number): Promise<void> {
    const longest = Math.min(LONGEST_PAUSE_MILLISECONDS, FIRST_PAUSE_MILLISECONDS * 2 ** failures);
    const { signal } = this.closing;
    await pause(longest * (0.5 + Math.random()), undefined, { signal }).catch(() => undefined);
  }
}

/**
 * Follows public events: in order, each at least once, from any position, for as long as the process lives. It goes on
 * where its checkpoint is, finds holes and fills them (E31), and never skips an event (E22).
 *
 * @example
 * const subscription = subscribe({
 *   source: httpSource({ url, projectId, secret }),
 *   name: 'membership-copy',
 *   store: new SqliteSubscriptionStore(database),
 *   types: ['muster.member.*'],
 *   handler: ({ data }, transaction) => copy.merge(data, transaction),
 * });
 */
export const subscribe = <const P extends TypePattern, Transaction>(
  options: SubscribeOptions<P, Transaction>,
): Subscription =>
  // Types and transaction go together in the options; inside, nothing needs to know them.
  new Subscription(options as unknown as SubscribeOptions<TypePattern, unknown>);
