import type { BusPlace, PublicEvent } from '@muster/contracts';

/** An event on its way to subscribers, and where it stands in the feed. */
export type BusMessage = { readonly event: PublicEvent; readonly place: BusPlace };

/**
 * Where the bus ends. `sequence` counts what was ever published, and fences who publishes next; `last` is the newest
 * message that is still kept, undefined where none is.
 */
export type BusEnd = {
  readonly sequence: number;
  readonly last: { readonly logId: string; readonly position: number } | undefined;
};

/** Somebody else published, or the bus was emptied: it does not end where this relay thinks. */
export class Overtaken extends Error {
  constructor() {
    super('the bus does not end where this relay left it');
    this.name = 'Overtaken';
  }
}

/** What the relay needs of a bus; keeps the events of one project in order, for a while. */
export interface EventBus {
  /** Makes what is missing of the bus, then tells where it ends. @throws UnavailableError */
  end(): Promise<BusEnd>;

  /** The position of the newest kept event of an organization. @throws UnavailableError */
  lastOf(organizationId: string): Promise<number | undefined>;

  /**
   * Publishes in this order what follows the sequence number, and gives the new one. Where it fails, a part from the
   * beginning may have been taken, and nothing behind a hole.
   * @throws Overtaken, UnavailableError
   */
  publish(messages: readonly BusMessage[], after: number): Promise<number>;

  /** Tells subscribers how far the relay is; nobody waits for it, and nothing keeps it. */
  beat(place: BusPlace): void;
}
