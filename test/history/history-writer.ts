import {
  type Commit,
  EventCodec,
  type EventLog,
  type KeyStore,
  type LookupHash,
  streamName,
} from '@muster/eventsourcing';
import { canonicalJson, type Instant } from '@muster/kernel';
import { aggregates } from './aggregates.ts';
import type { AnyTold, Step } from './told.ts';

/** Commits per round: encoded side by side, then handed to the log's group commit in order. */
const WAVE = 512;

type Pending = {
  readonly step: Step;
  readonly commitId: string;
  readonly parts: readonly (readonly [
    AnyTold,
    Step['decided'] extends Map<unknown, infer Part> ? Part : never,
  ])[];
};

/** Writes steps as the services write them: through their codec, with their reservations, at the revisions they saw. */
export class HistoryWriter {
  /** Events handed over so far. */
  events = 0;
  commits = 0;
  /** When the log is to say it took each commit, in the order of the commits. */
  private readonly instants: Instant[] = [];
  private pending: Pending[] = [];
  private readonly codec: EventCodec;

  constructor(
    private readonly platform: {
      readonly log: EventLog;
      readonly keys: KeyStore;
      readonly lookupHash: LookupHash;
      readonly projectId: string;
      /** The clock that the log was opened with takes its time from here. */
      readonly clock: { now: () => Instant };
    },
  ) {
    this.codec = new EventCodec(platform.keys, aggregates);
    platform.clock.now = () => this.instants.shift()!;
  }

  get isFull(): boolean {
    return this.pending.length >= WAVE;
  }

  tell(step: Step, commitId: string): void {
    if (step.decided.size === 0) return;
    const parts = [...step.decided];
    this.pending.push({ step, commitId, parts });
    this.commits++;
    for (const [, { events }] of parts) this.events += events.length;
  }

  async flush(): Promise<void> {
    const wave = this.pending;
    this.pending = [];
    const commits = await Promise.all(wave.map((pending) => this.commitOf(pending)));
    for (const { metadata } of commits) this.instants.push(metadata.at);
    await Promise.all(commits.map((commit) => this.platform.log.append(commit)));
  }

  private async commitOf({ step, commitId, parts }: Pending): Promise<Commit> {
    const { lookupHash, projectId } = this.platform;
    const { actor, at, doing } = step;
    const asked = parts.map(([{ type, id }]) => streamName(type.category, id));
    return {
      commitId,
      commandHash: lookupHash('command', canonicalJson({ doing, asked })),
      metadata: { projectId, actor, commandId: commitId, correlationId: commitId, causationId: commitId, at },
      writes: await Promise.all(
        parts.map(async ([{ type, id }, { revision, events }]) => ({
          stream: streamName(type.category, id),
          organizationId: id.organizationId,
          expect: revision < 0 ? ('noStream' as const) : { revision },
          events: await this.codec.encode(type.category, id, events),
        })),
      ),
      conditions: [],
      reservations: parts.flatMap(([{ type, id }, { events }]) =>
        events.flatMap((event) => type.reservations?.(event, id, lookupHash) ?? []),
      ),
    };
  }
}
