import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as after } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ServiceName } from '@muster/contracts';

const READY_MILLISECONDS = 60_000;
const FIRST_PAUSE_MILLISECONDS = 100;
const LONGEST_PAUSE_MILLISECONDS = 5_000;
/** One that ran so long has not failed at its start: it comes back at once. */
const STEADY_MILLISECONDS = 10_000;
const FROM_SOURCES = import.meta.url.endsWith('.ts');

/** One process of a service, which is started again whenever it ends by itself. */
export class ServiceProcess {
  private child: ChildProcess | undefined;
  private stopping = false;
  private pause = FIRST_PAUSE_MILLISECONDS;

  constructor(
    readonly service: ServiceName,
    private readonly port: number,
    private readonly environment: NodeJS.ProcessEnv,
  ) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Starts it, and waits until it is ready. */
  async start(): Promise<void> {
    this.run();
    const deadline = performance.now() + READY_MILLISECONDS;
    while (!(await this.isReady())) {
      if (this.stopping) return;
      if (performance.now() > deadline) throw new Error(`${this.service} is not ready after a minute`);
      await after(25);
    }
  }

  /** Lets it answer what is under way. */
  async stop(): Promise<void> {
    this.stopping = true;
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }

  async isReady(): Promise<boolean> {
    const answer = await fetch(`${this.url}/readyz`).catch(() => undefined);
    await answer?.arrayBuffer();
    return answer?.ok ?? false;
  }

  private run(): void {
    const startedAt = performance.now();
    // The channel tells it when whoever started it is gone.
    const child = spawn(process.execPath, [...flags, script], {
      env: { ...this.environment, MUSTER_SERVICE: this.service, PORT: String(this.port) },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.child = child;
    child.once('exit', () => {
      if (!this.stopping) void this.again(performance.now() - startedAt);
    });
  }

  private async again(ranMilliseconds: number): Promise<void> {
    this.pause =
      ranMilliseconds > STEADY_MILLISECONDS
        ? FIRST_PAUSE_MILLISECONDS
        : Math.min(this.pause * 2, LONGEST_PAUSE_MILLISECONDS);
    await after(this.pause);
    if (!this.stopping) this.run();
  }
}

const script = fileURLToPath(
  import.meta.resolve(FROM_SOURCES ? '../../server/src/main.ts' : '../../server/dist/main.js'),
);

/** What a process that runs the TypeScript sources was itself started with. */
const flags: readonly string[] = FROM_SOURCES
  ? [
      '--no-warnings',
      '--conditions=@muster/source',
      '--import',
      fileURLToPath(new URL('../../../tools/register.mjs', import.meta.url)),
    ]
  : [];
