import {
  busConsumerOf,
  busHeaders,
  busHeadersOf,
  type BusPlace,
  busPlaceIn,
  busStreamOf,
  busSubjectOf,
  busSubjectsOf,
  CLOUD_EVENT_JSON,
  heartbeatSubjectOf,
} from '@muster/contracts';
import { UnavailableError } from '@muster/kernel';
import {
  AckPolicy,
  DeliverPolicy,
  DiscardPolicy,
  jetstream,
  JetStreamApiError,
  type JetStreamClient,
  type JetStreamManager,
  jetstreamManager,
  type PubAck,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream';
import { headers, type MsgHdrs, nanos, type NatsConnection } from '@nats-io/transport-node';
import type { NatsLink } from '../nats-link.ts';
import { type BusEnd, type BusMessage, type EventBus, Overtaken } from './event-bus.ts';

/** How much the stream keeps for subscribers who are behind; whoever is further behind asks the feed. */
export type StreamLimits = {
  readonly maxAgeMilliseconds: number;
  readonly maxBytes: number;
  readonly replicas: number;
};

export type JetStreamEventBusOptions = {
  readonly link: NatsLink;
  readonly projectId: string;
  readonly limits?: Partial<StreamLimits>;
  /** Organizations with credentials of their own: the server keeps a consumer for each of them (E33). */
  readonly organizations?: readonly string[];
  /** How long the bus may take to answer. */
  readonly timeoutMilliseconds?: number;
};

const DAY_MILLISECONDS = 86_400_000;
const defaultLimits: StreamLimits = {
  maxAgeMilliseconds: 7 * DAY_MILLISECONDS,
  maxBytes: 1_073_741_824,
  replicas: 1,
};
const DEFAULT_TIMEOUT_MILLISECONDS = 5_000;
const DUPLICATE_WINDOW_MILLISECONDS = 120_000;
/** What a subscriber has taken and not acknowledged is sent again after this, and this much at most is on its way. */
const CONSUMER_ACK_MILLISECONDS = 30_000;
const CONSUMER_MOST_PENDING = 1_000;

const STREAM_NOT_FOUND = 10_059;
const NO_MESSAGE_FOUND = 10_037;
const WRONG_LAST_MESSAGE = 10_070;
const WRONG_LAST_SEQUENCE = 10_071;

/** Compare-and-append lets two through on a replicated stream before this version. */
const FIRST_WITH_FENCED_REPLICAS = [2, 9, 21] as const;

const isOlder = (version: string, than: readonly [number, number, number]): boolean => {
  const parts = version.split(/[.-]/).map(Number);
  const at = than.findIndex((part, index) => parts[index] !== part);
  return at >= 0 && (parts[at] ?? 0) < than[at]!;
};

const isApiError = (error: unknown, code: number): boolean =>
  error instanceof JetStreamApiError && error.code === code;

/** NATS is there, but not as the relay needs it; an operator has to see to it. */
class UnusableBus extends Error {}

/** Public events of one project on a JetStream stream of its own; works on nats-server 2.9 and later. */
export class JetStreamEventBus implements EventBus {
  private readonly stream: string;
  private readonly limits: StreamLimits;
  private readonly timeout: number;
  private isConfigured = false;

  constructor(private readonly options: JetStreamEventBusOptions) {
    this.stream = busStreamOf(options.projectId);
    this.limits = { ...defaultLimits, ...options.limits };
    this.timeout = options.timeoutMilliseconds ?? DEFAULT_TIMEOUT_MILLISECONDS;
  }

  async end(): Promise<BusEnd> {
    return this.answered(async (connection) => {
      const { last_seq: sequence, messages } = await this.madeStream(connection);
      if (messages === 0) return { sequence, last: undefined };
      const last = await this.lastMessage(connection, busSubjectsOf(this.options.projectId));
      const place = last && placeIn(last.header);
      if (last && !place)
        throw new UnusableBus(`the stream ${this.stream} holds what the relay did not publish`);
      return { sequence: Math.max(sequence, last?.seq ?? 0), last: place };
    });
  }

  async lastOf(organizationId: string): Promise<number | undefined> {
    const subjects = busSubjectsOf(this.options.projectId, organizationId);
    const last = await this.answered((connection) => this.lastMessage(connection, subjects));
    return last && placeIn(last.header)?.position;
  }

  async publish(messages: readonly BusMessage[], after: number): Promise<number> {
    const client = await this.answered(async (connection) =>
      jetstream(connection, { timeout: this.timeout }),
    );
    const outcomes = await Promise.allSettled(
      messages.map((message, at) => this.publishOne(client, message, after + at, messages[at - 1])),
    );
    for (const [at, outcome] of outcomes.entries()) {
      if (outcome.status === 'rejected') throw failureOf(outcome.reason);
      // Another relay published the same event, or the bus was emptied and remembers it.
      if (outcome.value.duplicate || outcome.value.seq !== after + at + 1) throw new Overtaken();
    }
    return after + messages.length;
  }

  beat(place: BusPlace): void {
    const subject = heartbeatSubjectOf(this.options.projectId);
    this.options.link.connection?.publish(subject, '', { headers: headersOf(place) });
  }

  /**
   * The sequence number alone would not do for messages that are under way together: where another relay took the first
   * number of this batch, the second message would fit, and the first be missing. So each also names the one before it.
   */
  private publishOne(
    client: JetStreamClient,
    { event, place }: BusMessage,
    after: number,
    before: BusMessage | undefined,
  ): Promise<PubAck> {
    const messageHeaders = headersOf(place);
    messageHeaders.set(busHeaders.contentType, CLOUD_EVENT_JSON);
    return client.publish(busSubjectOf(event), JSON.stringify(event), {
      msgID: event.id,
      headers: messageHeaders,
      expect: {
        streamName: this.stream,
        lastSequence: after,
        ...(before === undefined ? {} : { lastMsgID: before.event.id }),
      },
    });
  }

  private async madeStream(connection: NatsConnection): Promise<{ last_seq: number; messages: number }> {
    const manager = await jetstreamManager(connection, { checkAPI: false, timeout: this.timeout });
    const wanted = this.configuration(connection);
    const { config, state } = await manager.streams.info(this.stream).catch((error: unknown) => {
      if (!isApiError(error, STREAM_NOT_FOUND)) throw error;
      this.isConfigured = false;
      return manager.streams.add(wanted);
    });
    const differs = (['max_age', 'max_bytes', 'num_replicas'] as const).some(
      (name) => config[name] !== wanted[name],
    );
    if (differs && !this.isConfigured) await manager.streams.update(this.stream, wanted);
    if (!this.isConfigured) await this.keepConsumers(manager);
    this.isConfigured = true;
    return state;
  }

  /**
   * What an organization's credentials may read from. It is made here, and not by who reads, because who may make a
   * consumer may also say where the server is to send what it holds: to any subject, in anybody's name.
   */
  private async keepConsumers(manager: JetStreamManager): Promise<void> {
    const { projectId, organizations = [] } = this.options;
    for (const organizationId of organizations)
      await manager.consumers.add(this.stream, {
        durable_name: busConsumerOf(organizationId),
        filter_subject: busSubjectsOf(projectId, organizationId),
        deliver_policy: DeliverPolicy.All,
        ack_policy: AckPolicy.All,
        ack_wait: nanos(CONSUMER_ACK_MILLISECONDS),
        max_ack_pending: CONSUMER_MOST_PENDING,
      });
  }

  private configuration(connection: NatsConnection) {
    const { maxAgeMilliseconds, maxBytes, replicas } = this.limits;
    const version = connection.info!.version;
    if (replicas > 1 && isOlder(version, FIRST_WITH_FENCED_REPLICAS))
      throw new UnusableBus(
        `nats-server ${version} does not fence replicated streams; 2.9.21 is the first that does`,
      );
    return {
      name: this.stream,
      subjects: [busSubjectsOf(this.options.projectId)],
      storage: StorageType.File,
      retention: RetentionPolicy.Limits,
      discard: DiscardPolicy.Old,
      max_age: nanos(maxAgeMilliseconds),
      max_bytes: maxBytes,
      num_replicas: replicas,
      duplicate_window: nanos(Math.min(DUPLICATE_WINDOW_MILLISECONDS, maxAgeMilliseconds)),
      allow_direct: false,
      allow_rollup_hdrs: false,
    } satisfies Partial<StreamConfig>;
  }

  private async lastMessage(connection: NatsConnection, subjects: string) {
    const manager = await jetstreamManager(connection, { checkAPI: false, timeout: this.timeout });
    try {
      return (await manager.streams.getMessage(this.stream, { last_by_subj: subjects })) ?? undefined;
    } catch (error) {
      if (isApiError(error, NO_MESSAGE_FOUND)) return undefined;
      throw error;
    }
  }

  /** @throws UnavailableError where there is no connection, or no answer */
  private async answered<T>(ask: (connection: NatsConnection) => Promise<T>): Promise<T> {
    const { link } = this.options;
    if (!link.connection) throw new UnavailableError('nats', { cause: new Error(link.problem) });
    if (!link.connection.info?.jetstream) throw new UnusableBus('JetStream is off on this nats-server');
    try {
      return await ask(link.connection);
    } catch (error) {
      throw failureOf(error);
    }
  }
}

const headersOf = (place: BusPlace): MsgHdrs => {
  const made = headers();
  for (const [name, value] of Object.entries(busHeadersOf(place))) made.set(name, value);
  return made;
};

const placeIn = (given: MsgHdrs): BusPlace | undefined => busPlaceIn((name) => given.get(name));

/** What JetStream refused is told as it is; anything else is a bus that does not answer. */
const failureOf = (error: unknown): Error => {
  if (isApiError(error, WRONG_LAST_SEQUENCE) || isApiError(error, WRONG_LAST_MESSAGE)) return new Overtaken();
  if (error instanceof JetStreamApiError || error instanceof UnusableBus) return error;
  return new UnavailableError('nats', { cause: error });
};
