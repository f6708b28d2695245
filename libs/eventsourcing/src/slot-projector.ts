import type { EventCodec } from './event-codec.ts';
import type { EventLog, LogStretch, RecordedEvent } from './event-log.ts';
import { ForeignCheckpoint } from './log-errors.ts';
import { projectPage } from './projection-page.ts';
import type { AnyProjection } from './projection.ts';
import {
  type Checkpoint,
  type ParkedStream,
  type ReadStore,
  sameCheckpoint,
  type Slot,
  ViewConflict,
  type ViewSlot,
  type ViewWrite,
} from './read-store.ts';
import { categoryOf } from './stream-name.ts';

/** Events of other categories move the stored checkpoint only this often: it costs a write, and saves reading them again. */
const FOREIGN_EVENTS = 10_000;

/** A copy was dropped that nobody serves from: whoever kept it up has nothing left to do. */
export class SlotDropped extends Error {
  constructor({ name, version, slot }: ViewSlot) {
    super(`slot ${slot} of view ${name} v${version} was dropped`);
    this.name = 'SlotDropped';
  }
}

export type ProjectorDependencies = {
  readonly log: EventLog;
  readonly codec: EventCodec;
  readonly store: ReadStore;
};

/**
 * Folds the log into one slot of one view, page by page.
 *
 * One owner at a time (E21), without a lease: every write names the checkpoint, with its revision, that its writer read
 * before it read any document or parked stream, and the store takes it only where that is still the stored one. So each
 * write follows from exactly the state it replaces, whoever else is at work; a second process costs work, never truth.
 * Who loses throws away its page, loads again and goes on from there.
 */
export class SlotProjector {
  readonly slot: ViewSlot;
  /** Of other categories nothing reaches the view. */
  readonly categories: ReadonlySet<string>;
  private current = 0;
  private stored: Checkpoint | undefined;
  private waiting = new Map<string, ParkedStream>();

  constructor(
    private readonly dependencies: ProjectorDependencies,
    private readonly projection: AnyProjection,
    slot: Slot | 'scratch',
  ) {
    this.slot = { name: projection.name, version: projection.version, slot };
    this.categories = new Set(projection.categories);
  }

  /** The slot holds everything up to this position, parked streams aside. */
  get position(): number {
    return this.current;
  }

  get parked(): readonly ParkedStream[] {
    return [...this.waiting.values()];
  }

  /**
   * The checkpoint first: what is read after it is at least as new, and a write on top of it proves it was not newer.
   * @throws ForeignCheckpoint, SlotDropped
   */
  async load(): Promise<void> {
    const { store } = this.dependencies;
    const stored = await store.checkpoint(this.slot);
    if (stored) await this.refuseForeign(stored);
    else if (this.stored && (await store.live(this.slot)).slot !== this.slot.slot)
      throw new SlotDropped(this.slot);
    const parked = await store.parked(this.slot);
    this.waiting = new Map(parked.map((entry) => [entry.stream, entry]));
    // Nobody wrote: events of other categories, which this projector has seen since, need not be read again.
    if (stored && sameCheckpoint(stored, this.stored)) return;
    this.stored = stored;
    this.current = stored?.position ?? 0;
  }

  /**
   * Takes the events that follow on its position; answers the streams that had to be parked.
   * @throws ViewConflict: load, then read the log again; PoisonEvent, UnavailableError
   */
  async take(page: readonly RecordedEvent[]): Promise<readonly ParkedStream[]> {
    const events = page.filter(({ stream }) => this.categories.has(categoryOf(stream)));
    return this.takeStretch({ after: page[0]!.position - 1, upTo: page.at(-1)!.position, events });
  }

  /** The same for a stretch of the log that was read for this view's categories. */
  async takeStretch({ after, upTo, events }: LogStretch): Promise<readonly ParkedStream[]> {
    // A release may have found another owner's checkpoint: this stretch then does not follow on what is stored (E2).
    if (after !== this.position) throw new ViewConflict(this.slot);
    if (events.length === 0 && upTo - (this.stored?.position ?? 0) < FOREIGN_EVENTS) {
      this.current = upTo;
      return [];
    }
    const { changes, park } = await this.project(events.filter(({ stream }) => !this.waiting.has(stream)));
    await this.write(upTo, { changes, park, release: [] });
    return park;
  }

  /** Stores the position itself, where events of other categories have moved it since the last write. */
  async flush(): Promise<void> {
    if (this.stored?.position !== this.position)
      await this.write(this.position, { changes: [], park: [], release: [] });
  }

  /** @throws ViewConflict where somebody else wrote, dropped or lost the copy since */
  async check(): Promise<void> {
    const stored = await this.dependencies.store.checkpoint(this.slot);
    if (!sameCheckpoint(stored, this.stored)) throw new ViewConflict(this.slot);
  }

  /**
   * Applies what waits in a parked stream, in order, and lets the stream go on (E22). Where another of its events cannot
   * be taken, what comes before it is applied and the stream stays parked there. Answers what had to be parked again.
   * @throws ViewConflict where another owner wrote meanwhile (nothing was done: release again); UnavailableError
   */
  async release(stream: string): Promise<readonly ParkedStream[]> {
    await this.load();
    const waiting = this.waiting.get(stream);
    if (!waiting) return [];
    const recorded = await this.dependencies.log.readStream(stream, { upTo: this.position });
    const due = recorded.filter(({ position }) => position >= waiting.position);
    const { changes, park } = await this.project(due);
    await this.write(this.position, { changes, park, release: park.length === 0 ? [stream] : [] });
    return park;
  }

  private async refuseForeign({ logId, position }: Checkpoint): Promise<void> {
    const { log } = this.dependencies;
    const { name } = this.slot;
    if (logId !== log.logId)
      throw new ForeignCheckpoint(`view ${name} follows log ${logId}; this is log ${log.logId}`);
    const head = await log.head();
    if (position > head)
      throw new ForeignCheckpoint(`view ${name} is at ${position}, past the head ${head} of its log`);
  }

  private project(events: readonly RecordedEvent[]): Promise<Pick<ViewWrite, 'changes' | 'park'>> {
    return projectPage({ ...this.dependencies, projection: this.projection, slot: this.slot }, events);
  }

  private async write(
    position: number,
    write: Pick<ViewWrite, 'changes' | 'park' | 'release'>,
  ): Promise<void> {
    const { log, store } = this.dependencies;
    const checkpoint = { logId: log.logId, position, revision: (this.stored?.revision ?? 0) + 1 };
    await store.write(this.slot, { ...write, expected: this.stored, checkpoint });
    this.stored = checkpoint;
    this.current = position;
    for (const stream of write.release) this.waiting.delete(stream);
    for (const parked of write.park) this.waiting.set(parked.stream, parked);
  }
}
