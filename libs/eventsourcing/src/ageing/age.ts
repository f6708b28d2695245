import { type Instant, plusDays } from '@muster/kernel';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { v7 as uuidv7 } from 'uuid';
import type { AnyAggregateType } from '../aggregate.ts';
import { EventCodec } from '../event-codec.ts';
import type { CommitMetadata, EventLog, RecordedEvent } from '../event-log.ts';
import type { KeyStore } from '../key-store.ts';
import { AppendOutcomeUnknown, RevisionConflict } from '../log-errors.ts';
import { boxOf } from '../sealed-box.ts';
import { stateOf } from '../unit-of-work.ts';
import type { Ageing, LogOperations, QuietStream } from './log-operations.ts';
import { type AgedRetention, hasAged } from './retention.ts';

/**
 * The shortest time after its end at which a flow may lose its payloads. By then no `Idempotency-Key`, repeated command,
 * mail on its way or view that is kept up can still ask for them.
 */
export const SHORTEST_AGE_DAYS = 7;

export type AgeDependencies = {
  readonly log: EventLog & LogOperations;
  readonly keys: KeyStore;
  /** Of all services; those that are permanent are left alone. */
  readonly aggregates: readonly AnyAggregateType[];
};

export type AgeOptions = {
  readonly projectId: string;
  readonly now: Instant;
  /** At least `SHORTEST_AGE_DAYS`. */
  readonly olderThanDays: number;
  /** The lowest position that any view or parked stream stands at: what a view has not seen keeps its payload. */
  readonly upTo: number;
  /** Who asks: `project:<id>` or `system:<part>`. */
  readonly actor: string;
  /** Counts, and changes nothing. */
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: AgeProgress) => void;
};

export type AgeProgress = {
  readonly category: string;
  /** Streams looked at so far, in all categories. */
  readonly looked: number;
  /** Streams that were aged so far, or would be. */
  readonly streams: number;
};

/** What lost its payload, or would have. */
export type AgedAmount = { readonly streams: number; readonly events: number; readonly bytes: number };

export type AgeReport = {
  readonly dryRun: boolean;
  /** Flows that ended before this instant were meant. */
  readonly before: Instant;
  readonly looked: number;
  readonly total: AgedAmount;
  readonly categories: Readonly<Record<string, AgedAmount>>;
  /** Sealing keys of flows that were destroyed with them. */
  readonly keys: number;
  /** True where the signal ended it early: run it again, and it goes on where it stopped. */
  readonly interrupted: boolean;
};

/**
 * Drops the payloads of flows that ended long ago (E13): in commits small enough that writers hardly wait, each all or
 * nothing, so it may be stopped, killed and run again at any time. Permanent categories are not looked at.
 *
 * @example
 * const report = await age({ log, keys, aggregates }, { projectId, now, olderThanDays: 90, upTo, actor, dryRun: true });
 * @throws RangeError below the shortest age; UnknownEventType where a flow holds what this process does not know
 */
export const age = async (dependencies: AgeDependencies, options: AgeOptions): Promise<AgeReport> => {
  if (!(options.olderThanDays >= SHORTEST_AGE_DAYS))
    throw new RangeError(`flows are aged ${SHORTEST_AGE_DAYS} days after their end or later`);
  const run = new Run(dependencies, options);
  for (const aggregate of dependencies.aggregates)
    if (aggregate.retention !== 'permanent') await run.category(aggregate, aggregate.retention);
  return run.report();
};

/** So that one transaction holds the log for a few milliseconds only. A longer stream goes alone. */
const STREAMS_PER_COMMIT = 200;
const EVENTS_PER_COMMIT = 1_000;

type EndedStream = Ageing['streams'][number] & {
  readonly bytes: number;
  readonly flowKeys: readonly string[];
};

const NOTHING: AgedAmount = { streams: 0, events: 0, bytes: 0 };

const added = (amount: AgedAmount, streams: readonly EndedStream[]): AgedAmount => ({
  streams: amount.streams + streams.length,
  events: amount.events + sum(streams.map(({ positions }) => positions.length)),
  bytes: amount.bytes + sum(streams.map(({ bytes }) => bytes)),
});

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

class Run {
  private readonly before: Instant;
  private readonly codec: EventCodec;
  private readonly categories: Record<string, AgedAmount> = {};
  private batch: EndedStream[] = [];
  private total = NOTHING;
  private looked = 0;
  private keys = 0;

