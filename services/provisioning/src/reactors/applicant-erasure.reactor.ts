import { setTimeout as pause } from 'node:timers/promises';
import type { View } from '@muster/eventsourcing';
import type { ApplicantErasureService } from '../application/applicant-erasure.service.ts';
import type { ErasedApplicant } from '../read-models/erased-applicants/erased-applicants.projection.ts';

type Dependencies = {
  readonly erasures: Pick<ApplicantErasureService, 'destroyKeys'>;
  readonly erased: Pick<View<ErasedApplicant>, 'find'>;
  /** Told what could not be done yet; never with personal data. */
  readonly onFailure: (what: string, error: unknown) => void;
  readonly everyMilliseconds?: number;
};

const PAGE = 500;
const EVERY_MILLISECONDS = 10_000;

/**
 * When it starts, destroys the keys of all applicants who were ever erased once more: a crash may have come between the
 * record and the destruction, and an older copy of the key store brings keys back (R54).
 */
export class ApplicantErasureReactor {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(private readonly dependencies: Dependencies) {}

  start(): void {
    this.running ??= this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  async reconcile(): Promise<void> {
    const { erasures, erased } = this.dependencies;
    for (let after: string | undefined; !this.stopping.signal.aborted;) {
      const cursor = after === undefined ? {} : { after };
      const page = await erased.find({ where: [], limit: PAGE, ...cursor });
      for (const { document } of page) await erasures.destroyKeys(document);
      if (page.length < PAGE) return;
      after = page.at(-1)!.id;
    }
  }

  private async run(): Promise<void> {
    const { everyMilliseconds = EVERY_MILLISECONDS, onFailure } = this.dependencies;
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        return await this.reconcile();
      } catch (error) {
        onFailure('destroying keys of erased applicants again', error);
        await pause(everyMilliseconds, undefined, { signal }).catch(() => undefined);
      }
    }
  }
}
