import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { busHeadersOf, busStreamOf } from '@muster/contracts';
import { NatsLink } from '@muster/messaging-nats';
import { NatsServer } from '@muster/testkit';
import { jetstream } from '@nats-io/jetstream';
import { createUser } from '@nats-io/nkeys';
import { connect, headers, type NatsConnection, nkeyAuthenticator } from '@nats-io/transport-node';
// @ts-expect-error -- a tool in plain JavaScript
import { organizationAccount } from '../../tools/bus-credentials/account.mjs';

const template = fileURLToPath(new URL('../../deploy/nats', import.meta.url));
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** A server configured by deploy/nats, with the services' user, a reader, and an account for each organization. */
export class GuardedBus {
  private readonly connections: NatsConnection[] = [];
  private readonly seeds = new Map<string, Uint8Array>();
  private readonly scratch = mkdtempSync(join(tmpdir(), 'muster-bus-'));
  private server: NatsServer | undefined;
  private services: Promise<NatsConnection> | undefined;
  private position = 0;

  private constructor(
    readonly projectId: string,
    readonly organizations: readonly string[],
  ) {}

  static async start(projectId: string, organizations: readonly string[]): Promise<GuardedBus> {
    const bus = new GuardedBus(projectId, organizations);
    bus.server = await NatsServer.start({ config: bus.configured() });
    return bus;
  }

  get nats(): NatsServer {
    return this.server!;
  }

  get stream(): string {
    return busStreamOf(this.projectId);
  }

  /** The position of the event that is put on the stream next. */
  get next(): number {
    return this.position + 1;
  }

  seedOf(user: string): string {
    return text(this.seeds.get(user)!);
  }

  /** A connection of `muster`, `reader`, or an organization. */
  async as(user: string, inboxPrefix?: string): Promise<NatsConnection> {
    const connection = await connect({
      servers: this.nats.url,
      authenticator: nkeyAuthenticator(this.seeds.get(user)!),
      ...(inboxPrefix === undefined ? {} : { inboxPrefix }),
    });
    this.connections.push(connection);
    return connection;
  }

  link(): Promise<NatsLink> {
    return NatsLink.open({
      url: this.nats.url,
      seed: this.seedOf('muster'),
      patienceMilliseconds: 20_000,
    });
  }

  /** Puts a message on the stream, as the services do. */
  async publish(subject: string, body: string): Promise<void> {
    this.services ??= this.as('muster');
    const placed = headers();
    this.position += 1;
    const place = { logId: 'log-1', position: this.position, previous: this.position - 1 };
    for (const [name, value] of Object.entries(busHeadersOf(place))) placed.set(name, value);
    await jetstream(await this.services).publish(subject, body, { headers: placed });
  }

  async stop(): Promise<void> {
    for (const connection of this.connections) await connection.close();
    await this.nats.stop();
    rmSync(this.scratch, { recursive: true, force: true });
  }

  private configured(): string {
    cpSync(template, this.scratch, { recursive: true });
    const accounts = this.organizations.map((organizationId) =>
      organizationAccount({
        projectId: this.projectId,
        organizationId,
        user: `{ nkey: ${this.newUser(organizationId)} }`,
      }),
    );
    writeFileSync(join(this.scratch, 'organizations.conf'), accounts.join('\n'));
    const keys = ['muster', 'reader'].map(
      (user) => `NATS_${user.toUpperCase()}_NKEY: ${this.newUser(user)}\n`,
    );
    // What an operator says in the environment stands before the template.
    const file = join(this.scratch, 'nats-server.conf');
    // On a busy machine a signature may take longer than the two seconds that a server waits for it.
    const patience = 'authorization: { timeout: 60 }\n';
    writeFileSync(file, keys.join('') + patience + readFileSync(file, 'utf8'));
    return file;
  }

  private newUser(name: string): string {
    const pair = createUser();
    this.seeds.set(name, pair.getSeed());
    return pair.getPublicKey();
  }
}
