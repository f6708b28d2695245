import type { PublicEvent } from '@muster/contracts';

/** Nothing that gets better by trying again: a subscription ends with it, and its checkpoint stays before it. */
export class SubscriptionHalted extends Error {
  override readonly name: string = 'SubscriptionHalted';
}

/** The feed does not answer this question, whoever asks it how often. */
export class FeedRefused extends SubscriptionHalted {
  override readonly name = 'FeedRefused';

  constructor(
    readonly status: number,
    said: string,
  ) {
    super(`the feed answered ${status}: ${said}`);
  }
}

/** The checkpoint, or a part of the feed, belongs to another log (E14). */
export class ForeignLog extends SubscriptionHalted {
  override readonly name = 'ForeignLog';

  constructor(own: string, other: string) {
    super(`this subscription follows the log ${own}, not ${other}`);
  }
}

/** Events are missing, and this source has no feed that could tell them (E31). */
export class HoleInFeed extends SubscriptionHalted {
  override readonly name = 'HoleInFeed';

  constructor(after: number, upTo: number) {
    super(
      `what lies behind ${after}, up to ${upTo}, is not on the bus; give the source a feed, or begin later`,
    );
  }
}

/** The handler failed as often as it may, and the subscription is not to go on without this event (E22). */
export class PoisonousEvent extends SubscriptionHalted {
  override readonly name = 'PoisonousEvent';

  constructor(
    readonly event: PublicEvent,
    cause: unknown,
  ) {
    super(`${event.type} at ${event.position} cannot be handled`, { cause });
  }
}
