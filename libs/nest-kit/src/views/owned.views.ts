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
};

const EVERY_MILLISECONDS = 1_000;
/** Longer than a lease without an owner lasts, and less than who asks waits. */
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
    this.here = chosen(() => this.own());
    const anywhere = chosen(() => this.owners());
    // Asking again changes nothing here: who looks does not notice that the owner has changed.
    this.anywhere = {
      ...anywhere,
      list: () => patiently(() => anywhere.list()),
      get: (name) => patiently(() => anywhere.get(name)),
    };
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

  private owners(): ViewOperations {
    const { lease, at } = this.dependencies;
    if (lease.isHeld) return this.own();
    if (lease.owner === null) throw new UnavailableError('owner of views');
    return at(lease.owner);
  }

  private async run(): Promise<void> {
    const { everyMilliseconds = EVERY_MILLISECONDS, onFailure } = this.dependencies;
    while (!this.stopping.signal.aborted) {
      const changed = new Promise<void>((resolve) => (this.wake = resolve));
      await this.doOwnPart().catch(onFailure);
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
const chosen = (choose: () => ViewOperations): ViewOperations => ({
  list: async () => choose().list(),
  get: async (name) => choose().get(name),
  rebuild: async (name, options) => choose().rebuild(name, options),
  cancel: async (name) => choose().cancel(name),
  verify: async (name, options) => choose().verify(name, options),
  swap: async (name, options) => choose().swap(name, options),
  release: async (name, stream) => choose().release(name, stream),
});

const patiently = async <T>(ask: () => Promise<T>): Promise<T> => {
  for (const began = performance.now(); ; await sleep(ASK_AGAIN_MILLISECONDS))
    try {
      return await ask();
    } catch (error) {
      const isOver = performance.now() - began > PATIENCE_MILLISECONDS;
      if (!(error instanceof UnavailableError) || isOver) throw error;
    }
};
