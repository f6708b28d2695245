import { busConsumerOf, busStreamOf } from '@muster/contracts';
import { type Consumer, type ConsumerInfo, jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { EventSource, Feed } from '../feed/event-source.ts';
import type { Stretch } from '../feed/stretch.ts';
import type { Wanted } from '../feed/wanted.ts';
import { placeOf, stretchOf } from './bus-message.ts';

export type NatsOrganizationSourceOptions = {
  /** With the credentials of the organization's own account: see docs/bus.md. */
  readonly connection: NatsConnection;
  readonly projectId: string;
  readonly organizationId: string;
  /** Undefined: what the bus does not keep any more is out of reach, and a hole halts the subscription. */
  readonly feed?: Feed;
};

const MESSAGES_AT_ONCE = 200;
const WAIT_MILLISECONDS = 5_000;

/**
 * The events of one organization, for whoever may hear nothing else: from the consumer that Muster keeps on the server
 * for it, whose name is all that its credentials may ask for (E33). A message is acknowledged once it is handled, so the
 * server's place never runs ahead of the checkpoint.
 */
export class NatsOrganizationSource implements EventSource {
  readonly feed: Feed | undefined;

  constructor(private readonly options: NatsOrganizationSourceOptions) {
    this.feed = options.feed;
  }

  async *follow(_after: number, wanted: Wanted, signal: AbortSignal): AsyncGenerator<Stretch> {
    const consumer = this.consumer();
    while (!signal.aborted) {
      const messages = await consumer.fetch({ max_messages: MESSAGES_AT_ONCE, expires: WAIT_MILLISECONDS });
      const end = (): void => messages.stop();
      signal.addEventListener('abort', end, { once: true });
      try {
        for await (const message of messages) {
          const { organizationPrevious, position } = placeOf(message);
          // Unknown to the relay: the feed can tell. Without one, the server's own place in the stream has to do.
          const after = organizationPrevious ?? (this.feed ? position - 1 : 0);
          yield { ...stretchOf(message, after, wanted), settled: () => message.ack() };
        }
      } finally {
        signal.removeEventListener('abort', end);
        messages.stop();
      }
    }
  }

  /** Its credentials may not ask for what the consumer is like, only for its next messages. */
  private consumer(): Consumer {
    const { connection, projectId, organizationId } = this.options;
    const name = busConsumerOf(organizationId);
    const config = { durable_name: name, ack_policy: 'all' };
    const info = { stream_name: busStreamOf(projectId), name, config } as unknown as ConsumerInfo;
    return jetstream(connection).consumers.getConsumerFromInfo(info);
  }
}

/** Events of one organization from the bus, with credentials for nothing else. */
export const natsOrganizationSource = (options: NatsOrganizationSourceOptions): NatsOrganizationSource =>
  new NatsOrganizationSource(options);
