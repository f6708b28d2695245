import type { PublicEvent } from '@muster/contracts';
import type { Checkpoint } from '../feed/stretch.ts';
import type { ParkedEvent, SubscriptionStore } from './subscription-store.ts';

/** Gone with its process: for what is made anew at each start, and for tests. */
export class MemorySubscriptionStore implements SubscriptionStore<undefined> {
  readonly isAtomic = false;
  private readonly checkpoints = new Map<string, Checkpoint>();
  private readonly aside = new Map<string, Map<number, ParkedEvent>>();

  async checkpoint(subscription: string): Promise<Checkpoint | undefined> {
    return this.checkpoints.get(subscription);
  }

  async advance(
    subscription: string,
    checkpoint: Checkpoint,
    work: (transaction: undefined) => Promise<void>,
  ): Promise<void> {
    await work(undefined);
    this.checkpoints.set(subscription, checkpoint);
  }

  async park(subscription: string, parked: ParkedEvent): Promise<void> {
    this.asideOf(subscription).set(Number(parked.event.position), parked);
  }

  async parked(subscription: string): Promise<readonly ParkedEvent[]> {
    const entries = [...this.asideOf(subscription)].toSorted(([one], [other]) => one - other);
    return entries.map(([, parked]) => parked);
  }

  async release(
    subscription: string,
    event: PublicEvent,
    work: (transaction: undefined) => Promise<void>,
  ): Promise<void> {
    await work(undefined);
    this.asideOf(subscription).delete(Number(event.position));
  }

  private asideOf(subscription: string): Map<number, ParkedEvent> {
    const known = this.aside.get(subscription) ?? new Map<number, ParkedEvent>();
    this.aside.set(subscription, known);
    return known;
  }
}
