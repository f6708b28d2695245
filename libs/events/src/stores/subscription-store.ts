import type { PublicEvent } from '@muster/contracts';
import type { Checkpoint } from '../feed/stretch.ts';

/** An event that could not be handled, or came behind one of the same subject. */
export type ParkedEvent = { readonly event: PublicEvent; readonly error: string };

/**
 * Where subscriptions keep how far they are, and what they could not handle. `Transaction` is what a handler writes with,
 * so that its own write and the checkpoint are one.
 */
export interface SubscriptionStore<Transaction> {
  /** Whether work and checkpoint are one write: then a crash between any two events repeats none (E31). */
  readonly isAtomic: boolean;

  /** Where a subscription is; undefined: it has not begun. */
  checkpoint(subscription: string): Promise<Checkpoint | undefined>;

  /**
   * Does the work, then keeps the checkpoint; in one transaction where the store is atomic. Where the work throws, neither
   * is kept, and the error is given on.
   */
  advance(
    subscription: string,
    checkpoint: Checkpoint,
    work: (transaction: Transaction) => Promise<void>,
  ): Promise<void>;

  /** Keeps an event aside, as part of the work; the same one twice counts once. */
  park(subscription: string, parked: ParkedEvent, transaction: Transaction): Promise<void>;

  /** What is kept aside, in the order of the feed. */
  parked(subscription: string): Promise<readonly ParkedEvent[]>;

  /** Does the work, then forgets the parked event; in one transaction where the store is atomic. */
  release(
    subscription: string,
    event: PublicEvent,
    work: (transaction: Transaction) => Promise<void>,
  ): Promise<void>;
}
