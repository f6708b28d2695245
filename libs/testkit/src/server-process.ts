import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DevMailbox } from './dev-mailbox.ts';
import { type AnyMongo, startMongo } from './mongo-server.ts';
import { MovableClock } from './movable-clock.ts';
import { until } from './until.ts';
import { WireClient } from './wire-client.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
/** Several processes start side by side on a machine that may have other things to do. */
const READY_MILLISECONDS = 180_000;
const STDERR_KEPT_CHARACTERS = 8_000;

/** What is started: all services in one process, or each in a process of its own behind one address. */
const profiles = {
  standalone: { main: 'services/server/src/main.ts', isGroup: false },
  distributed: { main: 'services/distributed/src/main.ts', isGroup: true },
} as const;
export type Profile = keyof typeof profiles;
const testProfile: Profile =
  process.env['MUSTER_TEST_PROFILE'] === 'distributed' ? 'distributed' : 'standalone';

/** `mongo`: views, keys and answers are in a MongoDB of the server's own, of whatever source there is. */
const inMongo = process.env['MUSTER_TEST_STORES'] === 'mongo';

/** A test that opens the files of views, keys or answers; where these are in MongoDB it is skipped, by name. */
export const itInFiles = (name: string, body: () => Promise<void>, timeout?: number): void =>
  (inMongo ? it.skip : it)(name, body, timeout);

/** One of the processes of the distributed profile: a service's, or `nats`; one that starts has no `url` yet. */
export type PartProcess = { readonly name: string; readonly url?: string; readonly pid: number };

export type StartOptions = {
  /** Where a test is about one of them; else what `MUSTER_TEST_PROFILE` says, so that suites run on both. */
  readonly profile?: Profile;
  /** Of the distributed profile: how many processes of a service. */
  readonly replicas?: string;
  readonly seed?: 'none' | 'demo' | (string & {});
  readonly env?: Readonly<Record<string, string>>;
  /** Told everything that the processes write to standard error; `log` keeps the last of it. */
  readonly onLog?: (text: string) => void;
  /** One that is there already, with its own project and keys; it stays when the server is stopped. */
  readonly dataDirectory?: string;
};

/** The project that servers under test serve; fixed, so that the issuer can be named before the first start. */
export const testProjectId = 'project-test-00000000-0000-4000-8000-000000000001';

/** A real server: its own process, its own data directory, reached over HTTP only. */
export class Muster {
  readonly dataDirectory: string;
  readonly clock: MovableClock;
  readonly mailbox = new DevMailbox(() => this.url);
  private process: ChildProcess | undefined;
  private errors = '';
  /** Any at first; the one it got from then on, so that whoever knew it finds it again. */
  private port = 0;

  private constructor(
    private readonly scratch: string,
    private readonly options: StartOptions,
    private readonly mongo: AnyMongo | undefined,
  ) {
    this.dataDirectory = options.dataDirectory ?? join(scratch, 'data');
    this.clock = new MovableClock(scratch);
  }

