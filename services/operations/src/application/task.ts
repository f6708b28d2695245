import { type Clock, DomainError, type Instant } from '@muster/kernel';
import type { WireErrorType } from '@muster/contracts';
import type { Walk } from './ports.ts';

/** One piece of long work, under way or done. Positions count what it walks over. */
export type TaskReport<R> = {
  readonly state: 'running' | 'done' | 'failed';
  readonly startedAt: Instant;
  readonly finishedAt: Instant | null;
  readonly position: number;
  readonly head: number | null;
  readonly etaSeconds: number | null;
  readonly result: R | null;
  readonly error: string | null;
};

/** Long work of one kind: started, answered at once, asked for again; one at a time. */
export class Task<R> {
  private current: TaskReport<R> | null = null;
  private running: Promise<void> = Promise.resolve();
  private readonly stopping = new AbortController();

  constructor(
    private readonly clock: Clock,
    /** Milliseconds that only ever grow. */
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** The last one, or the one under way; null where there was none since the process began. */
  get report(): TaskReport<R> | null {
    return this.current;
  }

  /** @throws DomainError log_busy while one is under way */
  start(work: (walk: Walk) => Promise<R>): TaskReport<R> {
    if (this.current?.state === 'running') throw new DomainError<WireErrorType>('log_busy');
    const started: TaskReport<R> = {
      state: 'running',
      startedAt: this.clock(),
      finishedAt: null,
      position: 0,
      head: null,
      etaSeconds: null,
      result: null,
      error: null,
    };
    this.current = started;
    this.running = this.run(work);
    return started;
  }

  /** Ends what is under way, and waits until it has. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(work: (walk: Walk) => Promise<R>): Promise<void> {
    const began = this.now();
    const onProgress = (position: number, head: number): void => {
      const perMillisecond = position / Math.max(1, this.now() - began);
      const etaSeconds = position === 0 ? null : Math.max(0, head - position) / perMillisecond / 1_000;
      this.change({ position, head, etaSeconds });
    };
    try {
      const result = await work({ signal: this.stopping.signal, onProgress });
      this.change({ state: 'done', result });
    } catch (error) {
      this.change({
        state: 'failed',
        error: error instanceof Error ? `${error.name}: ${error.message}` : 'unknown',
      });
    }
    this.change({ finishedAt: this.clock(), etaSeconds: null });
  }

  private change(to: Partial<TaskReport<R>>): void {
    this.current = { ...this.current!, ...to };
  }
}
