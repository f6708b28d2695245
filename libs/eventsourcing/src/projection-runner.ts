import { setImmediate as nextTurn } from 'node:timers/promises';
import { UnavailableError } from '@muster/kernel';
import type { EventCodec } from './event-codec.ts';
import { type EventLog, type RecordedEvent, tail } from './event-log.ts';
import { ForeignCheckpoint } from './log-errors.ts';
import { Progress } from './progress.ts';
import { errorText, PoisonEvent, projectPage } from './projection-page.ts';
import type { AnyProjection } from './projection.ts';
import type { ProjectionProblem, ProjectionState, RunnerState } from './projection-state.ts';
import { Rate } from './rate.ts';
import {
  type Checkpoint,
  type ParkedStream,
  type ReadStore,
  sameCheckpoint,
  ViewConflict,
  type ViewWrite,
} from './read-store.ts';
import { type BackOff, defaultBackOff, pause, pauseAfter } from './retry.ts';
import { categoryOf } from './stream-name.ts';

export type RunnerDependencies = {
  readonly log: EventLog;
  readonly codec: EventCodec;
  readonly store: ReadStore;
};

export type RunnerOptions = {
  /**
   * Most events per transaction. A page holds the event loop while it is written, and small pages write an index's pages
   * again and again: this is the trade between a rebuild's rate and the pauses it makes.
   */
  readonly pageSize?: number;
  readonly backOff?: BackOff;
  readonly onProblem?: (problem: ProjectionProblem) => void;
};

const PAGE_SIZE = 5_000;
/** Events of other categories move the stored checkpoint only this often: it costs a write, and saves reading them again. */
const FOREIGN_EVENTS = 10_000;

/**
 * Keeps one version of one view up with the log.
 *
 * One owner at a time (E21), without a lease: every write names the checkpoint, with its revision, that its writer read
 * before it read any document or parked stream, and the store takes it only where that is still the stored one. So each
 * write follows from exactly the state it replaces, whoever else is at work; a second process costs work, never truth.
 * Who loses throws away its page, reads the checkpoint again and goes on from there.
 *
 * @example
 * const runner = new ProjectionRunner({ log, codec, store }, memberDirectory);
 * runner.start();
 * await runner.waitFor(position, 2_000);
 */
export class ProjectionRunner {
  private readonly progress = new Progress();
  private readonly categories: ReadonlySet<string>;
  private readonly pageSize: number;
  private readonly backOff: BackOff;
  private stopping = new AbortController();
  private running: Promise<void> | undefined;
  private turn: Promise<unknown> = Promise.resolve();
  private runnerState: RunnerState = 'stopped';
  private stored: Checkpoint | undefined;
  private parked = new Map<string, ParkedStream>();
  private error: string | undefined;
  private rate = new Rate();

  constructor(
    private readonly dependencies: RunnerDependencies,
    readonly projection: AnyProjection,
    private readonly options: RunnerOptions = {},
  ) {
    this.categories = new Set(projection.categories);
    this.pageSize = options.pageSize ?? PAGE_SIZE;
    this.backOff = options.backOff ?? defaultBackOff;
  }

  /** The view holds everything up to this position, parked streams aside. */
  get position(): number {
    return this.progress.position;
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
   * Resolves when the view holds everything up to a position (E26); costs nothing where it does already.
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
      parked: [...this.parked.values()],
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
      await this.load();
      const waiting = this.parked.get(stream);
      if (!waiting) return true;
      const recorded = await this.dependencies.log.readStream(stream, { upTo: this.position });
      const due = recorded.filter(({ position }) => position >= waiting.position);
      const { changes, park } = await this.project(due);
      const free = park.length === 0;
      await this.write(this.position, { changes, park, release: free ? [stream] : [] });
      return free;
    });
  }

  private async run(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted; await nextTurn()) {
      try {
        await this.exclusively(() => this.load());
        this.error = undefined;
        for await (const page of tail(this.dependencies.log, this.position, signal, this.pageSize)) {
          await this.exclusively(() => this.take(page));
          failures = 0;
          // An embedded log and store answer without leaving this turn; requests must get theirs.
          await nextTurn();
        }
      } catch (error) {
        if (error instanceof ViewConflict) continue;
        if (error instanceof PoisonEvent || error instanceof ForeignCheckpoint) return this.halt(error);
        this.error = errorText(error);
        this.report('retrying', this.error);
        await pause(pauseAfter(failures++, this.backOff), signal);
      }
    }
  }

  /** The checkpoint first: what is read after it is at least as new, and a write on top of it proves it was not newer. */
  private async load(): Promise<void> {
    const { log, store } = this.dependencies;
    const stored = await store.checkpoint(this.projection);
    if (stored && stored.logId !== log.logId)
      throw new ForeignCheckpoint(
        `view ${this.projection.name} follows log ${stored.logId}; this is log ${log.logId}`,
      );
    const head = stored ? await log.head() : 0;
    if (stored && stored.position > head)
      throw new ForeignCheckpoint(
        `view ${this.projection.name} is at ${stored.position}, past the head ${head} of its log`,
      );
    const parked = await store.parked(this.projection);
    this.parked = new Map(parked.map((entry) => [entry.stream, entry]));
    // Nobody wrote: events of other categories, which this runner has seen since, need not be read again.
    if (stored && sameCheckpoint(stored, this.stored)) return;
    this.stored = stored;
    this.progress.moveTo(stored?.position ?? 0);
  }

  private async take(page: readonly RecordedEvent[]): Promise<void> {
    // A release may have found another owner's checkpoint: this page then does not follow on what is stored (E2).
    if (page[0]!.position !== this.position + 1) throw new ViewConflict(this.projection);
    const { position } = page.at(-1)!;
    const own = page.filter(({ stream }) => this.categories.has(categoryOf(stream)));
    if (own.length > 0 || position - (this.stored?.position ?? 0) >= FOREIGN_EVENTS) {
      const { changes, park } = await this.project(own.filter(({ stream }) => !this.parked.has(stream)));
      await this.write(position, { changes, park, release: [] });
    }
    this.rate.add(page.length);
    this.progress.moveTo(position);
  }

  private project(events: readonly RecordedEvent[]): Promise<Pick<ViewWrite, 'changes' | 'park'>> {
    return projectPage({ ...this.dependencies, projection: this.projection }, events);
  }

  private async write(
    position: number,
    write: Pick<ViewWrite, 'changes' | 'park' | 'release'>,
  ): Promise<void> {
    const { log, store } = this.dependencies;
    const checkpoint = { logId: log.logId, position, revision: (this.stored?.revision ?? 0) + 1 };
    await store.write(this.projection, { ...write, expected: this.stored, checkpoint });
    this.stored = checkpoint;
    for (const stream of write.release) this.parked.delete(stream);
    for (const parked of write.park) {
      this.parked.set(parked.stream, parked);
      this.report('parked', `${parked.stream} at ${parked.position}: ${parked.error}`);
    }
  }

  private halt(error: Error): void {
    this.runnerState = 'halted';
    this.error = errorText(error);
    this.progress.giveUp();
    this.report('halted', this.error);
  }

  private report(kind: ProjectionProblem['kind'], error: string): void {
    const { name, version } = this.projection;
    this.options.onProblem?.({ name, version, kind, error });
  }

  /** Pages and releases never overlap (E21). */
  private exclusively<T>(work: () => Promise<T>): Promise<T> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => undefined);
    return result;
  }
}
