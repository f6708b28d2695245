import { setTimeout as pause } from 'node:timers/promises';
import type { PublicEvent } from '@muster/contracts';
import type { Checkpoint } from './feed/stretch.ts';
import { PoisonousEvent } from './halted.ts';
import type { SubscriptionStore } from './stores/subscription-store.ts';

/** What becomes of an event that cannot be handled: the subscription ends before it, or it is kept aside. */
export type PoisonChoice = 'halt' | 'park';

export type Handler<E extends PublicEvent, Transaction> = (
  event: E,
  transaction: Transaction,
) => void | Promise<void>;

export type DeliveryOptions<Transaction> = {
  readonly subscription: string;
  readonly store: SubscriptionStore<Transaction>;
  readonly handler: Handler<PublicEvent, Transaction>;
  readonly onPoison: (event: PublicEvent, error: unknown) => PoisonChoice;
  /** How often an event is tried before it counts as poisonous. */
  readonly attempts: number;
  /** Before the second attempt; doubled before each further one, up to half a minute. */
  readonly firstPauseMilliseconds: number;
};

const LONGEST_PAUSE_MILLISECONDS = 30_000;

/** The handler's failure, told apart from the store's. */
class HandlerFailed extends Error {
  constructor(
    readonly index: number,
    override readonly cause: unknown,
  ) {
    super('the handler failed', { cause });
  }
}

const checkpointAt = (logId: string, { position }: PublicEvent): Checkpoint => ({
  logId,
  position: Number(position),
});

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Hands events to the handler, in order and at least once, and keeps how far that went. Never skips one (E22). */
export class Delivery<Transaction> {
  /** Subjects with parked events: what comes of them queues behind. */
  private parkedSubjects: Set<string> | undefined;
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: DeliveryOptions<Transaction>) {}

  /** @throws PoisonousEvent, and what the store throws */
  deliver(events: readonly PublicEvent[], upTo: Checkpoint, signal: AbortSignal): Promise<void> {
    return this.inTurn(async () => {
      let rest = events;
      for (;;) {
        const failed = await this.attempt(rest, upTo);
        if (!failed) return;
        const before = rest.slice(0, failed.index);
        const poisonous = rest[failed.index]!;
        if (await this.keep(before, upTo.logId)) continue;
        await this.retry(poisonous, failed.cause, checkpointAt(upTo.logId, poisonous), signal);
        rest = rest.slice(failed.index + 1);
      }
    });
  }

  /** Handles what is parked of a subject, in its order. @throws what the handler throws; the rest stays parked */
  release(subject: string): Promise<void> {
    return this.inTurn(async () => {
      const { store, subscription, handler } = this.options;
      for (const { event } of await store.parked(subscription))
        if (event.subject === subject)
          await store.release(subscription, event, async (transaction) => handler(event, transaction));
      (await this.subjects()).delete(subject);
    });
  }

  /** What went well is kept, so that only what did not is tried again. True: now that failed too. */
  private async keep(events: readonly PublicEvent[], logId: string): Promise<boolean> {
    const last = events.at(-1);
    if (!last) return false;
    const { store, subscription } = this.options;
    const checkpoint = checkpointAt(logId, last);
    if (store.isAtomic) return (await this.attempt(events, checkpoint)) !== undefined;
    await store.advance(subscription, checkpoint, async () => undefined);
    return false;
  }

  private async retry(
    event: PublicEvent,
    firstError: unknown,
    checkpoint: Checkpoint,
    signal: AbortSignal,
  ): Promise<void> {
    const { attempts, firstPauseMilliseconds } = this.options;
    let error = firstError;
    for (let attempt = 1; attempt < attempts; attempt++) {
      const milliseconds = Math.min(LONGEST_PAUSE_MILLISECONDS, firstPauseMilliseconds * 2 ** (attempt - 1));
      await pause(milliseconds, undefined, { signal });
      const failed = await this.attempt([event], checkpoint);
      if (!failed) return;
      error = failed.cause;
    }
    if (this.options.onPoison(event, error) === 'halt') throw new PoisonousEvent(event, error);
    await this.park(event, error, checkpoint);
  }

  private async park(event: PublicEvent, error: unknown, checkpoint: Checkpoint): Promise<void> {
    const { store, subscription } = this.options;
    const parked = { event, error: messageOf(error) };
    await store.advance(subscription, checkpoint, (transaction) =>
      store.park(subscription, parked, transaction),
    );
    (await this.subjects()).add(event.subject);
  }

  /** All of it with its checkpoint; gives where the handler failed. */
  private async attempt(
    events: readonly PublicEvent[],
    checkpoint: Checkpoint,
  ): Promise<HandlerFailed | undefined> {
    const { store, subscription } = this.options;
    const subjects = await this.subjects();
    try {
      await store.advance(subscription, checkpoint, async (transaction) => {
        for (const [index, event] of events.entries()) {
          if (subjects.has(event.subject)) await this.queue(event, transaction);
          else await this.handle(event, index, transaction);
        }
      });
      return undefined;
    } catch (error) {
      if (error instanceof HandlerFailed) return error;
      throw error;
    }
  }

  private queue(event: PublicEvent, transaction: Transaction): Promise<void> {
    const { store, subscription } = this.options;
    return store.park(
      subscription,
      { event, error: 'an earlier event of its subject is parked' },
      transaction,
    );
  }

  private async handle(event: PublicEvent, index: number, transaction: Transaction): Promise<void> {
    try {
      await this.options.handler(event, transaction);
    } catch (error) {
      throw new HandlerFailed(index, error);
    }
  }

  private async subjects(): Promise<Set<string>> {
    const { store, subscription } = this.options;
    this.parkedSubjects ??= new Set((await store.parked(subscription)).map(({ event }) => event.subject));
    return this.parkedSubjects;
  }

  /** One at a time: what is released may not overtake what is delivered. */
  private inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.last.then(work);
    this.last = turn.catch(() => undefined);
    return turn;
  }
}
