import { setTimeout as sleep } from 'node:timers/promises';
import type { Lease, ViewOperations, ViewOperator } from '@muster/eventsourcing';
import { UnavailableError } from '@muster/kernel';

type Dependencies = {
  readonly lease: Pick<Lease, 'isHeld' | 'owner' | 'onChange'>;
  /** The views of this process. */
  readonly operator: Pick<ViewOperator, 'start' | 'stop' | 'standBy'> & ViewOperations;
  /** The same views, asked of another process. */
  readonly at: (process: string) => ViewOperations;
  readonly onFailure: (error: unknown) => void;
  readonly everyMilliseconds?: number;
  /** How long a question waits for an owner. */
  readonly patienceMilliseconds?: number;
};

const EVERY_MILLISECONDS = 1_000;
/** Longer than the time between two owners, and less than who asks waits. */
const PATIENCE_MILLISECONDS = 8_000;
const ASK_AGAIN_MILLISECONDS = 200;

/**
 * The views of a service that several processes keep up: who holds the lease builds, verifies and swaps, and the others
 * pass on what they are asked, so an operator sees one truth. When the lease moves, so does the work: a build goes on, a
 * verification that was under way is gone and may be asked for again.
 */
export class OwnedViews {
  /** Answers for the views wherever they are looked after. */
  readonly anywhere: ViewOperations;
  /** Answers where it is this process that looks after them. */
  readonly here: ViewOperations;
  private readonly stopping = new AbortController();
  private wake: () => void = () => undefined;
  private running: Promise<void> | undefined;
  private isCaring = false;

  constructor(private readonly dependencies: Dependencies) {
    this.here = chosen(async () => this.own());
    this.anywhere = chosen(() => this.reachedInTime());
    dependencies.lease.onChange(() => this.wake());
  }

  start(): void {
    this.running ??= this.run();
  }

  /** What is under way stops where it is, for the next owner to go on with. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.wake();
    await this.running;
    await this.dependencies.operator.stop();
  }

  private own(): ViewOperations {
    const { lease, operator } = this.dependencies;
    if (!lease.isHeld || this.stopping.signal.aborted) throw new UnavailableError('owner of views');
    return operator;
  }

  private async reachedInTime(): Promise<ViewOperations> {
    const { patienceMilliseconds = PATIENCE_MILLISECONDS } = this.dependencies;
    for (const began = performance.now(); ; await sleep(ASK_AGAIN_MILLISECONDS))
      try {
        return await this.reached();
      } catch (error) {
        const isOver = performance.now() - began > patienceMilliseconds;
        if (!(error instanceof UnavailableError) || isOver) throw error;
      }
  }

  /**
   * The owner, once it has answered: what it is asked to do is then asked once, and of nobody who died meanwhile.
   * @throws UnavailableError while there is none
   */
  private async reached(): Promise<ViewOperations> {
    const { lease, at } = this.dependencies;
    if (lease.isHeld) return this.own();
    if (lease.owner === null) throw new UnavailableError('owner of views');
    const there = at(lease.owner);
    await there.list();
    return there;
  }

  private async run(): Promise<void> {
    const { everyMilliseconds = EVERY_MILLISECONDS, onFailure } = this.dependencies;
    for (let failures = 0; !this.stopping.signal.aborted;) {
      const changed = new Promise<void>((resolve) => (this.wake = resolve));
      await this.doOwnPart().then(
        () => (failures = 0),
        // Said once, however long it lasts.
        (error: unknown) => failures++ === 0 && onFailure(error),
      );
      if (!this.stopping.signal.aborted)
        await Promise.race([changed, sleep(everyMilliseconds, undefined, { ref: false })]);
    }
  }

  private async doOwnPart(): Promise<void> {
    const { lease, operator } = this.dependencies;
    if (lease.isHeld === this.isCaring) return this.isCaring ? undefined : operator.standBy();
    this.isCaring = lease.isHeld;
    if (!this.isCaring) return operator.stop();
    try {
      await operator.start();
    } catch (error) {
      // What it began is begun again.
      this.isCaring = false;
      await operator.stop();
      throw error;
    }
  }
}

/** Operations of whoever is chosen, anew each time. */
const chosen = (choose: () => Promise<ViewOperations>): ViewOperations => ({
  list: async () => (await choose()).list(),
  get: async (name) => (await choose()).get(name),
  rebuild: async (name, options) => (await choose()).rebuild(name, options),
  cancel: async (name) => (await choose()).cancel(name),
  verify: async (name, options) => (await choose()).verify(name, options),
  swap: async (name, options) => (await choose()).swap(name, options),
  release: async (name, stream) => (await choose()).release(name, stream),
});
