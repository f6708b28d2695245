import { type BusPlace, busPlaceIn } from '@muster/contracts';
import type { NatsConnection, Subscription } from '@nats-io/transport-node';

/**
 * What the relay says of how far it is. A heartbeat may overtake events, so it counts only where nothing has come since
 * the one before. Only the newest is kept (E35).
 */
export class Heartbeats {
  private readonly subscription: Subscription;
  private heard = 0;
  private newest: BusPlace | undefined;

  constructor(
    connection: NatsConnection,
    subject: string,
    private readonly onDue: () => void,
  ) {
    this.subscription = connection.subscribe(subject, {
      callback: (error, message) => {
        const place = error ? undefined : busPlaceIn((name) => message.headers?.get(name));
        if (place) this.take(place);
      },
    });
  }

  /** An event came. */
  reset(): void {
    this.heard = 0;
  }

  /** Gives the newest where it counts, once. */
  due(): BusPlace | undefined {
    if (this.heard < 2) return undefined;
    this.heard = 0;
    return this.newest;
  }

  stop(): void {
    this.subscription.unsubscribe();
  }

  private take(place: BusPlace): void {
    [this.newest, this.heard] = [place, this.heard + 1];
    if (this.heard >= 2) this.onDue();
  }
}