  constructor(
    private readonly dependencies: AgeDependencies,
    private readonly options: AgeOptions,
  ) {
    this.before = plusDays(options.now, -options.olderThanDays);
    this.codec = new EventCodec(closedKeys, dependencies.aggregates);
  }

  async category(aggregate: AnyAggregateType, retention: AgedRetention<unknown>): Promise<void> {
    const { log } = this.dependencies;
    const { projectId, upTo } = this.options;
    const { category } = aggregate;
    for (let after: string | undefined = ''; after !== undefined && !this.interrupted;) {
      const page = await log.quietStreams({ category, projectId, before: this.before, upTo, after });
      for (const quiet of page.streams) await this.consider(aggregate, retention, quiet);
      this.looked += page.looked;
      after = page.next;
      this.options.onProgress?.({ category, looked: this.looked, streams: this.total.streams });
      await nextTurn();
    }
    await this.drop(category);
  }

  report(): AgeReport {
    const { before, looked, total, categories, keys, interrupted } = this;
    return { dryRun: this.options.dryRun ?? false, before, looked, total, categories, keys, interrupted };
  }

  private get interrupted(): boolean {
    return this.options.signal?.aborted ?? false;
  }

  private async consider(
    aggregate: AnyAggregateType,
    retention: AgedRetention<unknown>,
    { stream, revision }: QuietStream,
  ): Promise<void> {
    const events = await this.dependencies.log.readStream(stream);
    const last = events.at(-1);
    if (last?.revision !== revision) return;
    const state = stateOf(aggregate, await this.codec.decode(events));
    const endedAt = retention.endedAt(state, last.metadata.at);
    if (endedAt === undefined || endedAt >= this.before) return;
    const whole = events.filter((event) => !hasAged(event));
    const size = sum(this.batch.map(({ positions }) => positions.length));
    if (this.batch.length >= STREAMS_PER_COMMIT || size + whole.length > EVENTS_PER_COMMIT)
      await this.drop(aggregate.category);
    this.batch.push({
      stream,
      revision,
      positions: whole.map(({ position }) => position),
      bytes: sum(whole.map(({ data }) => Buffer.byteLength(JSON.stringify(data)))),
      flowKeys: flowKeysOf(whole),
    });
  }

  private async drop(category: string): Promise<void> {
    const streams = this.batch;
    this.batch = [];
    if (streams.length === 0 || (!this.options.dryRun && !(await this.dropped(streams)))) return;
    this.categories[category] = added(this.categories[category] ?? NOTHING, streams);
    this.total = added(this.total, streams);
  }

  /**
   * Keys first: a crash between the two leaves an ended flow whose sealed part is erased, which the next run finds. A
   * stream that somebody wrote to meanwhile has not ended: its batch is left for the next run.
   */
  private async dropped(streams: readonly EndedStream[]): Promise<boolean> {
    const { keys, log } = this.dependencies;
    const flowKeys = [...new Set(streams.flatMap((stream) => stream.flowKeys))];
    await Promise.all(flowKeys.map((keyId) => keys.destroy(keyId)));
    const commitId = uuidv7();
    const ageing = { commitId, metadata: this.metadata(commitId), before: this.before, streams };
    try {
      await log.age(ageing).catch((error: unknown) => {
        if (error instanceof AppendOutcomeUnknown) return log.age(ageing);
        throw error;
      });
    } catch (error) {
      if (error instanceof RevisionConflict) return false;
      throw error;
    }
    this.keys += flowKeys.length;
    return true;
  }

  private metadata(commandId: string): CommitMetadata {
    const { projectId, actor, now: at } = this.options;
    return { projectId, actor, commandId, correlationId: commandId, causationId: commandId, at };
  }
}

/** `<project>/_/<subject>`: keys of flows outside any organization. A member's key is never a flow's (E12). */
const flowKeysOf = (events: readonly RecordedEvent[]): readonly string[] =>
  events
    .map(({ data }) => boxOf(data)?.key)
    .filter((keyId) => keyId !== undefined)
    .filter((keyId) => keyId.split('/')[1] === '_');

/** Whether a flow has ended is in clear: nothing is opened to find out. */
const closedKeys: KeyStore = {
  ensure: async () => undefined,
  find: async () => new Map(),
  destroyed: async (keyIds) => new Set(keyIds),
  destroy: async () => undefined,
  list: async () => [],
  close: async () => undefined,
};
