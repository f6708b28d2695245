import {
  type AnyView,
  NoShadow,
  type OperationOptions,
  otherSlot,
  PositionAhead,
  type ProjectionRunner,
  type RebuildPlan,
  ShadowBehind,
  type Slot,
  SlotJob,
  type SwapOutcome,
  ViewBusy,
  type ViewBuilder,
  type ViewReport,
  type ViewSlot,
} from '@muster/eventsourcing';
import type { Clock } from '@muster/kernel';
import { shadowReport } from './shadow-report.ts';
import { ViewVerification } from './view-verification.ts';

const CATCH_UP_MILLISECONDS = 10_000;

/** What this process does to one of its views: one operation begins at a time, long ones go on by themselves. */
export class ManagedView {
  private building: SlotJob | undefined;
  private verification: ViewVerification | undefined;
  /** The last verification against the shadow that is there now. */
  private ofShadow: ViewVerification | undefined;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly view: AnyView,
    private readonly builder: ViewBuilder,
    private readonly clock: Clock,
  ) {}

  async report(): Promise<ViewReport> {
    const pointer = await this.view.livePointer();
    const { head, lag, error, ...figures } = await this.view.follower(pointer.slot).state();
    return {
      ...figures,
      live: pointer.slot,
      head: head ?? null,
      lag: lag ?? null,
      error: error ?? null,
      shadow: await shadowReport(this.view, pointer, this.building),
      verification: this.verification?.report ?? null,
    };
  }

  /** After a start of the process: goes on with what is there, and drops what nobody waits for any more. */
  async resume(): Promise<void> {
    const { store } = this.view.dependencies;
    const shadow = await this.shadow();
    await store.drop({ ...shadow, slot: 'scratch' });
    if (await store.isLoading(shadow)) this.build(shadow);
    else if (await store.checkpoint(shadow)) this.view.follower(shadow.slot).start();
  }

  /** @throws ViewBusy */
  rebuild({ dryRun = false }: OperationOptions): Promise<RebuildPlan> {
    return this.exclusively(async () => {
      this.assertIdle();
      const { store } = this.view.dependencies;
      const slot = await this.shadow();
      const plan = await this.planFor(slot, dryRun);
      if (dryRun) return plan;
      if (plan.drops !== null) await this.dropShadow(slot);
      this.ofShadow = undefined;
      // On disk before the answer: whoever asked for it may count on it, also after a crash.
      if (!(await store.isLoading(slot))) await store.startLoading(slot);
      this.build(slot);
      return plan;
    });
  }

  /** @throws NoShadow */
  cancel(): Promise<void> {
    return this.exclusively(async () => {
      if (this.verification?.job?.state === 'running') return this.verification.job.end();
      const slot = await this.shadow();
      if (!(await this.isThere(slot))) throw new NoShadow(slot.name);
      await this.dropShadow(slot);
    });
  }

  /** @throws ViewBusy, PositionAhead */
  verify(asOf: number | undefined): Promise<void> {
    return this.exclusively(async () => {
      this.assertIdle();
      const { log, store } = this.view.dependencies;
      const head = await log.head();
      if (asOf !== undefined && asOf > head) throw new PositionAhead(asOf, head);
      const shadow = await this.shadow();
      const against = asOf === undefined && (await store.checkpoint(shadow)) ? 'shadow' : 'rebuild';
      const other: ViewSlot = against === 'shadow' ? shadow : { ...shadow, slot: 'scratch' };
      const verification = new ViewVerification(against, asOf ?? null, this.clock);
      this.verification = verification;
      if (against === 'shadow') this.ofShadow = verification;
      verification.begin(other, async (options) =>
        asOf === undefined ? this.compare(other, head, options) : this.checksumAsOf(other, asOf, options),
      );
    });
  }

  /** @throws NoShadow, ShadowBehind, ViewBusy */
  swap({ dryRun = false }: OperationOptions): Promise<SwapOutcome> {
    return this.exclusively(async () => {
      this.assertIdle();
      const { store, log } = this.view.dependencies;
      const pointer = await this.view.livePointer();
      const [from, to] = [pointer.slot, otherSlot(pointer.slot)];
      const { name, version } = this.view.projection;
      if (!(await store.checkpoint({ name, version, slot: to }))) throw new NoShadow(name);
      const follower = this.view.follower(to);
      const head = await log.head();
      await follower.waitFor(head, CATCH_UP_MILLISECONDS).catch((cause: unknown) => {
        throw Object.assign(new ShadowBehind(name, follower.position, head), { cause });
      });
      if (!dryRun) await store.swap(this.view.projection, pointer);
      const positions = { from: this.view.follower(from).position, to: follower.position };
      return { name, version, dryRun, from, to, positions, head, verified: this.ofShadow?.verdict ?? null };
    });
  }

  /** Of both copies; true where it waits in neither any more. */
  release(stream: string): Promise<boolean> {
    return this.exclusively(async () => {
      const shadow = await this.shadow();
      const free = await this.view.follower(otherSlot(shadow.slot)).release(stream);
      if (this.building?.state === 'running') return free;
      if (!(await this.view.dependencies.store.checkpoint(shadow))) return free;
      return (await this.view.follower(shadow.slot).release(stream)) && free;
    });
  }

  /** Ends what is under way; a build goes on with the next process. */
  async stop(): Promise<void> {
    await this.building?.end();
    await this.verification?.job?.end();
  }

  private build(slot: ViewSlot & { readonly slot: Slot }): void {
    const job = new SlotJob(slot, this.clock(), (options) => this.builder.build(slot, options));
    this.building = job;
    void job.finished.then(() => {
      if (job.state === 'done') this.view.follower(slot.slot).start();
    });
  }

  private async planFor(slot: ViewSlot & { readonly slot: Slot }, dryRun: boolean): Promise<RebuildPlan> {
    const { store, log } = this.view.dependencies;
    const { previous } = await this.view.livePointer();
    const { name, version } = slot;
    const goesOn = await store.isLoading(slot);
    const checkpoint = await store.checkpoint(slot);
    return {
      name,
      version,
      dryRun,
      live: otherSlot(slot.slot),
      slot: slot.slot,
      drops: goesOn || !checkpoint ? null : previous ? 'previous' : 'following',
      from: goesOn ? (checkpoint?.position ?? 0) : 0,
      head: await log.head(),
    };
  }

  /** The comparison brings the other copy to the live one's position itself, so nobody else may follow the log with it. */
  private async compare(
    other: ViewSlot,
    head: number,
    options: Parameters<ViewBuilder['compare']>[2],
  ): Promise<Awaited<ReturnType<ViewBuilder['compare']>>> {
    const { slot: live } = await this.view.livePointer();
    const { store } = this.view.dependencies;
    const follower: ProjectionRunner | undefined =
      other.slot === 'scratch' ? undefined : this.view.follower(other.slot);
    await follower?.stop();
    try {
      if (!follower) await store.drop(other);
      await this.view.follower(live).waitFor(head, CATCH_UP_MILLISECONDS);
      await this.view.follower(live).flush();
      return await this.builder.compare({ ...other, slot: live }, other, options);
    } finally {
      if (follower) follower.start();
      else await store.drop(other);
    }
  }

  private async checksumAsOf(
    scratch: ViewSlot,
    asOf: number,
    options: Parameters<ViewBuilder['checksum']>[1],
  ) {
    const { store } = this.view.dependencies;
    await store.drop(scratch);
    try {
      await this.builder.build(scratch, { ...options, upTo: asOf });
      return { live: null, other: await this.builder.checksum(scratch, options) };
    } finally {
      await store.drop(scratch);
    }
  }

  private async dropShadow(slot: ViewSlot & { readonly slot: Slot }): Promise<void> {
    await this.building?.end();
    this.building = undefined;
    this.ofShadow = undefined;
    await this.view.follower(slot.slot).stop();
    await this.view.dependencies.store.drop(slot);
  }

  private async isThere(slot: ViewSlot): Promise<boolean> {
    const { store } = this.view.dependencies;
    return (await store.isLoading(slot)) || (await store.checkpoint(slot)) !== undefined;
  }

  private async shadow(): Promise<ViewSlot & { readonly slot: Slot }> {
    const { name, version } = this.view.projection;
    return { name, version, slot: otherSlot((await this.view.livePointer()).slot) };
  }

  private assertIdle(): void {
    const { name } = this.view.projection;
    if (this.building?.state === 'running') throw new ViewBusy(name, 'being built');
    if (this.verification?.job?.state === 'running') throw new ViewBusy(name, 'being verified');
  }

  private exclusively<T>(work: () => Promise<T>): Promise<T> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => undefined);
    return result;
  }
}
