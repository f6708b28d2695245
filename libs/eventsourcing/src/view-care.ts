import { ViewConflict, type ParkedStream, otherSlot } from './read-store.ts';
import { type CareDependencies, type FoundShadow, Shadow } from './shadow.ts';
import { Verification } from './verification.ts';
import {
  NoShadow,
  type OperationOptions,
  PositionAhead,
  type RebuildPlan,
  type ReleaseOutcome,
  ShadowBehind,
  type SwapOutcome,
  ViewBusy,
  type ViewChecksum,
  type ViewReport,
} from './view-operations.ts';

/** Less than a read waits, so that no read after a swap is refused. */
const CAUGHT_UP_WITHIN_MILLISECONDS = 1_000;
const RELEASE_ATTEMPTS = 10;
/** What live held at the positions of the last verifications. */
const REMEMBERED_CHECKSUMS = 100;

/** Looks after one view, one operation at a time. */
export class ViewCare {
  private readonly shadow: Shadow;
  private verification: Verification | undefined;
  private readonly checksums = new Map<number, ViewChecksum>();
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly dependencies: CareDependencies) {
    this.shadow = new Shadow(dependencies);
  }

  resume(): Promise<void> {
    return this.exclusively(async () => {
      const { view } = this.dependencies;
      const { name, version } = view.projection;
      await view.dependencies.store.drop({ name, version, slot: 'scratch' });
      await this.shadow.resume();
    });
  }

  /** Everything under way stops where it is. */
  async stop(): Promise<void> {
    await this.verification?.job.end();
    await this.shadow.stop();
  }

  async report(): Promise<ViewReport> {
    const { view } = this.dependencies;
    const { slot } = await view.livePointer();
    const { head = null, lag = null, error = null, ...state } = await view.follower(slot).state();
    const shadow = await this.shadow.report();
    return {
      ...state,
      live: slot,
      head,
      lag,
      error,
      shadow,
      verification: this.verification?.report() ?? null,
    };
  }

  rebuild({ dryRun = false }: OperationOptions): Promise<RebuildPlan> {
    return this.exclusively(async () => {
      this.refuseWhileBusy();
      const { view } = this.dependencies;
      const { log, store } = view.dependencies;
      const { name, version } = view.projection;
      const { pointer, slot, state } = await this.shadow.find();
      const goOn = state === 'failed';
      const from = goOn ? ((await store.checkpoint({ name, version, slot }))?.position ?? 0) : 0;
      const drops = state === 'following' || state === 'previous' ? state : null;
      const plan = { name, version, dryRun, live: pointer.slot, slot, drops, from, head: await log.head() };
      if (!dryRun) await this.shadow.rebuild(slot, goOn);
      return plan;
    });
  }

  cancel(): Promise<ViewReport> {
    return this.exclusively(async () => {
      if (this.verification?.isRunning) await this.verification.job.end();
      else {
        const { slot, state } = await this.shadow.find();
        if (state === null || state === 'cancelled') throw new NoShadow(this.name);
        await this.shadow.cancel(slot);
      }
      return this.report();
    });
  }

  verify({ asOf = null }: { readonly asOf?: number | null }): Promise<ViewReport> {
    return this.exclusively(async () => {
      this.refuseWhileBusy();
      const head = await this.dependencies.view.dependencies.log.head();
      if (asOf !== null && asOf > head) throw new PositionAhead(asOf, head);
      const { pointer, slot, state } = await this.shadow.find();
      const shadow = state === 'following' && asOf === null ? slot : null;
      const known = (asOf === null ? undefined : this.checksums.get(asOf)) ?? null;
      const verification = new Verification(this.dependencies, { live: pointer.slot, shadow, asOf, known });
      this.verification = verification;
      void verification.job.finished.then(() => this.remember(verification.report().live));
      return this.report();
    });
  }

  swap({ dryRun = false }: OperationOptions): Promise<SwapOutcome> {
    return this.exclusively(async () => {
      this.refuseWhileBusy();
      const { view } = this.dependencies;
      const { name, version } = view.projection;
      const found = await this.shadow.find();
      if (found.state === null || found.state === 'cancelled') throw new NoShadow(name);
      const head = await this.caughtUp(found);
      const { pointer, slot: to } = found;
      const from = otherSlot(to);
      const positions = { from: view.follower(from).position, to: view.follower(to).position };
      const outcome = { name, version, dryRun, from, to, positions, head, verified: this.verified(to) };
      if (!dryRun) await view.dependencies.store.swap(view.projection, pointer);
      return outcome;
    });
  }

  release(stream: string): Promise<ReleaseOutcome> {
    return this.exclusively(async () => {
      const { view } = this.dependencies;
      const { name, version } = view.projection;
      const { pointer, slot, state } = await this.shadow.find();
      let free = await this.insistOnRelease(pointer.slot, stream);
      if (state === 'following' || state === 'previous')
        free = (await this.insistOnRelease(slot, stream)) && free;
      const { parked } = await view.follower(pointer.slot).state();
      return { name, version, stream, free, parked: parked satisfies readonly ParkedStream[] };
    });
  }

  private get name(): string {
    return this.dependencies.view.projection.name;
  }

  private refuseWhileBusy(): void {
    if (this.shadow.isBuilding) throw new ViewBusy(this.name, 'being built');
    if (this.verification?.isRunning) throw new ViewBusy(this.name, 'being verified');
  }

  /** @throws ShadowBehind */
  private async caughtUp({ slot, state }: FoundShadow): Promise<number> {
    const { view } = this.dependencies;
    const head = await view.dependencies.log.head();
    const follower = view.follower(slot);
    try {
      if (state === 'failed') throw new ShadowBehind(this.name, follower.position, head);
      await follower.waitFor(head, CAUGHT_UP_WITHIN_MILLISECONDS);
      return head;
    } catch {
      throw new ShadowBehind(this.name, follower.position, head);
    }
  }

  private verified(slot: string): SwapOutcome['verified'] {
    const { job } = this.verification ?? {};
    if (job?.slot.slot !== slot || job.state !== 'done') return null;
    const { equal, difference, position } = this.verification!.report();
    return { equal, difference, position };
  }

  private async insistOnRelease(slot: 'a' | 'b', stream: string): Promise<boolean> {
    for (let attempt = 1; ; attempt++)
      try {
        return await this.dependencies.view.follower(slot).release(stream);
      } catch (error) {
        if (!(error instanceof ViewConflict) || attempt === RELEASE_ATTEMPTS) throw error;
      }
  }

  private remember(live: ViewChecksum | null): void {
    if (!live) return;
    this.checksums.set(live.position, live);
    const [oldest] = this.checksums.keys();
    if (this.checksums.size > REMEMBERED_CHECKSUMS) this.checksums.delete(oldest!);
  }

  /** Operations answer soon: what takes long goes on behind them. */
  private exclusively<T>(work: () => Promise<T>): Promise<T> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => undefined);
    return result;
  }
}