  static async start(options: StartOptions = {}): Promise<Muster> {
    const scratch = mkdtempSync(join(tmpdir(), 'muster-test-'));
    const muster = new Muster(scratch, options, inMongo ? await startMongo() : undefined);
    await muster.run();
    return muster;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get projectId(): string {
    return this.keys().MUSTER_PROJECT_ID!;
  }

  get secret(): string {
    return this.keys().MUSTER_SECRET!;
  }

  /** Where views, keys and answers are; undefined where they are files of the data directory. */
  get mongoUrl(): string | undefined {
    return this.mongo?.url(basename(this.scratch));
  }

  /** What the process wrote to standard error, the last of it. */
  get log(): string {
    return this.errors;
  }

  wire(): WireClient {
    return new WireClient(() => this.url, { projectId: this.projectId, secret: this.secret });
  }

  /** Ends the process by a signal and waits until it is gone; data stay. */
  async kill(signal: NodeJS.Signals): Promise<void> {
    const running = this.process;
    this.process = undefined;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    this.end(running, signal);
    await ended;
  }

  /** The processes behind the address, where there are several; each is started again when it ends. */
  get processes(): readonly PartProcess[] {
    const file = join(this.dataDirectory, 'processes.json');
    return this.profile.isGroup ? (JSON.parse(readFileSync(file, 'utf8')) as readonly PartProcess[]) : [];
  }

  /** Starts again on the same data, address and keys. */
  async restart(): Promise<void> {
    await this.kill('SIGTERM');
    await this.run();
  }

  async stop(): Promise<void> {
    await this.kill('SIGTERM');
    await this.mongo?.stop();
    rmSync(this.scratch, { recursive: true, force: true });
  }

  private get profile() {
    return profiles[this.options.profile ?? testProfile];
  }

  /** A stop is the first process's to hand on; a kill takes all of them at once, as a power cut does. */
  private end(child: ChildProcess, signal: NodeJS.Signals): void {
    if (this.profile.isGroup && signal === 'SIGKILL') process.kill(-child.pid!, signal);
    else child.kill(signal);
  }

  private async run(): Promise<void> {
    const child = spawn(
      process.execPath,
      [
        '--conditions=@muster/source',
        '--import',
        join(root, 'tools/register.mjs'),
        join(root, this.profile.main),
        '--seed',
        this.options.seed ?? 'none',
        ...(this.options.replicas === undefined ? [] : ['--replicas', this.options.replicas]),
      ],
      {
        cwd: root,
        env: this.environment(),
        stdio: ['ignore', 'ignore', 'pipe'],
        detached: this.profile.isGroup,
      },
    );
    this.process = child;
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.options.onLog?.(text);
      this.errors = (this.errors + text).slice(-STDERR_KEPT_CHARACTERS);
    });
    const dieTogether = () => this.end(child, 'SIGKILL');
    process.once('exit', dieTogether);
    child.once('exit', () => process.off('exit', dieTogether));
    await until('the server to be ready', () => this.ready(child), READY_MILLISECONDS).catch(
      (error: Error) => {
        if (child.exitCode === null && child.signalCode === null) this.end(child, 'SIGKILL');
        throw new Error(`${error.message}\n${this.errors}`);
      },
    );
  }

  private async ready(child: ChildProcess): Promise<true | undefined> {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`the server ended with ${child.exitCode ?? child.signalCode} before it was ready`);
    const at = this.addressOf(child);
    if (at === undefined) return undefined;
    const answer = await fetch(`${at}/readyz`).catch(() => undefined);
    await answer?.arrayBuffer();
    if (!answer?.ok) return undefined;
    this.port = Number(new URL(at).port);
    return true;
  }

  /** Where the process listens, as it says in its data directory; undefined while it has not said so itself. */
  private addressOf(child: ChildProcess): string | undefined {
    const file = join(this.dataDirectory, 'server.json');
    if (!existsSync(file)) return undefined;
    const { pid, url } = JSON.parse(readFileSync(file, 'utf8') || '{}') as { pid?: number; url?: string };
    return pid === child.pid ? url : undefined;
  }

  /** Nothing of the environment of whoever runs the tests gets in, so that they mean the same everywhere. */
  private environment(): NodeJS.ProcessEnv {
    return {
      PATH: process.env.PATH,
      HOME: this.scratch,
      PORT: String(this.port),
      MUSTER_DATA_DIR: this.dataDirectory,
      // SDKs accept this issuer on any port.
      ...(this.options.dataDirectory === undefined
        ? { MUSTER_PROJECT_ID: testProjectId, MUSTER_ISSUER: `stytch.com/${testProjectId}` }
        : {}),
      MUSTER_TEST_CLOCK_FILE: this.clock.file,
      ...(this.mongoUrl === undefined ? {} : storesIn(this.mongoUrl)),
      ...this.options.env,
    };
  }

  private keys(): Readonly<Record<string, string>> {
    return keysIn(readFileSync(join(this.dataDirectory, 'dev.env'), 'utf8'));
  }
}

/** Starts a real server on a free port of the loopback and waits until it is ready. */
export const startMuster = (options: StartOptions = {}): Promise<Muster> => Muster.start(options);

const storesIn = (url: string): NodeJS.ProcessEnv => ({
  MUSTER_READ_STORE_URL: url,
  MUSTER_KEY_STORE_URL: url,
  MUSTER_ANSWER_STORE_URL: url,
});

const keysIn = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line.includes('=') && !line.startsWith('#'))
      .map((line) => [
        line.slice(0, line.indexOf('=')),
        line.slice(line.indexOf('=') + 1).replace(/^(["'])(.*)\1$/, '$2'),
      ]),
  );
