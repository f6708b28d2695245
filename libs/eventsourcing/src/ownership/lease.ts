import {
  type Checkpoint,
  type ReadStore,
  sameCheckpoint,
  ViewConflict,
  type ViewSlot,
} from '../read-store.ts';
import { pause } from '../retry.ts';
import type { Ownership } from './ownership.ts';

/** In milliseconds. */
export type LeaseTimes = {
  /** How often the owner writes that it is there, and the others look. */
  readonly renewEvery: number;
  /** How long the owner relies on a renewal, from before it wrote it. */
  readonly trustedFor: number;
  /** How long another process has to see nothing renewed, from after it looked, until it takes over. */
  readonly takenAfter: number;
};

export type LeaseOptions = {
  /** What is owned, in kebab-case. */
  readonly name: string;
  /** This process: an id that no other one has, nor an earlier life of this one. */
  readonly holder: string;
  readonly store: Pick<ReadStore, 'checkpoint' | 'get' | 'write'>;
  readonly onChange?: (isHeld: boolean) => void;
  readonly times?: LeaseTimes;
  /** Milliseconds that pass evenly, from wherever: never compared with those of another process. */
  readonly now?: () => number;
};

/** What is between the last two is how long something that began while the lease was held may still take. */
const TIMES: LeaseTimes = { renewEvery: 1_000, trustedFor: 4_000, takenAfter: 6_000 };
const HOLDER = 'holder';

/**
 * One owner among the processes that share a read store, kept there by the same compare-and-swap that keeps views (E21):
 * the owner writes once a second; who sees nothing written for long enough takes over, and the store decides between
 * two. No time of day is written or compared: everybody measures by their own clock how long they saw nothing, so clocks
 * may differ. It ends with its process's life or its reach of the store; who owned it stops relying on it before anybody
 * else may have it.
 *
 * @example
 * const lease = new Lease({ name: 'identity', holder: randomUUID(), store });
 * lease.start();
 * await lease.whenHeld(signal);
 * if (lease.isHeld) await mailer.send(mail);
 */
export class Lease implements Ownership {
  private readonly slot: ViewSlot;
  private readonly times: LeaseTimes;
  private readonly now: () => number;
  private readonly stopping = new AbortController();
  private readonly waiting = new Set<() => void>();
  private readonly listeners = new Set<(isHeld: boolean) => void>();
  private running: Promise<void> | undefined;
  private mine: Checkpoint | undefined;
  private trustedUntil = -Infinity;
  private told = false;
  /** What somebody else wrote last, and since when nothing else was seen. */
  private seen: { readonly checkpoint: Checkpoint; readonly since: number } | undefined;
  private lastSeen: string | null = null;

  constructor(private readonly options: LeaseOptions) {
    this.slot = { name: `${options.name}-lease`, version: 1, slot: 'a' };
    this.times = options.times ?? TIMES;
    this.now = options.now ?? (() => performance.now());
    if (options.onChange) this.listeners.add(options.onChange);
  }

  get isHeld(): boolean {
    return this.mine !== undefined && this.now() < this.trustedUntil;
  }

  /** This process. */
  get holder(): string {
    return this.options.holder;
  }

  /** Who held it when this process last looked; null: nobody. */
  get owner(): string | null {
    return this.isHeld ? this.holder : this.lastSeen;
  }

  start(): void {
    this.running ??= this.run();
  }

  /** Lets another process have it at once. What relies on it has to have ended before. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    const { mine } = this;
    this.mine = undefined;
    this.tell();
    if (mine) await this.write(mine, null).catch(() => undefined);
  }

  whenHeld(signal: AbortSignal): Promise<void> {
    if (this.isHeld || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        this.waiting.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.waiting.add(done);
      signal.addEventListener('abort', done, { once: true });
    });
  }

  /** Is told whenever it is gained or lost; not what is so already. */
  onChange(listener: (isHeld: boolean) => void): void {
    this.listeners.add(listener);
  }

  /** One look: renews it, or takes it where it is free. `start` does so again and again. */
  async look(): Promise<void> {
    try {
      if (this.mine) await this.renew(this.mine);
      else await this.takeFree();
    } catch (error) {
      // Somebody else was here, or a write arrived whose answer did not: the next look tells. Any other failure is the
      // store's: what was renewed is good for its time.
      if (error instanceof ViewConflict) this.mine = undefined;
    }
    this.tell();
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await this.look();
      await pause(this.times.renewEvery, signal);
    }
  }

  private async renew(mine: Checkpoint): Promise<void> {
    const began = this.now();
    this.keep(await this.write(mine), began);
  }

  private async takeFree(): Promise<void> {
    const { store } = this.options;
    const checkpoint = await store.checkpoint(this.slot);
    const document = await store.get(this.slot, HOLDER);
    const looked = this.now();
    this.lastSeen = (document?.['id'] as string | null | undefined) ?? null;
    if (!this.isFree(checkpoint, looked)) return;
    this.keep(await this.write(checkpoint, this.holder), looked);
  }

  /** The checkpoint was read before its holder, so where the two do not belong together, taking it is refused. */
  private isFree(checkpoint: Checkpoint | undefined, looked: number): boolean {
    if (!checkpoint || this.lastSeen === null || this.lastSeen === this.holder) return true;
    if (this.seen && sameCheckpoint(this.seen.checkpoint, checkpoint))
      return looked - this.seen.since >= this.times.takenAfter;
    this.seen = { checkpoint, since: looked };
    return false;
  }

  private keep(mine: Checkpoint, from: number): void {
    this.mine = mine;
    this.trustedUntil = from + this.times.trustedFor;
    this.seen = undefined;
  }

  /** @throws ViewConflict */
  private async write(expected: Checkpoint | undefined, holder?: string | null): Promise<Checkpoint> {
    const checkpoint = { logId: this.options.name, position: 0, revision: (expected?.revision ?? 0) + 1 };
    const changes = holder === undefined ? [] : [{ id: HOLDER, document: { id: holder }, indexes: {} }];
    await this.options.store.write(this.slot, { changes, expected, checkpoint, park: [], release: [] });
    return checkpoint;
  }

  private tell(): void {
    const { isHeld } = this;
    if (isHeld) for (const done of this.waiting) done();
    if (isHeld === this.told) return;
    this.told = isHeld;
    for (const listener of this.listeners) listener(isHeld);
  }
}
