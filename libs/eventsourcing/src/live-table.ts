import { setImmediate as nextTurn } from 'node:timers/promises';
import { UnavailableError } from '@muster/kernel';
import type { EventLog, RecordedEvent } from './event-log.ts';
import { ForeignCheckpoint } from './log-errors.ts';
import { Progress } from './progress.ts';
import { errorText } from './projection-page.ts';
import { type BackOff, defaultBackOff, pause, pauseAfter } from './retry.ts';

export type LiveTableOptions = {
  readonly pageSize?: number;
  readonly backOff?: BackOff;
  /** How often the head is confirmed while nothing happens. Well below what `confirmedWithin` is asked for. */
  readonly confirmEveryMilliseconds?: number;
  /** Milliseconds that only ever grow. */
  readonly now?: () => number;
  readonly onProblem?: (error: string) => void;
};

/**
 * A table in memory that follows the log itself, never the bus and never a view, for decisions that may not lag
 * (E27, I18). It knows how fresh it is: who reads it asks `confirmedWithin` first and, where that says no, calls
 * `catchUp` with the log's head. The handler folds pages of clear events into its owner's table; sealed fields stay
 * closed. A handler that throws stops the table for good: it then confirms nothing, so its readers fail closed (E22).
 *
 * @example
 * const epochs = new LiveTable(log, 0, (events) => events.forEach((event) => raise(table, event)));
 * epochs.start();
 * if (!epochs.confirmedWithin(1_000)) await epochs.catchUp(await log.head(), 1_000);
 */
export class LiveTable {
  private readonly progress = new Progress();
  private readonly pageSize: number;
  private readonly backOff: BackOff;
  private readonly confirmEvery: number;
  private readonly now: () => number;
  private stopped = true;
  private running: Promise<void> | undefined;
  private idle = new AbortController();
  private confirmedAt = -Infinity;
  private broken: string | undefined;
  private problem: string | undefined;

  constructor(
    private readonly log: EventLog,
    after: number,
    private readonly handler: (events: readonly RecordedEvent[]) => void,
    private readonly options: LiveTableOptions = {},
  ) {
    this.pageSize = options.pageSize ?? 5_000;
    this.backOff = options.backOff ?? defaultBackOff;
    this.confirmEvery = options.confirmEveryMilliseconds ?? 250;
    this.now = options.now ?? (() => performance.now());
    this.progress.moveTo(after);
  }

  /** The table holds everything up to this position. */
  get position(): number {
    return this.progress.position;
  }

  /** Why the table stands still, or what it is trying again. */
  get error(): string | undefined {
    return this.broken ?? this.problem;
  }

  /** Whether the table held everything the log showed at some moment within the last milliseconds. */
  confirmedWithin(milliseconds: number): boolean {
    return this.broken === undefined && this.now() - this.confirmedAt <= milliseconds;
  }

  /** Whether the table holds everything up to this position already, and still follows the log. */
  holds(position: number): boolean {
    return this.broken === undefined && !this.stopped && this.position >= position;
  }

  start(): void {
    if (!this.stopped) return;
    this.stopped = false;
    this.running = this.run();
  }

  /** Lets the current page finish, then stops. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.idle.abort();
    await this.running;
    this.progress.giveUp();
  }

  /**
   * Reads on at once and resolves when the table is at least there.
   * @throws UnavailableError when the time is up, or at once where the table stands still
   */
  async catchUp(position: number, timeoutMilliseconds = 1_000): Promise<void> {
    if (this.broken !== undefined || this.stopped) throw new UnavailableError('event log');
    if (this.position >= position) return;
    this.idle.abort();
    await this.progress.waitFor(position, timeoutMilliseconds, 'event log');
  }

  private async run(): Promise<void> {
    for (let failures = 0; !this.stopped && this.broken === undefined; await nextTurn()) {
      this.idle = new AbortController();
      try {
        const confirmed = await this.readOn();
        [failures, this.problem] = [0, undefined];
        if (confirmed) await this.untilChanged();
      } catch (error) {
        await this.retryAfter(error, failures++);
      }
    }
  }

  /** One page. Where it reaches what was the head when the reading began, that moment is confirmed. */
  private async readOn(): Promise<boolean> {
    const began = this.now();
    const head = await this.log.head();
    // Waiting past the head would wait for what is another log's, and call that confirmed (E14).
    if (head < this.position) {
      this.breakDown(new ForeignCheckpoint(`position ${this.position} is past the head ${head} of the log`));
      return false;
    }
    const page = head > this.position ? await this.log.readAll(this.position, this.pageSize) : [];
    if (page.length > 0 && !this.taken(page)) return false;
    if (this.position < head) return false;
    this.confirmedAt = began;
    return true;
  }

  private taken(page: readonly RecordedEvent[]): boolean {
    try {
      this.handler(page);
    } catch (error) {
      this.breakDown(error);
      return false;
    }
    this.progress.moveTo(page.at(-1)!.position);
    return true;
  }

  private async untilChanged(): Promise<void> {
    const { idle } = this;
    const timer = setTimeout(() => idle.abort(), this.confirmEvery);
    try {
      await this.log.changed(this.position, idle.signal);
    } finally {
      clearTimeout(timer);
    }
  }

  private async retryAfter(error: unknown, failures: number): Promise<void> {
    this.problem = errorText(error);
    this.options.onProblem?.(this.problem);
    await pause(pauseAfter(failures, this.backOff), this.idle.signal);
  }

  private breakDown(error: unknown): void {
    this.broken = errorText(error);
    this.progress.giveUp();
    this.options.onProblem?.(this.broken);
  }
}
