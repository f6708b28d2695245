import {
  type Appended,
  AppendOutcomeUnknown,
  type Commit,
  CommitIdReused,
  type Expectation,
  judge,
  type RecordedEvent,
  type Reservation,
  type StreamHead,
} from '@muster/eventsourcing';
import { type Instant, type JsonObject, UnavailableError } from '@muster/kernel';
import type { CommitNumbers, FoundCommit } from './commit-numbers.ts';
import type { FeedReader } from './feed-reader.ts';
import type { Check, KurrentDbConnection } from './kurrentdb-connection.ts';
import { appendError } from './kurrentdb-errors.ts';
import type { Numbering } from './numbering.ts';
import {
  commitRecord,
  eventRecord,
  keyRecord,
  type NewRecord,
  type NumberedCommit,
  organizationOf,
  recordedEvent,
  reservationIn,
} from './records.ts';
import { commitStream, keyStream } from './stream-names.ts';

/** Whoever loses a race looks again; each loss is another commit's success, so this many mean that something is wrong. */
const ATTEMPTS = 500;

type KeyState = { readonly revision: number; readonly held: Reservation | undefined };

/** What the commit depends on, each part as it was when it was read; the append checks that it still is. */
type Observed = {
  readonly streams: ReadonlyMap<string, StreamHead | undefined>;
  readonly keys: ReadonlyMap<string, KeyState>;
};

/** Judges a commit by what the log says, and writes it on the condition that the log still says so (E1, E3). */
export class CommitAppender {
  constructor(
    private readonly connection: KurrentDbConnection,
    private readonly numbering: Numbering,
    private readonly numbers: CommitNumbers,
    private readonly reader: FeedReader,
    private readonly options: { readonly clock: () => Instant; readonly patience: number },
  ) {}

  /** Takes a commit that is within the limits, with its events' data as JSON. */
  async append(given: Commit, payloads: readonly string[]): Promise<Appended> {
    const commit = frozen(given, payloads);
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const [found, observed] = await Promise.all([this.numbers.find(commit.commitId), this.observe(commit)]);
      if (found) return this.repeated(commit, found);
      const judgement = judge(commit, {
        streamHead: (stream) => observed.streams.get(stream),
        reservation: (key) => observed.keys.get(key)?.held,
      });
      if (judgement.rejection) {
        // What it met may be its own twin's facts: then the twin's result is the answer (E5).
        const twin = await this.numbers.find(commit.commitId);
        if (twin) return this.repeated(commit, twin);
        throw judgement.rejection;
      }
      const appended = await this.write(commit, observed, judgement.reservations);
      if (appended) return appended;
    }
    throw new UnavailableError('event log');
  }

  private async observe({ writes, conditions, reservations }: Commit): Promise<Observed> {
    const names = [...writes, ...conditions].map(({ stream }) => stream);
    const keys = [...new Set(reservations.map(({ key }) => key))];
    const heads = Promise.all(names.map(async (name) => [name, await this.streamHead(name)] as const));
    const held = Promise.all(keys.map(async (key) => [key, await this.key(key)] as const));
    return { streams: new Map(await heads), keys: new Map(await held) };
  }

  private async streamHead(stream: string): Promise<StreamHead | undefined> {
    const last = await this.connection.last(stream);
    return last && { revision: last.revision, organizationId: organizationOf(last) };
  }

  async key(key: string): Promise<KeyState> {
    const last = await this.connection.last(keyStream(key));
    return { revision: last?.revision ?? -1, held: reservationIn(last) };
  }

  /** Undefined where something changed since it was observed: nothing was written. */
  private async write(
    commit: Commit,
    observed: Observed,
    reservations: ReadonlyMap<string, Reservation | undefined>,
  ): Promise<Appended | undefined> {
    const { commitId } = commit;
    const events = commit.writes.flatMap((write) => write.events.map((event) => ({ write, event })));
    const eventRecords = events.map(({ write, event }, index) => eventRecord(commit, write, event, index));
    const records = [
      commitRecord(commit, this.options.clock()),
      ...eventRecords,
      ...[...reservations].map(([key, held]) => keyRecord(key, held)),
    ];
    const coming = this.numbering.wait(commitId, this.options.patience);
    coming.catch(() => undefined);
    const outcome = await this.connection
      .append(records, checksOf(commit, observed))
      .catch((error: unknown) => {
        throw appendError(error, commitId);
      });
    if (outcome === 'violated') return undefined;
    const numbered = await coming.catch((cause: unknown) => {
      throw new AppendOutcomeUnknown(commitId, { cause });
    });
    if (!numbered)
      throw new AppendOutcomeUnknown(commitId, { cause: new Error('written, and not numbered yet') });
    return appended(eventRecords, outcome.revisions, numbered);
  }

  private async repeated(commit: Commit, { record }: FoundCommit): Promise<Appended> {
    if (record.commandHash !== commit.commandHash) throw new CommitIdReused(commit.commitId);
    const numbered = await this.numbers.of(commit.commitId);
    return { position: numbered.last, duplicate: true, events: await this.reader.events([numbered]) };
  }
}

/** A copy with the data that was counted: what the caller does to its own while this waits changes nothing. */
const frozen = (commit: Commit, payloads: readonly string[]): Commit => {
  let next = 0;
  const { metadata } = commit;
  return {
    ...commit,
    metadata: { ...metadata },
    writes: commit.writes.map((write) => ({
      ...write,
      events: write.events.map((event) => ({
        ...event,
        data: JSON.parse(payloads[next++]!) as JsonObject,
      })),
    })),
  };
};

/**
 * The commit id must be new and each key as it was read. A stream that is there keeps its organization for ever, so it
 * is checked for what the command asks and no more: writers that expect nothing do not get into each other's way.
 */
const checksOf = (
  { commitId, writes, conditions }: Commit,
  { streams, keys }: Observed,
): readonly Check[] => [
  { stream: commitStream(commitId), state: 'no_stream' },
  ...writes.map(({ stream, expect }) => ({
    stream,
    state: streams.get(stream) ? stateOf(expect) : ('no_stream' as const),
  })),
  ...conditions.map(({ stream, expect }) => ({ stream, state: stateOf(expect) })),
  ...[...keys].map(([key, { revision }]) => ({
    stream: keyStream(key),
    state: revision < 0 ? ('no_stream' as const) : revision,
  })),
];

const stateOf = (expect: Expectation): Check['state'] => {
  if (expect === 'any') return 'any';
  if (expect === 'noStream') return 'no_stream';
  return expect === 'exists' ? 'stream_exists' : expect.revision;
};

const appended = (
  records: readonly NewRecord[],
  revisions: ReadonlyMap<string, number>,
  numbered: NumberedCommit,
): Appended => {
  const left = new Map<string, number>();
  for (const { stream } of records) left.set(stream, (left.get(stream) ?? 0) + 1);
  const events = records.map((record): RecordedEvent => {
    const after = left.get(record.stream)! - 1;
    left.set(record.stream, after);
    const data = structuredClone(record.data);
    return recordedEvent({ ...record, data, revision: revisions.get(record.stream)! - after }, numbered);
  });
  return { position: numbered.last, duplicate: false, events };
};
