import type { Clock } from '@muster/kernel';
import { type LivePointer, otherSlot, type Slot, type ViewSlot } from './read-store.ts';
import { SlotJob } from './slot-job.ts';
import type { ViewBuilder } from './view-builder.ts';
import type { ShadowReport, ShadowState } from './view-operations.ts';
import type { AnyView } from './view-registry.ts';

export type CareDependencies = {
  readonly view: AnyView;
  readonly builder: ViewBuilder;
  readonly clock: Clock;
};

/** The copy beside the live one, at one moment. */
export type FoundShadow = {
  readonly pointer: LivePointer;
  readonly slot: Slot;
  readonly state: ShadowState | null;
};

/** A copy that is further behind is built, and does not just follow. */
const FAR_BEHIND = 10_000;

/** The copy beside the live one: built, then kept up by the view's follower of that slot. */
export class Shadow {
  private build: SlotJob | undefined;

  constructor(private readonly dependencies: CareDependencies) {}

  get isBuilding(): boolean {
    return this.build?.state === 'running';
  }

  async find(): Promise<FoundShadow> {
    const pointer = await this.dependencies.view.livePointer();
    const slot = otherSlot(pointer.slot);
    return { pointer, slot, state: await this.stateOf(pointer, slot) };
  }

  /** After a start of the process: a build goes on, a copy that was kept up is kept up again. */
  async resume(): Promise<void> {
    const { view } = this.dependencies;
    const { slot, state } = await this.find();
    if (state === null) return;
    const { log, store } = view.dependencies;
    const position = (await store.checkpoint(this.named(slot)))?.position ?? 0;
    const isLoading = await store.isLoading(this.named(slot));
    if (isLoading || (await log.head()) - position > FAR_BEHIND) this.startBuild(slot);
    else view.follower(slot).start();
  }

  /** Builds into the slot, from nothing unless it is to go on with what is there. */
  async rebuild(slot: Slot, goOn: boolean): Promise<void> {
    if (!goOn) await this.drop(slot);
    this.startBuild(slot);
  }

  /** Stops whatever is done with the copy and removes it. */
  async cancel(slot: Slot): Promise<void> {
    await this.build?.end();
    await this.drop(slot);
  }

  /** The build stops where it is; a later `resume` goes on. */
  async stop(): Promise<void> {
    await this.build?.end();
  }

  async report(): Promise<ShadowReport | null> {
    const { slot, state } = await this.find();
    if (state === null) return null;
    const { view } = this.dependencies;
    const following = await view.follower(slot).state();
    const { build } = this;
    const figures = build?.slot.slot === slot && build.state !== 'done' ? build : undefined;
    return {
      slot,
      state,
      position: figures?.position ?? following.position,
      head: figures?.head ?? following.head ?? null,
      eventsPerSecond: figures?.eventsPerSecond ?? following.eventsPerSecond,
      etaSeconds: figures?.etaSeconds ?? null,
      startedAt: build?.slot.slot === slot ? build.startedAt : null,
      parked: await view.dependencies.store.parked(this.named(slot)),
      error: figures ? figures.error : (following.error ?? null),
    };
  }

  private startBuild(slot: Slot): void {
    const { view, builder, clock } = this.dependencies;
    this.build = new SlotJob(this.named(slot), clock(), async (options) => {
      await builder.build(this.named(slot), options);
      if (!options.signal.aborted) view.follower(slot).start();
    });
  }

  private async drop(slot: Slot): Promise<void> {
    const { view } = this.dependencies;
    await view.follower(slot).stop();
    await view.dependencies.store.drop(this.named(slot));
  }

  private async stateOf(pointer: LivePointer, slot: Slot): Promise<ShadowState | null> {
    const { view } = this.dependencies;
    if (this.build?.slot.slot === slot && this.build.state !== 'done')
      return this.build.state === 'running' ? 'building' : this.build.state;
    const { store } = view.dependencies;
    const isStored = (await store.checkpoint(this.named(slot))) ?? (await store.isLoading(this.named(slot)));
    if (!isStored) return null;
    if (view.follower(slot).status === 'halted') return 'failed';
    return pointer.previous ? 'previous' : 'following';
  }

  private named(slot: Slot): ViewSlot {
    const { name, version } = this.dependencies.view.projection;
    return { name, version, slot };
  }
}
