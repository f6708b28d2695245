import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { until } from './until.ts';

const IMAGE = 'nats:2.15-alpine';
const STDERR_KEPT_CHARACTERS = 8_000;

/**
 * Where tests find a NATS server with JetStream: one that runs already (`NATS_URL`), a program (`NATS_SERVER`, or
 * `nats-server` on the PATH), Docker; undefined where there is none of these.
 */
export type NatsSource =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'program'; readonly path: string }
  | { readonly kind: 'docker' };

const onPath = (name: string): string | undefined =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));

const program = (): NatsSource | undefined => {
  const path = process.env.NATS_SERVER ?? onPath('nats-server');
  return path === undefined ? undefined : { kind: 'program', path };
};

/** What tests that only talk to a server may use. */
export const natsSource = (): NatsSource | undefined => {
  if (process.env.NATS_URL) return { kind: 'url', url: process.env.NATS_URL };
  const hasDocker = process.env.DOCKER_HOST !== undefined || existsSync('/var/run/docker.sock');
  return program() ?? (hasDocker ? { kind: 'docker' } : undefined);
};

/**
 * Tests against a real NATS server. Where none is found they are skipped, by name; where `CI=true` says that all has to
 * be proven, they fail. `own`: they configure, kill or restart the server, so it must be a program of this host.
 */
export const describeWithNats = (name: string, needs: 'any' | 'own', body: () => void): void => {
  const found = needs === 'own' ? program() : natsSource();
  if (found) describe(name, body);
  else if (process.env.CI === 'true')
    it(`${name}: needs nats-server`, () => {
      throw new Error('no nats-server on the PATH (NATS_SERVER, NATS_URL)');
    });
  else describe.skip(`${name} (no nats-server found)`, body);
};

export type NatsOptions = {
  /** A configuration file; only for `NatsServer.start`. */
  readonly config?: string;
};

/** A server that tests use; `stop` leaves nothing behind but on a server that ran before. */
export type AnyNats = { readonly url: string; stop(): Promise<void> };

/** A server of whatever source there is. */
export const startNats = async (): Promise<AnyNats> => {
  const source = natsSource();
  if (!source) throw new Error('no NATS server found');
  if (source.kind === 'url') return { url: source.url, stop: async () => {} };
  if (source.kind === 'program') return NatsServer.start();
  const { GenericContainer } = await import('testcontainers');
  const container = await new GenericContainer(IMAGE)
    .withCommand(['-js', '-sd', '/data'])
    .withExposedPorts(4222)
    .start();
  return {
    url: `nats://${container.getHost()}:${container.getMappedPort(4222)}`,
    stop: async () => void (await container.stop()),
  };
};

/** A nats-server with JetStream as a process of its own, to be killed, restarted and robbed of its files. */
export class NatsServer implements AnyNats {
  private process: ChildProcess | undefined;
  private port = -1;
  private errors = '';

  private constructor(
    private readonly scratch: string,
    private readonly options: NatsOptions,
  ) {}

  static async start(options: NatsOptions = {}): Promise<NatsServer> {
    const server = new NatsServer(mkdtempSync(join(tmpdir(), 'muster-nats-')), options);
    await server.run();
    return server;
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  /** What the process wrote, the last of it. */
  get log(): string {
    return this.errors;
  }

  /** Where JetStream keeps its files. */
  get storeDirectory(): string {
    return join(this.scratch, 'jetstream');
  }

  /** Ends the process by a signal and waits until it is gone; the files stay. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const running = this.process;
    this.process = undefined;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill(signal);
    await ended;
  }

  /** Stops the process where it is (as a host that hangs does), or lets it go on. */
  freeze(frozen: boolean): void {
    this.process?.kill(frozen ? 'SIGSTOP' : 'SIGCONT');
  }

  /** Has the server read its configuration again. */
  reload(): void {
    this.process?.kill('SIGHUP');
  }

  /** Starts again on the same port and files. */
  async restart(): Promise<void> {
    await this.kill();
    await this.run();
  }

  /** Takes its files away, also while it runs. */
  deleteStore(): void {
    rmSync(this.storeDirectory, { recursive: true, force: true });
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.scratch, { recursive: true, force: true });
  }

  private async run(): Promise<void> {
    const source = program();
    if (source?.kind !== 'program') throw new Error('no nats-server on the PATH');
    const at = ['-a', '127.0.0.1', '-p', String(this.port), '--ports_file_dir', this.scratch];
    const stored = ['-js', '-sd', this.storeDirectory];
    const configured = this.options.config === undefined ? [] : ['-c', this.options.config];
    const child = spawn(source.path, [...configured, ...at, ...stored], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.process = child;
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.errors = (this.errors + text).slice(-STDERR_KEPT_CHARACTERS);
    });
    const dieTogether = () => child.kill('SIGKILL');
    process.once('exit', dieTogether);
    child.once('exit', () => process.off('exit', dieTogether));
    this.port = await until('nats-server to listen', () => this.listening(child), 15_000);
  }

  private async listening(child: ChildProcess): Promise<number | undefined> {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`nats-server ended before it listened:\n${this.errors}`);
    if (!this.errors.includes('Server is ready')) return undefined;
    const file = readdirSync(this.scratch).find((name) => name.includes(`_${child.pid}.`));
    if (file === undefined) return undefined;
    const ports = JSON.parse(readFileSync(join(this.scratch, file), 'utf8')) as { nats: string[] };
    return Number(new URL(ports.nats[0]!).port);
  }
}
