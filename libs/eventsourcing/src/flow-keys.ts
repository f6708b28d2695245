import { setTimeout as pause, setImmediate as nextTurn } from 'node:timers/promises';
import { type Clock, type IdType, millisecondsOf } from '@muster/kernel';
import { type KeyStore, sealingKeyId } from './key-store.ts';

type Dependencies = {
  readonly keys: Pick<KeyStore, 'list' | 'destroy'>;
  readonly clock: Clock;
  readonly onFailure: (error: unknown) => void;
};

type Flows = {
  readonly projectId: string;
  /** What ids of such flows begin with; the rest is a UUIDv7, which tells when it was drawn. */
  readonly idPrefix: `${IdType}-${'test' | 'live'}-`;
  /** How long a flow's key lives; longer than the flow, and than anybody repeats a call that belongs to it. */
  readonly days: number;
};

const DAY = 86_400_000;
/** No id is older. */
const FIRST = Date.UTC(2025, 0, 1);
const AT_ONCE = 200;
const EVERY_MILLISECONDS = 600_000;

/**
 * Destroys the keys of flows that belong to no organization, some days after they began (E12): what such a flow sealed of
 * a person is nobody's to erase, so it does not stay. Finds them by their ids, in the key store alone, so that keys which
 * an older copy of it brings back go again.
 */
export class FlowKeys {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private sweptTo = FIRST;

  constructor(
    private readonly dependencies: Dependencies,
    private readonly flows: Flows,
    private readonly everyMilliseconds = EVERY_MILLISECONDS,
  ) {}

  start(): void {
    this.running ??= this.run();
  }

  /** Lets the keys at hand go. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** Destroys all keys that are due, day by day, so that no look into the store is a long one. */
  async sweep(): Promise<void> {
    const due = millisecondsOf(this.dependencies.clock()) - this.flows.days * DAY;
    while (this.sweptTo < due && !this.stopping.signal.aborted) {
      const to = Math.min(this.sweptTo + DAY, due);
      await this.destroyDrawn(this.sweptTo, to);
      this.sweptTo = to;
      await nextTurn();
    }
  }

  private async destroyDrawn(from: number, before: number): Promise<void> {
    const { keys } = this.dependencies;
    const range = { from: this.keyIdAt(from), before: this.keyIdAt(before) };
    for (;;) {
      const keyIds = await keys.list(range, AT_ONCE);
      await Promise.all(keyIds.map((keyId) => keys.destroy(keyId)));
      if (keyIds.length < AT_ONCE) return;
    }
  }

  /** What the key ids of flows sort after that were drawn before that time, and before all that were drawn since. */
  private keyIdAt(milliseconds: number): string {
    const { projectId, idPrefix } = this.flows;
    const hex = milliseconds.toString(16).padStart(12, '0');
    const place = { projectId, organizationId: null };
    return sealingKeyId(place, `${idPrefix}${hex.slice(0, 8)}-${hex.slice(8)}`);
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await this.sweep().catch(this.dependencies.onFailure);
      await pause(this.everyMilliseconds, undefined, { signal }).catch(() => undefined);
    }
  }
}
