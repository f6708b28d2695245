import { setTimeout as pause } from 'node:timers/promises';
import type { RequestContext } from '@muster/contracts';
import { type Clock, type Instant, plusSeconds } from '@muster/kernel';
import type { GrantService } from '../application/grant.service.ts';
import type { AdmissionDocument } from '../read-models/admissions/admissions.projection.ts';
import type { AdmissionQueries } from '../read-models/admissions/admissions.queries.ts';

type Dependencies = {
  readonly grants: Pick<GrantService, 'conclude'>;
  readonly queries: Pick<AdmissionQueries, 'open'>;
  readonly clock: Clock;
  /** Told what could not be done yet; never with personal data. */
  readonly onFailure: (what: string, error: unknown) => void;
  /** Makes what is done for the admission decided at a position part of the trace it belongs to. */
  readonly followUp?: (
    position: number,
    work: (traceparent: string | undefined) => Promise<unknown>,
  ) => Promise<unknown>;
  readonly everyMilliseconds?: number;
};

/** A living flow brings its grant to its end by itself, in this time. */
const GRACE_SECONDS = 30;

/** Brings to their end the grants that a crash left half done: settled, or withdrawn with their place (R36). */
export class AdmissionReactor {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(private readonly dependencies: Dependencies) {}

  start(): void {
    this.running ??= this.run();
  }

  /** Lets the grant at hand come to its end. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** One pass. What cannot be done now is tried again in the next one. */
  async driveOpen(): Promise<void> {
    const { queries, clock } = this.dependencies;
    const leftBefore = plusSeconds(clock(), -GRACE_SECONDS);
    for await (const page of queries.open())
      for (const admission of page) {
        if (this.stopping.signal.aborted) return;
        await this.drive(admission, leftBefore);
      }
  }

  private async drive(admission: AdmissionDocument, leftBefore: Instant): Promise<void> {
    const { projectId, organizationId, streamId, admissionId, decidedAt, position } = admission;
    const { grants, onFailure, followUp = (_, work) => work(undefined) } = this.dependencies;
    if (decidedAt > leftBefore) return;
    const id = { projectId, organizationId, id: streamId };
    try {
      await followUp(position, (traceparent) =>
        grants.conclude({ id, admissionId }, contextOf(admission, traceparent)),
      );
    } catch (error) {
      onFailure(`concluding ${admissionId}`, error);
    }
  }

  private async run(): Promise<void> {
    const { everyMilliseconds = GRACE_SECONDS * 1_000, onFailure } = this.dependencies;
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await this.driveOpen().catch((error: unknown) => onFailure('looking for half-done admissions', error));
      await pause(everyMilliseconds, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** On behalf of the request that the admission was granted in. */
const contextOf = (
  { projectId, eventId, correlationId }: AdmissionDocument,
  traceparent: string | undefined,
): RequestContext => ({
  projectId,
  actor: 'system:admissions',
  requestId: eventId,
  correlationId,
  causationId: eventId,
  ...(traceparent === undefined ? {} : { traceparent }),
});
