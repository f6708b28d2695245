import { requestSubjectOf } from '@muster/contracts';
import { type BaseRpcContext, ServerNats, type WritePacket } from '@nestjs/microservices';
import type { Msg, NatsConnection, Subscription } from '@nats-io/transport-node';
import type { Observable } from 'rxjs';
import { type NatsLink, within } from '../nats-link.ts';

export type NatsRequestServerOptions = {
  readonly link: NatsLink;
  readonly projectId: string;
  /** Replicas of a service share its questions: each is answered by one of them. */
  readonly service: string;
  /** How long closing waits for answers under way. */
  readonly drainMilliseconds?: number;
};

const DEFAULT_DRAIN_MILLISECONDS = 10_000;

/**
 * Serves `@Answers` handlers over Nest's NATS transport. What differs from Nest's own server: it uses the process's one
 * connection, listens also when NATS comes later than the process, and drains when it is closed: it takes no more
 * questions, and every one it took is answered. (Nest's graceful shutdown sleeps for a fixed time instead.)
 */
export class NatsRequestServer extends ServerNats {
  private readonly listeners: Subscription[] = [];
  private readonly idle: (() => void)[] = [];
  private underWay = 0;
  private isClosed = false;

  constructor(private readonly of: NatsRequestServerOptions) {
    super({ queue: of.service });
  }

  override async listen(started: (error?: unknown) => void): Promise<void> {
    const { connection } = this.of.link;
    if (connection) {
      this.bindEvents(connection);
      // Once this came back, the server knows who listens.
      await within(DEFAULT_DRAIN_MILLISECONDS, connection.flush());
    } else void this.of.link.firstConnection().then((first) => first && this.bindEvents(first));
    started();
  }

  override bindEvents(connection: NatsConnection): void {
    if (this.isClosed) return;
    const { projectId, service } = this.of;
    for (const pattern of this.messageHandlers.keys()) {
      const callback = this.getMessageHandler(pattern) as (error: Error | null, message: Msg) => void;
      const subject = requestSubjectOf(projectId, pattern);
      this.listeners.push(connection.subscribe(subject, { queue: service, callback }));
    }
  }

  /** What nobody waits for an answer to is no question. */
  override async handleMessage(pattern: string, message: Msg): Promise<unknown> {
    return message.reply ? super.handleMessage(pattern, message) : undefined;
  }

  protected override handleRequest(
    context: BaseRpcContext,
    produce: () => Promise<Observable<unknown>>,
    respond: (packet: WritePacket) => Promise<unknown> | void,
  ): void {
    this.underWay++;
    super.handleRequest(context, produce, async (packet) => {
      try {
        await respond(packet);
      } finally {
        if (packet.isDisposed) this.answered();
      }
    });
  }

  override async close(): Promise<void> {
    this.isClosed = true;
    const { drainMilliseconds = DEFAULT_DRAIN_MILLISECONDS, link } = this.of;
    if (!link.connection) return;
    const drained = Promise.all(this.listeners.splice(0).map((listener) => listener.drain()));
    await within(
      drainMilliseconds,
      drained.then(() => this.allAnswered()),
    );
    await within(drainMilliseconds, link.connection?.flush() ?? Promise.resolve());
  }

  private answered(): void {
    this.underWay--;
    if (this.underWay === 0) for (const resolve of this.idle.splice(0)) resolve();
  }

  private allAnswered(): Promise<void> {
    return this.underWay === 0 ? Promise.resolve() : new Promise((resolve) => this.idle.push(resolve));
  }
}
