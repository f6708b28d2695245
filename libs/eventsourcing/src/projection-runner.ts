import { setImmediate as nextTurn } from 'node:timers/promises';
import { UnavailableError } from '@muster/kernel';
import type { RecordedEvent } from './event-log.ts';
import { ForeignCheckpoint } from './log-errors.ts';
import { Progress } from './progress.ts';
import { errorText, PoisonEvent } from './projection-page.ts';
import type { AnyProjection } from './projection.ts';
import type { ProjectionProblem, ProjectionState, RunnerState } from './projection-state.ts';
import { Rate } from './rate.ts';
import { type ParkedStream, type Slot, ViewConflict } from './read-store.ts';
import { atMost, type BackOff, defaultBackOff, pause, pauseAfter } from './retry.ts';
import { type ProjectorDependencies, SlotDropped, SlotProjector } from './slot-projector.ts';

export type RunnerDependencies = ProjectorDependencies;

export type RunnerOptions = {
  /** Which copy is kept up; `a` where not given. */
  readonly slot?: Slot;
  /**
   * Most events per transaction. A page holds the event loop while it is written, and small pages write an index's pages
   * again and again: this is the trade between the rate of catching up and the pauses it makes.
   */
  readonly pageSize?: number;
  /** How often it looks, while nothing happens, whether its copy is still the one it wrote. */
  readonly checkMilliseconds?: number;
  readonly backOff?: BackOff;
  readonly onProblem?: (problem: ProjectionProblem) => void;
};

const PAGE_SIZE = 500;
const CHECK_MILLISECONDS = 1_000;

/**
 * Keeps one copy of a view up with the log, one owner at a time (E21, see `SlotProjector`).
 *
 * @example
 * const runner = new ProjectionRunner({ log, codec, store }, memberDirectory);
 * runner.start();
 * await runner.waitFor(position, 2_000);
 */
export class ProjectionRunner {
  private readonly progress = new Progress();
  private readonly projector: SlotProjector;
  private readonly pageSize: number;
  private readonly backOff: BackOff;
  private stopping = new AbortController();
  private running: Promise<void> | undefined;
  private turn: Promise<unknown> = Promise.resolve();
  private runnerState: RunnerState = 'stopped';
  private error: string | undefined;
  private rate = new Rate();

  constructor(
    private readonly dependencies: RunnerDependencies,
    readonly projection: AnyProjection,
    private readonly options: RunnerOptions = {},
  ) {
    this.projector = new SlotProjector(dependencies, projection, options.slot ?? 'a');
    this.pageSize = options.pageSize ?? PAGE_SIZE;
    this.backOff = options.backOff ?? defaultBackOff;
  }

  /** The copy holds everything up to this position, parked streams aside. */
  get position(): number {
    return this.progress.position;
  }

  get status(): RunnerState {
    return this.runnerState;
  }

  /** Starts, or starts again after a halt. */
  start(): void {
    if (this.runnerState === 'running') return;
    this.runnerState = 'running';
    this.error = undefined;
    this.rate = new Rate();
    this.stopping = new AbortController();
    this.running = this.run(this.stopping.signal);
  }

  /** Lets the current page finish, then stops. Who waits for a position is told. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await this.turn;
    if (this.runnerState === 'running') this.runnerState = 'stopped';
    this.progress.giveUp();
  }

  /**
   * Resolves when the copy holds everything up to a position (E26); costs nothing where it does already.
   * @throws UnavailableError when the time is up, or at once where the view is not being kept up
   */
  async waitFor(position: number, timeoutMilliseconds: number): Promise<void> {
    if (this.position >= position) return;
    const dependency = `view ${this.projection.name}`;
    if (this.runnerState !== 'running') throw new UnavailableError(dependency);
    await this.progress.waitFor(position, timeoutMilliseconds, dependency);
  }

  async state(): Promise<ProjectionState> {
    const head = await this.dependencies.log.head().catch(() => undefined);
    const { name, version } = this.projection;
    return {
      name,
      version,
      position: this.position,
      head,
      lag: head === undefined ? undefined : Math.max(0, head - this.position),
      state: this.runnerState,
      parked: this.projector.parked,
      error: this.error,
      eventsPerSecond: this.rate.perSecond,
    };
  }

  /**
   * Applies what waits in a parked stream, in order, and lets the stream go on (E22). Where another of its events cannot
   * be taken, what comes before it is applied and the stream stays parked there. Tells whether the stream is free.
   * @throws ViewConflict where another owner wrote meanwhile (nothing was done: release again); UnavailableError
   */
  release(stream: string): Promise<boolean> {
    return this.exclusively(async () => {
      const parked = await this.projector.release(stream);
      this.reportParked(parked);
      return parked.length === 0;
    });
  }

  /** Stores the position it has reached, for others to read. */
  flush(): Promise<void> {
    return this.exclusively(() => this.projector.flush());
  }

  /**
   * Looks at what is stored: its position goes back where the copy is gone or was replaced.
   * @throws UnavailableError, also where the copy is not of this log
   */
  async reload(): Promise<void> {
    try {
      await this.exclusively(() => this.projector.load());
    } catch (error) {
      if (error instanceof UnavailableError) throw error;
      throw new UnavailableError(`view ${this.projection.name}`, { cause: error });
    }
  }

  private async run(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted; await nextTurn()) {
      try {
        await this.exclusively(() => this.projector.load());
        this.error = undefined;
        await this.follow(signal, () => (failures = 0));
      } catch (error) {
        if (error instanceof ViewConflict) continue;
        if (error instanceof SlotDropped) return this.end('stopped', error);
        if (error instanceof PoisonEvent || error instanceof ForeignCheckpoint)
          return this.end('halted', error);
        this.error = errorText(error);
        this.report('retrying', this.error);
        await pause(pauseAfter(failures++, this.backOff), signal);
      }
    }
  }

  private async follow(signal: AbortSignal, taken: () => void): Promise<void> {
    const { log } = this.dependencies;
    while (!signal.aborted) {
      const page = await log.readAll(this.position, this.pageSize);
      if (page.length > 0) await this.take(page);
      else await this.idle(signal);
      taken();
      // An embedded log and store answer without leaving this turn; requests must get theirs.
      if (page.length > 0) await nextTurn();
    }
  }

  private take(page: readonly RecordedEvent[]): Promise<void> {
    return this.exclusively(async () => {
      this.reportParked(await this.projector.take(page));
      this.rate.add(page.length);
    });
  }

  private async idle(signal: AbortSignal): Promise<void> {
    const { log } = this.dependencies;
    const every = this.options.checkMilliseconds ?? CHECK_MILLISECONDS;
    const quiet = await atMost(every, signal, (ended) => log.changed(this.position, ended));
    if (quiet) await this.exclusively(() => this.projector.check());
  }

  private end(state: RunnerState, error: Error): void {
    this.runnerState = state;
    this.error = errorText(error);
    this.progress.giveUp();
    if (state === 'halted') this.report('halted', this.error);
  }

  private reportParked(parked: readonly ParkedStream[]): void {
    for (const { stream, position, error } of parked)
      this.report('parked', `${stream} at ${position}: ${error}`);
  }

  private report(kind: ProjectionProblem['kind'], error: string): void {
    const { name, version } = this.projection;
    this.options.onProblem?.({ name, version, kind, error });
  }

  /** Pages and releases never overlap (E21). Who waits for a position learns of it after each. */
  private exclusively<T>(work: () => Promise<T>): Promise<T> {
    const result = this.turn.then(work).finally(() => this.progress.moveTo(this.projector.position));
    this.turn = result.catch(() => undefined);
    return result;
  }
}
