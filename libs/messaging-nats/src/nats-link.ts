import { setTimeout as pause } from 'node:timers/promises';
import {
  connect,
  type ConnectionOptions,
  type NatsConnection,
  nkeyAuthenticator,
} from '@nats-io/transport-node';

/** What a link tells its process; a pino logger is one. */
export type LinkLogger = {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
};

export type NatsLinkOptions = {
  /** `nats://` or `tls://`, several joined by commas; a user and a password, or a token, may stand in it. */
  readonly url: string;
  /** Seed of an nkey, where the server knows this process by one. */
  readonly seed?: string;
  /** What replies come to, where permissions name it. */
  readonly inboxPrefix?: string;
  /** How the server's monitoring calls this connection. */
  readonly name?: string;
  readonly logger?: LinkLogger;
  /** How long `open` waits for the first connection before it goes on without one. */
  readonly patienceMilliseconds?: number;
};

const DEFAULT_PATIENCE_MILLISECONDS = 1_000;
const DRAIN_MILLISECONDS = 5_000;
const CONNECT_MILLISECONDS = 5_000;
const FIRST_PAUSE_MILLISECONDS = 100;
const LONGEST_PAUSE_MILLISECONDS = 2_000;
/** A server that hangs is noticed after three of these. */
const PING_MILLISECONDS = 5_000;

/** Doubling, and never two processes in step: after an outage all of them come back at once. */
const pauseAfter = (failures: number): number =>
  Math.min(LONGEST_PAUSE_MILLISECONDS, FIRST_PAUSE_MILLISECONDS * 2 ** failures) * (0.5 + Math.random());

const connectionOptions = ({ url, seed, name, inboxPrefix }: NatsLinkOptions): ConnectionOptions => {
  const urls = url.split(',').map((one) => new URL(one.trim()));
  const { username, password } = urls.find((one) => one.username !== '') ?? { username: '', password: '' };
  const user = decodeURIComponent(username);
  const named = password === '' ? { token: user } : { user, pass: decodeURIComponent(password) };
  return {
    servers: urls.map((one) => one.host),
    ...(urls.some((one) => one.protocol === 'tls:') ? { tls: {} } : {}),
    ...(user === '' ? {} : named),
    ...(seed === undefined ? {} : { authenticator: nkeyAuthenticator(new TextEncoder().encode(seed)) }),
    ...(name === undefined ? {} : { name }),
    ...(inboxPrefix === undefined ? {} : { inboxPrefix }),
    timeout: CONNECT_MILLISECONDS,
    pingInterval: PING_MILLISECONDS,
    maxPingOut: 2,
    maxReconnectAttempts: -1,
    reconnectDelayHandler: () => pauseAfter(2),
    // A password may be wrong for as long as a server is being configured.
    ignoreAuthErrorAbort: true,
  };
};

/**
 * One connection to NATS, for a whole process and for as long as it lives: it comes back by itself for ever, and a
 * process starts without it too. Whoever uses it asks for `connection` each time and is told at once when there is none,
 * so that nothing piles up in memory while NATS is away (E35).
 *
 * @example
 * const link = await NatsLink.open({ url: 'nats://127.0.0.1:4222' });
 * link.connection?.publish('muster.example', 'hello');
 */
export class NatsLink {
  private readonly ending = new AbortController();
  private readonly reached: Promise<NatsConnection | undefined>;
  private client: NatsConnection | undefined;
  private isUp = false;
  private trouble: string | undefined;

  private constructor(private readonly options: NatsLinkOptions) {
    this.reached = this.reach();
  }

  /** Resolves as soon as there is a connection, and after a moment also without one. */
  static async open(options: NatsLinkOptions): Promise<NatsLink> {
    const link = new NatsLink(options);
    const timer = new AbortController();
    const patience = options.patienceMilliseconds ?? DEFAULT_PATIENCE_MILLISECONDS;
    await Promise.race([
      link.reached,
      pause(patience, undefined, { signal: timer.signal }).catch(() => undefined),
    ]);
    timer.abort();
    return link;
  }

  /** The connection, while there is one. */
  get connection(): NatsConnection | undefined {
    return this.isUp ? this.client : undefined;
  }

  /** Why there is no connection; undefined while there is one. */
  get problem(): string | undefined {
    return this.isUp ? undefined : (this.trouble ?? 'not connected yet');
  }

  /** The first connection, whenever it comes; undefined where the link was closed before. It mends itself from then on. */
  firstConnection(): Promise<NatsConnection | undefined> {
    return this.reached;
  }

  /** Sends what is still to be sent, then ends the connection for good. */
  async close(): Promise<void> {
    this.ending.abort();
    await this.reached;
    const { client } = this;
    if (!client || client.isClosed()) return;
    if (this.isUp) await within(DRAIN_MILLISECONDS, client.drain());
    await client.close();
  }

  private async reach(): Promise<NatsConnection | undefined> {
    const options = connectionOptions(this.options);
    for (let failures = 0; !this.ending.signal.aborted; failures++) {
      try {
        return this.connected(await connect(options));
      } catch (error) {
        this.trouble = error instanceof Error ? error.message : String(error);
        if (failures === 0) this.options.logger?.warn({ problem: this.trouble }, 'NATS is not there yet');
        await pause(pauseAfter(failures), undefined, { signal: this.ending.signal }).catch(() => undefined);
      }
    }
    return undefined;
  }

  private connected(client: NatsConnection): NatsConnection {
    [this.client, this.isUp] = [client, true];
    void this.watch(client);
    return client;
  }

  private async watch(client: NatsConnection): Promise<void> {
    for await (const status of client.status()) {
      if (status.type === 'disconnect') {
        [this.isUp, this.trouble] = [false, 'connection lost'];
        this.options.logger?.warn({}, 'NATS is lost');
      } else if (status.type === 'reconnect') {
        this.isUp = true;
        this.options.logger?.info({}, 'NATS is back');
      } else if (status.type === 'error') {
        this.trouble = status.error.message;
        this.options.logger?.warn({ problem: this.trouble }, 'NATS refused something');
      }
    }
    [this.isUp, this.trouble] = [false, 'closed'];
  }
}

/** Resolves when the work is done or failed, or when the time is up. */
export const within = async (milliseconds: number, work: Promise<unknown>): Promise<void> => {
  const timer = new AbortController();
  const timeUp = pause(milliseconds, undefined, { signal: timer.signal });
  await Promise.race([work, timeUp]).catch(() => undefined);
  timer.abort();
};
