import { setImmediate as nextTurn } from 'node:timers/promises';
import { UnavailableError } from '@muster/kernel';
import { checksumOf, compareSnapshots } from './compare-snapshots.ts';
import { readStretch } from './log-stretch.ts';
import { ViewConflict, type ViewName, type ViewSlot } from './read-store.ts';
import { defaultBackOff, pause, pauseAfter } from './retry.ts';
import { SlotProjector } from './slot-projector.ts';
import type { BuildOptions, Comparison, ViewBuilder } from './view-builder.ts';
import type { ViewChecksum } from './view-operations.ts';
import type { ViewSource } from './view-registry.ts';

export type InProcessOptions = {
  /**
   * In a thread of its own: large pages, and index entries come last and all at once. Many times the rate, with pauses of
   * seconds, which must not befall a thread that answers requests.
   */
  readonly alone?: boolean;
  readonly pageSize?: number;
};

/** Of a page at work beside requests: some milliseconds each. */
const PAGE_SIZE = 250;
const PAGE_SIZE_ALONE = 20_000;
const ATTEMPTS = 10;

/** Builds and compares in the calling thread. */
export class InProcessViewBuilder implements ViewBuilder {
  private readonly pageSize: number;

  constructor(
    private readonly views: { sourceOf(view: ViewName): ViewSource },
    private readonly options: InProcessOptions = {},
  ) {
    this.pageSize = options.pageSize ?? (options.alone ? PAGE_SIZE_ALONE : PAGE_SIZE);
  }

  async build(slot: ViewSlot, options: BuildOptions): Promise<number> {
    const { projection, ...source } = this.views.sourceOf(slot);
    const { store } = source;
    const projector = new SlotProjector(source, projection, slot.slot);
    if (this.options.alone && !(await store.checkpoint(slot))) await store.startLoading(slot);
    await this.insist(options.signal, async (begun) => {
      await projector.load();
      await this.fold(source, projector, options, begun);
      if (!options.signal.aborted) await projector.flush();
    });
    if (!options.signal.aborted) await store.finishLoading(slot);
    return projector.position;
  }

  async compare(live: ViewSlot, other: ViewSlot, options: Omit<BuildOptions, 'upTo'>): Promise<Comparison> {
    const { store } = this.views.sourceOf(live);
    const ours = await store.snapshot(live);
    try {
      const upTo = ours.checkpoint?.position ?? 0;
      const reached = await this.build(other, { ...options, upTo });
      options.signal.throwIfAborted();
      if (reached !== upTo) throw new Error(`the copies are at ${upTo} and ${reached}`);
      const theirs = await store.snapshot(other);
      try {
        return await compareSnapshots(ours, theirs, options.signal);
      } finally {
        await theirs.close();
      }
    } finally {
      await ours.close();
    }
  }

  async checksum(slot: ViewSlot, { signal }: Omit<BuildOptions, 'upTo'>): Promise<ViewChecksum> {
    const snapshot = await this.views.sourceOf(slot).store.snapshot(slot);
    try {
      return await checksumOf(snapshot, signal);
    } finally {
      await snapshot.close();
    }
  }

  private async fold(
    { log }: Pick<ViewSource, 'log'>,
    projector: SlotProjector,
    { upTo = Infinity, signal, onProgress }: BuildOptions,
    begun: () => void,
  ): Promise<void> {
    while (!signal.aborted && projector.position < upTo) {
      const { position, categories } = projector;
      const stretch = await readStretch(log, position, Math.min(this.pageSize, upTo - position), categories);
      if (stretch.upTo === position) return;
      await projector.takeStretch(stretch);
      begun();
      onProgress?.({ position: projector.position, head: Math.min(upTo, await log.head()) });
      // Requests, and whoever wants to end this, get their turn.
      await nextTurn();
    }
  }

  /** Begins again where somebody else wrote, and, with pauses, where log, keys or store do not answer for a while. */
  private async insist(signal: AbortSignal, work: (progressed: () => void) => Promise<void>): Promise<void> {
    for (let failures = 0; ; failures++)
      try {
        return await work(() => (failures = 0));
      } catch (error) {
        const passes = error instanceof UnavailableError || error instanceof ViewConflict;
        if (!passes || failures === ATTEMPTS || signal.aborted) throw error;
        await pause(pauseAfter(failures, defaultBackOff), signal);
      }
  }
}
