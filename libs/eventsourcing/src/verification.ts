import type { Instant } from '@muster/kernel';
import { ViewConflict, type Slot, type ViewSlot } from './read-store.ts';
import type { CareDependencies } from './shadow.ts';
import { SlotJob } from './slot-job.ts';
import type { BuildOptions, Comparison } from './view-builder.ts';
import type { VerificationReport, ViewChecksum } from './view-operations.ts';

/** How long the live copy may take to get where the other one is. */
const CATCH_UP_MILLISECONDS = 60_000;

export type VerificationRequest = {
  readonly live: Slot;
  /** The copy to compare with; where there is none, one is built. */
  readonly shadow: Slot | null;
  readonly asOf: number | null;
  /** What live was found to hold at that position, where somebody looked. */
  readonly known: ViewChecksum | null;
};

type Findings = Pick<Comparison, 'difference'> & {
  readonly live: ViewChecksum | null;
  readonly other: ViewChecksum;
};

/**
 * Compares the live copy with another, both at one position, while the log grows: the other one is held where it is, live
 * is looked at as of a moment later, and the other one is taken exactly there (E24).
 */
export class Verification {
  readonly job: SlotJob;
  private finishedAt: Instant | null = null;
  private comparing = false;
  private findings: Findings | null = null;

  constructor(
    private readonly dependencies: CareDependencies,
    private readonly request: VerificationRequest,
  ) {
    const { clock } = dependencies;
    this.job = new SlotJob(this.named(request.shadow ?? 'scratch'), clock(), async (options) => {
      try {
        this.findings = await (request.shadow
          ? this.withShadow(request.shadow, options)
          : this.withCopy(options));
      } finally {
        this.finishedAt = clock();
      }
    });
  }

  get isRunning(): boolean {
    return this.job.state === 'running';
  }

  report(): VerificationReport {
    const { job, request, findings } = this;
    const { live, other } = findings ?? { live: null, other: null };
    const working = this.comparing ? 'comparing' : 'building';
    return {
      state: job.state === 'running' ? working : job.state,
      against: request.shadow ? 'shadow' : 'rebuild',
      asOf: request.asOf,
      startedAt: job.startedAt,
      finishedAt: this.finishedAt,
      position: other?.position ?? job.position,
      head: job.head,
      etaSeconds: job.etaSeconds,
      live,
      other,
      equal: live && other && live.checksum === other.checksum,
      difference: findings?.difference ?? null,
      error: job.error,
    };
  }

  private async withShadow(slot: Slot, options: Omit<BuildOptions, 'upTo'>): Promise<Findings> {
    const follower = this.dependencies.view.follower(slot);
    await follower.stop();
    try {
      return await this.compare(follower.position, options);
    } finally {
      follower.start();
    }
  }

  private async withCopy(options: Omit<BuildOptions, 'upTo'>): Promise<Findings> {
    const { builder, view } = this.dependencies;
    const { asOf, known } = this.request;
    const { store } = view.dependencies;
    await store.drop(this.job.slot);
    try {
      const upTo = asOf === null ? {} : { upTo: asOf };
      const position = await builder.build(this.job.slot, { ...options, ...upTo });
      options.signal.throwIfAborted();
      if (asOf === null) return await this.compare(position, options);
      this.comparing = true;
      const other = { ...(await builder.checksum(this.job.slot, options)), position: asOf };
      return { live: known, other, difference: null };
    } finally {
      await store.drop(this.job.slot);
    }
  }

  private async compare(position: number, options: Omit<BuildOptions, 'upTo'>): Promise<Findings> {
    const { builder, view } = this.dependencies;
    this.comparing = true;
    const live = view.follower(this.request.live);
    await live.waitFor(position, CATCH_UP_MILLISECONDS);
    // What is stored says how far it is, also where only events of other views came since.
    await live.flush().catch(unlessConflict);
    return builder.compare(this.named(this.request.live), this.job.slot, options);
  }

  private named(slot: ViewSlot['slot']): ViewSlot {
    const { name, version } = this.dependencies.view.projection;
    return { name, version, slot };
  }
}

/** Another process writes the live copy too: then it stores positions as well. */
const unlessConflict = (error: unknown): void => {
  if (!(error instanceof ViewConflict)) throw error;
};
