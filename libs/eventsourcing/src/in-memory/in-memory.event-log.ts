import { type Instant, instantAt, type JsonObject } from '@muster/kernel';
import { v7 as uuidv7 } from 'uuid';
import { ageingCommit } from '../ageing/ageing-record.ts';
import type {
  Ageing,
  Amount,
  LogOperations,
  LogStats,
  QuietPage,
  QuietQuery,
} from '../ageing/log-operations.ts';
import { agedPayload } from '../ageing/retention.ts';
import { holds, judge, type StreamHead } from '../commit-rules.ts';
import type {
  Appended,
  Commit,
  EventLog,
  RecordedEvent,
  Reservation,
  StreamWrite,
  Verification,
} from '../event-log.ts';
import { HeadWaiters } from '../head-waiters.ts';
import { checkCommit } from '../limits.ts';
import { CommitIdReused } from '../log-errors.ts';
import { categoryOf } from '../stream-name.ts';

type StoredCommit = { readonly commandHash: string; readonly first: number; readonly last: number };
/** Data is kept as JSON, so that no reader can change what is stored. */
type StoredEvent = Omit<RecordedEvent, 'data'> & { payload: string | null };

const STREAMS_PER_PAGE = 500;

/** An event log that is gone with its process: for tests, and the measure of every other adapter. */
export class InMemoryEventLog implements EventLog, LogOperations {
  readonly logId: string;
  readonly durability = 'memory';
  private readonly events: StoredEvent[] = [];
  private readonly commits = new Map<string, StoredCommit>();
  private readonly streams = new Map<string, StreamHead & { readonly positions: number[] }>();
  private readonly reservations = new Map<string, Reservation>();
  private readonly waiters = new HeadWaiters();
  private readonly clock: () => Instant;

  /** @param from begins with all that this one holds, as the same log; from then on they know nothing of each other */
  constructor(options: { readonly clock?: () => Instant; readonly from?: InMemoryEventLog } = {}) {
    const { from } = options;
    this.clock = options.clock ?? from?.clock ?? (() => instantAt(Date.now()));
    this.logId = from?.logId ?? uuidv7();
    if (from) this.takeOver(from);
  }

  async append(commit: Commit): Promise<Appended> {
    const payloads = checkCommit(commit);
    const earlier = this.commits.get(commit.commitId);
    if (earlier && earlier.commandHash !== commit.commandHash) throw new CommitIdReused(commit.commitId);
    if (earlier) return { position: earlier.last, duplicate: true, events: this.between(earlier) };

    const judgement = judge(commit, {
      streamHead: (stream) => this.streams.get(stream),
      reservation: (key) => this.reservations.get(key),
    });
    if (judgement.rejection) throw judgement.rejection;
    for (const [key, reservation] of judgement.reservations)
      if (reservation) this.reservations.set(key, reservation);
      else this.reservations.delete(key);
    return this.store(commit, payloads);
  }

  async readStream(stream: string, { upTo = Infinity } = {}): Promise<readonly RecordedEvent[]> {
    const positions = this.streams.get(stream)?.positions ?? [];
    return positions.filter((position) => position <= upTo).map((position) => this.at(position));
  }

  async readAll(after: number, limit: number): Promise<readonly RecordedEvent[]> {
    return this.events.slice(after, after + limit).map(recorded);
  }

  async findCommit(commitId: string) {
    const commit = this.commits.get(commitId);
    return commit && { commandHash: commit.commandHash, events: this.between(commit) };
  }

  async reservation(key: string, at: Instant): Promise<Reservation | undefined> {
    const reservation = this.reservations.get(key);
    return holds(reservation, at) ? reservation : undefined;
  }

  async head(): Promise<number> {
    return this.events.length;
  }

  recentHead(_within: number): number | undefined {
    return this.events.length;
  }

  async changed(after: number, signal: AbortSignal): Promise<void> {
    if (this.events.length <= after) await this.waiters.wait(after, signal);
  }

  /** There are no stored bytes that could have been altered. */
  async verify(onProgress?: (position: number, head: number) => void): Promise<Verification> {
    const head = this.events.length;
    onProgress?.(head, head);
    return { ok: true, commits: this.commits.size, events: head, aged: this.agedEvents, head };
  }

