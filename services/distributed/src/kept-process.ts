import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as after } from 'node:timers/promises';

/** All processes start at once, and a machine may have other things to do. */
const READY_MILLISECONDS = 180_000;
const LOOK_EVERY_MILLISECONDS = 25;
const FIRST_PAUSE_MILLISECONDS = 100;
const LONGEST_PAUSE_MILLISECONDS = 5_000;
/** One that ran so long has not failed at its start: it comes back at once. */
const STEADY_MILLISECONDS = 10_000;

export type ProcessOptions = {
  readonly name: string;
  /** Where it listens, where that is known before it starts; else it tells, over its channel. */
  readonly url?: string;
  readonly spawn: () => ChildProcess;
  readonly isReady: (url: string) => Promise<boolean>;
};

/** What a process says over its channel once it listens. */
type Told = { readonly url: string };

/** A process that is started again whenever it ends by itself. */
export class KeptProcess {
  private child: ChildProcess | undefined;
  private stopping = false;
  private pause = FIRST_PAUSE_MILLISECONDS;
  private onChange: () => void = () => undefined;
  private told: string | undefined;

  constructor(private readonly options: ProcessOptions) {}

  get name(): string {
    return this.options.name;
  }

  /** Undefined until it has told. */
  get url(): string | undefined {
    return this.options.url ?? this.told;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Starts it and waits until it is ready. `onChange` is called when it has another process or place, now and later. */
  async start(onChange: () => void = () => undefined): Promise<void> {
    this.onChange = onChange;
    const cannot = new Promise<never>((_, reject) => this.run(reject));
    await Promise.race([this.ready(), cannot]);
  }

  /** Lets it finish what is under way. */
  async stop(): Promise<void> {
    this.stopping = true;
    const { child } = this;
    if (!child || child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }

  private async ready(): Promise<void> {
    const deadline = performance.now() + READY_MILLISECONDS;
    while (!this.stopping && !(this.url !== undefined && (await this.options.isReady(this.url)))) {
      if (performance.now() > deadline)
        throw new Error(`${this.name} is not ready after ${READY_MILLISECONDS / 1_000} s`);
      await after(LOOK_EVERY_MILLISECONDS);
    }
  }

  private run(onError: (error: Error) => void): void {
    const startedAt = performance.now();
    const child = this.options.spawn();
    this.child = child;
    this.told = undefined;
    child.once('error', onError);
    child.once('message', ({ url }: Told) => {
      this.told = url;
      this.onChange();
    });
    child.once('exit', () => {
      if (!this.stopping) void this.again(performance.now() - startedAt);
    });
    this.onChange();
  }

  private async again(ranMilliseconds: number): Promise<void> {
    this.pause =
      ranMilliseconds > STEADY_MILLISECONDS
        ? FIRST_PAUSE_MILLISECONDS
        : Math.min(this.pause * 2, LONGEST_PAUSE_MILLISECONDS);
    await after(this.pause);
    if (!this.stopping) this.run(() => undefined);
  }
}
