import type { Instant } from '@muster/kernel';
import { errorText } from './projection-page.ts';
import { Rate } from './rate.ts';
import type { ViewSlot } from './read-store.ts';
import type { BuildOptions } from './view-builder.ts';

export type JobState = 'running' | 'done' | 'failed' | 'cancelled';
type Work = (options: Omit<BuildOptions, 'upTo'>) => Promise<unknown>;

/** Long work on a slot, with its figures. Ends as told by `end`; never rejects. */
export class SlotJob {
  state: JobState = 'running';
  position = 0;
  head: number | null = null;
  error: string | null = null;
  readonly finished: Promise<void>;
  private readonly ending = new AbortController();
  private readonly rate = new Rate();

  constructor(
    readonly slot: ViewSlot,
    readonly startedAt: Instant,
    work: Work,
  ) {
    this.finished = this.run(work);
  }

  get eventsPerSecond(): number {
    return this.state === 'running' ? this.rate.perSecond : 0;
  }

  get etaSeconds(): number | null {
    const { eventsPerSecond, head, position } = this;
    if (this.state !== 'running' || head === null || eventsPerSecond === 0) return null;
    return Math.ceil(Math.max(0, head - position) / eventsPerSecond);
  }

  /** Between two pages; what was written stays. */
  async end(): Promise<void> {
    this.ending.abort();
    await this.finished;
  }

  private async run(work: Work): Promise<void> {
    const { signal } = this.ending;
    try {
      // Whoever starts a job has it in hand before the work begins.
      await Promise.resolve();
      await work({ signal, onProgress: (progress) => this.moveTo(progress) });
      this.state = signal.aborted ? 'cancelled' : 'done';
    } catch (error) {
      this.state = signal.aborted ? 'cancelled' : 'failed';
      this.error = signal.aborted ? null : errorText(error);
    }
  }

  private moveTo({ position, head }: { readonly position: number; readonly head: number }): void {
    // Where it goes on from is not what it did.
    if (this.head !== null) this.rate.add(Math.max(0, position - this.position));
    this.position = position;
    this.head = head;
  }
}
