import {
  busConsumerOf,
  busHeadersOf,
  type BusPlace,
  busStreamOf,
  busSubjectOf,
  busSubjectsOf,
  heartbeatSubjectOf,
  type PublicEvent,
} from '@muster/contracts';
import { NatsServer } from '@muster/testkit';
import { AckPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, headers, type MsgHdrs, type NatsConnection } from '@nats-io/transport-node';
import { eventAt, logId } from './events.ts';

const [organizationid, projectid] = [eventAt(1).organizationid!, eventAt(1).projectid];

/** A real bus, on which a test says what the relay would. */
export class Bus {
  private constructor(
    readonly nats: NatsServer,
    readonly connection: NatsConnection,
  ) {}

  static async start(): Promise<Bus> {
    const nats = await NatsServer.start();
    return new Bus(
      nats,
      await connect({ servers: nats.url, maxReconnectAttempts: -1, reconnectTimeWait: 50 }),
    );
  }

  readonly projectId = projectid;
  readonly organizationId = organizationid;

  async makeStream(): Promise<void> {
    const manager = await jetstreamManager(this.connection);
    await manager.streams.add({ name: busStreamOf(projectid), subjects: [busSubjectsOf(projectid)] });
    await manager.consumers.add(busStreamOf(projectid), {
      durable_name: busConsumerOf(organizationid),
      filter_subject: busSubjectsOf(projectid, organizationid),
      ack_policy: AckPolicy.All,
    });
  }

  async loseStream(): Promise<void> {
    await (await jetstreamManager(this.connection)).streams.delete(busStreamOf(projectid));
  }

  /** An event for each position, each naming the one before it; `previous` is before the first. */
  async tell(previous: number, ...positions: readonly number[]): Promise<void> {
    let before = previous;
    for (const position of positions) {
      await this.publish(eventAt(position), {
        logId,
        position,
        previous: before,
        organizationPrevious: before,
      });
      before = position;
    }
  }

  async publish(event: PublicEvent, place: BusPlace): Promise<void> {
    const options = { headers: headersOf(place), msgID: event.id };
    await jetstream(this.connection).publish(busSubjectOf(event), JSON.stringify(event), options);
  }

  beat(place: Omit<BusPlace, 'logId'>): void {
    const options = { headers: headersOf({ logId, ...place }) };
    this.connection.publish(heartbeatSubjectOf(projectid), '', options);
  }

  /** How much of the organization's consumer waits to be acknowledged. */
  async pending(): Promise<number> {
    const manager = await jetstreamManager(this.connection);
    const info = await manager.consumers.info(busStreamOf(projectid), busConsumerOf(organizationid));
    return info.num_ack_pending + info.num_pending;
  }

  async stop(): Promise<void> {
    await this.connection.close();
    await this.nats.stop();
  }
}

const headersOf = (place: BusPlace): MsgHdrs => {
  const made = headers();
  for (const [name, value] of Object.entries(busHeadersOf(place))) made.set(name, value);
  return made;
};
