import type { BusPlace } from '@muster/contracts';
import { UnavailableError } from '@muster/kernel';
import { type BusEnd, type BusMessage, type EventBus, Overtaken } from '../relay/event-bus.ts';

/** A bus that is gone with its process, and fails as told. Several relays may publish on it. */
export class InMemoryEventBus implements EventBus {
  readonly beats: BusPlace[] = [];
  /** Undefined: no longer kept. */
  messages: BusMessage[] = [];
  sequence = 0;
  down = false;
  /** How many messages of the next batch arrive before the connection breaks. */
  breaksAfter: number | undefined;
  mostAtOnce = 0;
  lookUps = 0;

  async end(): Promise<BusEnd> {
    this.answer();
    const last = this.messages.at(-1)?.place;
    return { sequence: this.sequence, last: last && { logId: last.logId, position: last.position } };
  }

  async lastOf(organizationId: string): Promise<number | undefined> {
    this.answer();
    this.lookUps++;
    return this.messages.findLast(({ event }) => event.organizationid === organizationId)?.place.position;
  }

  async publish(messages: readonly BusMessage[], after: number): Promise<number> {
    this.mostAtOnce = Math.max(this.mostAtOnce, messages.length);
    await new Promise((resolve) => setImmediate(resolve));
    this.answer();
    if (after !== this.sequence) throw new Overtaken();
    for (const message of messages) {
      if (this.breaksAfter === 0) {
        this.breaksAfter = undefined;
        throw new UnavailableError('nats');
      }
      if (this.breaksAfter !== undefined) this.breaksAfter--;
      this.messages.push(message);
      this.sequence++;
    }
    return this.sequence;
  }

  beat(place: BusPlace): void {
    this.beats.push(place);
  }

  /** As if it was never there. */
  lose(): void {
    [this.messages, this.sequence] = [[], 0];
  }

  /** What was kept grew too old. */
  expire(): void {
    this.messages = [];
  }

  private answer(): void {
    if (this.down) throw new UnavailableError('nats');
  }
}
