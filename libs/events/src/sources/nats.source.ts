import { type BusPlace, busStreamOf, busSubjectsOf, heartbeatSubjectOf } from '@muster/contracts';
import { type ConsumerMessages, jetstream, jetstreamManager, type JsMsg } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { EventSource, Feed } from '../feed/event-source.ts';
import type { Stretch } from '../feed/stretch.ts';
import type { Wanted } from '../feed/wanted.ts';
import { placeOf, stretchOf } from './bus-message.ts';
import { Heartbeats } from './heartbeats.ts';
import { startSequence } from './start-sequence.ts';

export type NatsSourceOptions = {
  /** Made and closed by whoever subscribes; let it come back by itself: `maxReconnectAttempts: -1`. */
  readonly connection: NatsConnection;
  readonly projectId: string;
  /** What the bus does not keep any more, or lost, is read here: `httpSource(…)`. */
  readonly feed: Feed;
  /** How many messages are asked for ahead. */
  readonly messagesAhead?: number;
};

const DEFAULT_MESSAGES_AHEAD = 500;

/** All events of a project from the bus, history and what the bus lost from the feed (E31). nats-server 2.9 or later. */
export class NatsSource implements EventSource {
  constructor(private readonly options: NatsSourceOptions) {}

  get feed(): Feed {
    return this.options.feed;
  }

  async *follow(after: number, wanted: Wanted, signal: AbortSignal): AsyncGenerator<Stretch> {
    let messages: ConsumerMessages;
    try {
      messages = await this.consume(after, wanted);
    } catch (error) {
      // While there is no bus, the feed goes on: one page for each attempt.
      yield await this.feed.read(after, wanted, signal);
      throw error;
    }
    const end = (): void => messages.stop();
    signal.addEventListener('abort', end, { once: true });
    try {
      yield* this.withHeartbeats(messages, after, wanted);
    } finally {
      signal.removeEventListener('abort', end);
      messages.stop();
    }
  }

  /**
   * Messages, and heartbeats where none come. A heartbeat that shows something to be missing ends it: the stream may have
   * been made anew, and its numbers with it.
   */
  private async *withHeartbeats(
    messages: ConsumerMessages,
    after: number,
    wanted: Wanted,
  ): AsyncGenerator<Stretch> {
    const { connection, projectId } = this.options;
    const arrivals = new Arrivals(messages);
    const heartbeats = new Heartbeats(connection, heartbeatSubjectOf(projectId), () => arrivals.look());
    let position = after;
    try {
      for (;;) {
        const got = arrivals.next();
        const beat = got ? undefined : heartbeats.due();
        if (got?.done) return;
        if (got) {
          const place = placeOf(got.value);
          position = Math.max(position, place.position);
          yield stretchOf(got.value, previousOf(place, wanted), wanted);
          heartbeats.reset();
        } else if (beat) {
          yield { logId: beat.logId, after: beat.previous, upTo: beat.position, events: [] };
          if (beat.previous > position) return;
          position = Math.max(position, beat.position);
        } else await arrivals.change();
      }
    } finally {
      heartbeats.stop();
    }
  }

  private async consume(after: number, wanted: Wanted): Promise<ConsumerMessages> {
    const { connection, projectId, messagesAhead = DEFAULT_MESSAGES_AHEAD } = this.options;
    const stream = busStreamOf(projectId);
    const manager = await jetstreamManager(connection, { checkAPI: false });
    const consumer = await jetstream(connection).consumers.get(stream, {
      filter_subjects: busSubjectsOf(projectId, wanted.organizationId),
      opt_start_seq: await startSequence(manager, stream, after),
    });
    return consumer.consume({ max_messages: messagesAhead });
  }
}

/** Messages one at a time, looked for without waiting. */
class Arrivals {
  private readonly iterator: AsyncIterator<JsMsg>;
  private arrived: IteratorResult<JsMsg> | undefined;
  private failure: { readonly error: unknown } | undefined;
  private isAsked = false;
  private wake = (): void => undefined;

  constructor(messages: ConsumerMessages) {
    this.iterator = messages[Symbol.asyncIterator]();
  }

  /** The next message, where it is there; asks for it where it is not. */
  next(): IteratorResult<JsMsg> | undefined {
    if (this.failure) throw this.failure.error;
    const { arrived } = this;
    this.arrived = undefined;
    if (!arrived) this.ask();
    return arrived;
  }

  /** Resolves when there is something to look at. */
  change(): Promise<void> {
    if (this.arrived || this.failure) return Promise.resolve();
    return new Promise((resolve) => (this.wake = resolve));
  }

  look(): void {
    this.wake();
  }

  private ask(): void {
    if (this.isAsked) return;
    this.isAsked = true;
    void this.iterator.next().then(
      (got) => this.found(() => (this.arrived = got)),
      (error: unknown) => this.found(() => (this.failure = { error })),
    );
  }

  private found(keep: () => void): void {
    this.isAsked = false;
    keep();
    this.wake();
  }
}

/** Where the relay did not know what the organization was told before, only the feed can tell. */
const previousOf = (place: BusPlace, { organizationId }: Wanted): number =>
  organizationId === undefined ? place.previous : (place.organizationPrevious ?? place.position - 1);

/** Events of a whole project from the bus. */
export const natsSource = (options: NatsSourceOptions): NatsSource => new NatsSource(options);
