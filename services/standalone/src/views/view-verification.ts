import {
  type BuildOptions,
  type Comparison,
  SlotJob,
  type SwapOutcome,
  type VerificationReport,
  type VerifiedAgainst,
  type ViewChecksum,
  type ViewSlot,
} from '@muster/eventsourcing';
import type { Clock, Instant } from '@muster/kernel';

type Found = Comparison | { readonly live: null; readonly other: ViewChecksum };

/** One verification of one view, under way or done. */
export class ViewVerification {
  job: SlotJob | undefined;
  private found: Found | null = null;
  private finishedAt: Instant | null = null;
  private readonly startedAt: Instant;

  constructor(
    private readonly against: VerifiedAgainst,
    private readonly asOf: number | null,
    private readonly clock: Clock,
  ) {
    this.startedAt = clock();
  }

  begin(other: ViewSlot, work: (options: Omit<BuildOptions, 'upTo'>) => Promise<Found>): void {
    this.job = new SlotJob(other, this.startedAt, async (options) => {
      this.found = await work(options);
    });
    void this.job.finished.then(() => (this.finishedAt = this.clock()));
  }

  /** Null until both copies were compared. */
  get verdict(): SwapOutcome['verified'] {
    const { found } = this;
    if (!found || !('equal' in found)) return null;
    return { equal: found.equal, difference: found.difference, position: found.other.position };
  }

  get report(): VerificationReport {
    const { against, asOf, startedAt, finishedAt, found, job, verdict } = this;
    return {
      state: this.state,
      against,
      asOf,
      startedAt,
      finishedAt,
      position: found?.other.position ?? job?.position ?? 0,
      head: job?.head ?? null,
      etaSeconds: job?.etaSeconds ?? null,
      live: found?.live ?? null,
      other: found?.other ?? null,
      equal: verdict?.equal ?? null,
      difference: verdict?.difference ?? null,
      error: job?.error ?? null,
    };
  }

  /** Building until the other copy is where it is compared. */
  private get state(): VerificationReport['state'] {
    const { state = 'running', head = null, position = 0 } = this.job ?? {};
    if (state !== 'running') return state;
    return head !== null && position >= head ? 'comparing' : 'building';
  }
}
