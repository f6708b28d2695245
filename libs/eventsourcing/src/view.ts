import { setTimeout as sleep } from 'node:timers/promises';
import type { Projection } from './projection.ts';
import { ProjectionRunner, type RunnerDependencies, type RunnerOptions } from './projection-runner.ts';
import {
  type Document,
  type Filter,
  type LivePointer,
  otherSlot,
  type Query,
  type Slot,
  type ViewSlot,
} from './read-store.ts';

const FRESH_WITHIN_MILLISECONDS = 2_000;
const ASK_AGAIN_MILLISECONDS = 100;

/**
 * A view that its own process keeps up, and reads. Every read waits until the view has reached the head the log had when
 * the read began, so that a caller finds what they wrote; a view that cannot catch up in time makes the read fail
 * instead of answer from the past (E26).
 *
 * Reads go to the live copy. Which one that is may change at any moment (E23), here or in another process, so a read
 * looks at the pointer before and after, and begins again where it moved: a swap fails no read and makes none stale.
 *
 * @example
 * const members = new View(membersProjection, { log, store, codec });
 * members.start();
 * const page = await members.find({ where: [{ field: 'organizationId', anyOf: [id] }], limit: 100 });
 */
export class View<D extends Document> {
  private readonly followers: Readonly<Record<Slot, ProjectionRunner>>;
  private started = false;
  private starting: Promise<void> = Promise.resolve();
  /** The pointer's revision that the followers know the stored copies by. */
  private revision = 0;
  /** The newest one that anybody here has seen. */
  private newest = 0;
  private leaving: Promise<unknown> = Promise.resolve();

  constructor(
    readonly projection: Projection<D>,
    readonly dependencies: RunnerDependencies,
    options?: Omit<RunnerOptions, 'slot'>,
  ) {
    const follower = (slot: Slot) => new ProjectionRunner(dependencies, projection, { ...options, slot });
    this.followers = { a: follower('a'), b: follower('b') };
  }

  start(): void {
    if (this.started) return;
    this.started = true;
    this.starting = this.followLive();
  }

  async stop(): Promise<void> {
    this.started = false;
    await this.starting;
    await Promise.all([this.followers.a.stop(), this.followers.b.stop()]);
  }

  async get(id: string): Promise<D | undefined> {
    return (await this.read((slot) => this.dependencies.store.get(slot, id))) as D | undefined;
  }

  async getMany(ids: readonly string[]): Promise<ReadonlyMap<string, D>> {
    return (await this.read((slot) => this.dependencies.store.getMany(slot, ids))) as ReadonlyMap<string, D>;
  }

  /** Documents in order of their ids. */
  async find(query: Query): Promise<readonly { readonly id: string; readonly document: D }[]> {
    const found = await this.read((slot) => this.dependencies.store.find(slot, query));
    return found as readonly { readonly id: string; readonly document: D }[];
  }

  async count(where: readonly Filter[]): Promise<number> {
    return this.read((slot) => this.dependencies.store.count(slot, where));
  }

  /**
   * Resolves when the live copy holds everything up to a position.
   * @throws UnavailableError when the time is up, or at once where the view is not being kept up
   */
  async waitFor(position: number, timeoutMilliseconds: number): Promise<void> {
    await this.keptUp(await this.livePointer(), position, timeoutMilliseconds);
  }

  livePointer(): Promise<LivePointer> {
    return this.dependencies.store.live(this.projection);
  }

  /**
   * Leaves what is beside the live copy to another process: only who looks after the view keeps a shadow, or a previous
   * copy, up. A swap somewhere else is then followed without a read.
   */
  async followLiveOnly(): Promise<void> {
    const { slot, revision } = await this.livePointer();
    // A read knows of a newer swap: what is not live here may be there.
    if (!this.started || revision < this.newest) return;
    this.newest = revision;
    this.leaving = this.followers[otherSlot(slot)].stop();
    if (this.followers[slot].status === 'stopped') this.followers[slot].start();
    await this.leaving;
  }

  /** Who keeps a copy up: for those who look after views. */
  follower(slot: Slot): ProjectionRunner {
    return this.followers[slot];
  }

  private async read<T>(ask: (slot: ViewSlot) => Promise<T>): Promise<T> {
    const head = await this.dependencies.log.head();
    for (;;) {
      const pointer = await this.livePointer();
      const [outcome] = await Promise.allSettled([this.readSlot(pointer, head, ask)]);
      if ((await this.livePointer()).revision !== pointer.revision) continue;
      if (outcome.status === 'rejected') throw outcome.reason;
      return outcome.value;
    }
  }

  private async readSlot<T>(
    pointer: LivePointer,
    head: number,
    ask: (slot: ViewSlot) => Promise<T>,
  ): Promise<T> {
    const { name, version } = this.projection;
    await this.keptUp(pointer, head, FRESH_WITHIN_MILLISECONDS);
    return ask({ name, version, slot: pointer.slot });
  }

  private async keptUp(
    { slot, revision }: LivePointer,
    position: number,
    milliseconds: number,
  ): Promise<void> {
    const follower = this.followers[slot];
    if (revision > this.newest) this.newest = revision;
    await this.leaving;
    // Another process may have swapped: this one then followed the other copy only.
    if (this.started && follower.status === 'stopped') follower.start();
    if (this.revision !== revision) await follower.reload();
    this.revision = revision;
    await follower.waitFor(position, milliseconds);
  }

  private async followLive(): Promise<void> {
    while (this.started)
      try {
        const { slot } = await this.livePointer();
        if (this.started) this.followers[slot].start();
        return;
      } catch {
        // The store does not answer, which every read says; it is asked until it does.
        await sleep(ASK_AGAIN_MILLISECONDS);
      }
  }
}
