import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { freePort } from './free-port.ts';
import { MongoProxy } from './mongo-proxy.ts';
import { until } from './until.ts';

const IMAGE = 'mongo:8.0';
const STDERR_KEPT_CHARACTERS = 8_000;

/**
 * Where tests find a MongoDB server: one that runs already (`MONGODB_URI`), a program (`MONGOD`, or `mongod` on the PATH),
 * FerretDB 1 with its SQLite backend (`FERRETDB`, or `ferretdb` on the PATH), Docker; undefined where there is none of
 * these. FerretDB knows no transactions: what needs them is skipped there, by name.
 */
export type MongoSource =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'mongod' | 'ferretdb'; readonly path: string }
  | { readonly kind: 'docker' };

const program = (variable: string, name: string): string | undefined =>
  process.env[variable] ??
  (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));

export const mongoSource = (): MongoSource | undefined => {
  if (process.env.MONGODB_URI) return { kind: 'url', url: process.env.MONGODB_URI };
  const mongod = program('MONGOD', 'mongod');
  if (mongod !== undefined) return { kind: 'mongod', path: mongod };
  const ferretdb = program('FERRETDB', 'ferretdb');
  if (ferretdb !== undefined) return { kind: 'ferretdb', path: ferretdb };
  const hasDocker = process.env.DOCKER_HOST !== undefined || existsSync('/var/run/docker.sock');
  return hasDocker ? { kind: 'docker' } : undefined;
};

/**
 * Tests against a real server. Where none is found they are skipped, by name; where `CI=true` says that all has to be
 * proven, they fail.
 */
export const describeWithMongo = (name: string, body: (mongo: () => AnyMongo) => void): void => {
  if (!mongoSource()) {
    if (process.env.CI !== 'true') return describe.skip(`${name} (no MongoDB found)`, () => body(absent));
    return it(`${name}: needs MongoDB`, () => {
      throw new Error('no mongod or ferretdb on the PATH (MONGOD, FERRETDB, MONGODB_URI)');
    });
  }
  describe(name, () => {
    let server: AnyMongo;
    beforeAll(async () => void (server = await startMongo()), 120_000);
    afterAll(() => server.stop());
    body(() => server);
  });
};

const absent = (): never => {
  throw new Error('no MongoDB');
};

/** A server that tests use; `stop` leaves nothing behind but on a server that ran before. */
export type AnyMongo = {
  readonly kind: MongoSource['kind'];
  /** The server with a database of that name. */
  url(database: string): string;
  stop(): Promise<void>;
};

/** A server of whatever source there is. */
export const startMongo = async (): Promise<AnyMongo> => {
  const source = mongoSource();
  if (!source) throw new Error('no MongoDB server found');
  if (source.kind === 'url') return at(source.kind, source.url, async () => {});
  if (source.kind === 'docker') return inDocker();
  const started = await MongoProgram.start(source.path, source.kind);
  if (source.kind === 'mongod') return at(source.kind, started.url, () => started.stop());
  const proxy = await MongoProxy.start(started.url, { oneAtATime: true });
  return at(source.kind, proxy.urlOf(''), async () => {
    await proxy.stop();
    await started.stop();
  });
};

const at = (kind: MongoSource['kind'], server: string, stop: () => Promise<void>): AnyMongo => {
  const { origin, options } = parted(server);
  return { kind, url: (database) => `${origin}/${database}${options}`, stop };
};

const parted = (url: string): { readonly origin: string; readonly options: string } => {
  const [, origin = url, options = ''] = /^([^/]+:\/\/[^/]+)(?:\/[^?]*)?(\?.*)?$/.exec(url) ?? [];
  return { origin, options };
};

const inDocker = async (): Promise<AnyMongo> => {
  const { GenericContainer } = await import('testcontainers');
  const container = await new GenericContainer(IMAGE)
    .withCommand(['mongod', '--replSet', 'rs0', '--bind_ip_all'])
    .withExposedPorts(27_017)
    .start();
  const initiated = await container.exec(['mongosh', '--quiet', '--eval', 'rs.initiate()']);
  if (initiated.exitCode !== 0) throw new Error(initiated.output);
  const url = `mongodb://${container.getHost()}:${container.getMappedPort(27_017)}/?directConnection=true`;
  return at('docker', url, async () => void (await container.stop()));
};

/** `mongod` as a server alone, or FerretDB, as a process of its own on files that go with it. */
class MongoProgram {
  private errors = '';

  private constructor(
    private readonly child: ChildProcess,
    private readonly scratch: string,
    private readonly port: number,
  ) {}

  static async start(path: string, kind: 'mongod' | 'ferretdb'): Promise<MongoProgram> {
    const scratch = mkdtempSync(join(tmpdir(), 'muster-mongo-'));
    mkdirSync(join(scratch, 'data'));
    const port = await freePort();
    const child = spawn(path, flags[kind](scratch, port), { stdio: ['ignore', 'ignore', 'pipe'] });
    const server = new MongoProgram(child, scratch, port);
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      server.errors = (server.errors + text).slice(-STDERR_KEPT_CHARACTERS);
    });
    const dieTogether = () => child.kill('SIGKILL');
    process.once('exit', dieTogether);
    child.once('exit', () => process.off('exit', dieTogether));
    await until(`${kind} to listen`, () => server.listens(), 30_000);
    return server;
  }

  get url(): string {
    return `mongodb://127.0.0.1:${this.port}`;
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill('SIGKILL');
      await ended;
    }
    rmSync(this.scratch, { recursive: true, force: true });
  }

  private async listens(): Promise<true | undefined> {
    if (this.child.exitCode !== null || this.child.signalCode !== null)
      throw new Error(`the server ended before it listened:\n${this.errors}`);
    return new Promise((resolve) => {
      const socket = createConnection(this.port, '127.0.0.1');
      socket.once('connect', () => resolve(true)).once('error', () => resolve(undefined));
      socket.once('connect', () => socket.destroy());
    });
  }
}

const flags = {
  mongod: (scratch: string, port: number) => [
    '--dbpath',
    join(scratch, 'data'),
    '--bind_ip',
    '127.0.0.1',
    '--port',
    String(port),
  ],
  ferretdb: (scratch: string, port: number) => [
    '--handler=sqlite',
    `--sqlite-url=file:${join(scratch, 'data')}/`,
    `--listen-addr=127.0.0.1:${port}`,
    `--state-dir=${scratch}`,
    '--debug-addr=-',
    '--telemetry=disable',
    '--log-level=error',
  ],
};