  async quietStreams({ category, projectId, before, upTo, after }: QuietQuery): Promise<QuietPage> {
    const prefix = `${category}-${projectId}.`;
    const names = [...this.streams.keys()]
      .filter((name) => name.startsWith(prefix) && name > after)
      .toSorted();
    const page = names.slice(0, STREAMS_PER_PAGE);
    const quiet = page.filter((name) => {
      const { payload, position, recordedAt } = this.events[this.streams.get(name)!.positions.at(-1)! - 1]!;
      return payload !== null && position <= upTo && recordedAt < before;
    });
    const streams = quiet.map((stream) => {
      const { organizationId, revision } = this.streams.get(stream)!;
      return { stream, organizationId, revision };
    });
    return { streams, looked: page.length, next: page.length < names.length ? page.at(-1) : undefined };
  }

  async age(ageing: Ageing): Promise<Appended> {
    const appended = await this.append(ageingCommit(ageing));
    for (const { stream } of ageing.streams)
      for (const position of this.streams.get(stream)!.positions) this.events[position - 1]!.payload = null;
    return appended;
  }

  async stats(onProgress?: (position: number, head: number) => void): Promise<LogStats> {
    const head = this.events.length;
    onProgress?.(head, head);
    const categories = [...new Set([...this.streams.keys()].map(categoryOf))].toSorted();
    return {
      logId: this.logId,
      head,
      commits: this.commits.size,
      total: this.amount([...this.streams.keys()]),
      categories: Object.fromEntries(
        categories.map((category) => [
          category,
          this.amount([...this.streams.keys()].filter((name) => categoryOf(name) === category)),
        ]),
      ),
      firstRecordedAt: this.events[0]?.recordedAt ?? null,
      lastRecordedAt: this.events.at(-1)?.recordedAt ?? null,
      fileBytes: null,
    };
  }

  async close(): Promise<void> {
    this.waiters.notify(Infinity);
  }

  private takeOver({ events, commits, streams, reservations }: InMemoryEventLog): void {
    for (const event of events) this.events.push({ ...event });
    for (const [id, commit] of commits) this.commits.set(id, commit);
    for (const [name, head] of streams) this.streams.set(name, { ...head, positions: [...head.positions] });
    for (const [key, reservation] of reservations) this.reservations.set(key, reservation);
  }

  private get agedEvents(): number {
    return this.events.filter(({ payload }) => payload === null).length;
  }

  private amount(names: readonly string[]): Amount {
    const events = names.flatMap((name) =>
      this.streams.get(name)!.positions.map((position) => this.events[position - 1]!),
    );
    return {
      streams: names.length,
      events: events.length,
      bytes: events.reduce((bytes, { payload }) => bytes + Buffer.byteLength(payload ?? ''), 0),
      aged: events.filter(({ payload }) => payload === null).length,
    };
  }

  private store(commit: Commit, payloads: readonly string[]): Appended {
    const first = this.events.length + 1;
    const last = this.events.length + payloads.length;
    const now = this.clock();
    const previously = this.events.at(-1)?.recordedAt ?? now;
    const recordedAt = now > previously ? now : previously;
    for (const write of commit.writes) this.storeWrite(commit, write, recordedAt, payloads, first);
    this.commits.set(commit.commitId, { commandHash: commit.commandHash, first, last });
    this.waiters.notify(last);
    return { position: last, duplicate: false, events: this.between({ first, last }) };
  }

  private storeWrite(
    { commitId, metadata: given }: Commit,
    { stream, organizationId, events }: StreamWrite,
    recordedAt: Instant,
    payloads: readonly string[],
    first: number,
  ): void {
    const { revision = -1, positions = [] } = this.streams.get(stream) ?? {};
    const metadata = { ...given };
    for (const [index, { eventId, type, schemaVersion }] of events.entries()) {
      const position = this.events.length + 1;
      const header = { eventId, type, schemaVersion, position, stream, revision: revision + 1 + index };
      const payload = payloads[position - first]!;
      this.events.push({ ...header, organizationId, commitId, metadata, recordedAt, payload });
      positions.push(position);
    }
    this.streams.set(stream, { revision: revision + events.length, organizationId, positions });
  }

  private between({ first, last }: Omit<StoredCommit, 'commandHash'>): readonly RecordedEvent[] {
    return this.events.slice(first - 1, last).map(recorded);
  }

  private at(position: number): RecordedEvent {
    return recorded(this.events[position - 1]!);
  }
}

const recorded = ({ payload, ...event }: StoredEvent): RecordedEvent => ({
  ...event,
  data: payload === null ? agedPayload : (JSON.parse(payload) as JsonObject),
});
