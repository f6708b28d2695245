import type { RecordedEvent } from '@muster/eventsourcing';
import { UnavailableError } from '@muster/kernel';
import { CommitNumbers } from './commit-numbers.ts';
import { DamagedLog } from './commit-assembler.ts';
import type { KurrentDbConnection } from './kurrentdb-connection.ts';
import { type Numbering, numberedIn } from './numbering.ts';
import { type NumberedCommit, placeOf, recordedEvent, type StoredRecord } from './records.ts';
import { FEED_STREAM } from './stream-names.ts';

/** Places in the feed that a reader of pages is likely to come back to. */
const REMEMBERED = 1_000;

/** Reads events with their positions: only those that have a number (E2). */
export class FeedReader {
  /** Which feed entry follows a position that ends one. */
  private readonly entryAfter = new Map<number, number>();

  constructor(
    private readonly connection: KurrentDbConnection,
    private readonly numbering: Numbering,
    private readonly numbers: CommitNumbers,
  ) {}

  /** The position of the newest event that has one. */
  async head(): Promise<number> {
    const newest = numberedIn(await this.connection.last(FEED_STREAM));
    if (newest) this.numbering.advance(newest);
    return newest?.last ?? 0;
  }

  async page(after: number, limit: number): Promise<readonly RecordedEvent[]> {
    if (limit <= 0) return [];
    const entries = await this.entries(await this.locate(after), limit);
    const wanted = entries.filter(({ first, last }) => last > after && first <= after + limit);
    const last = wanted.at(-1);
    if (!last) return [];
    this.remember(last);
    const events = await this.events(wanted);
    return events.filter(({ position }) => position > after && position <= after + limit);
  }

  /** The events of a stream at or before a position. Waits for the numbers of those that were written just now. */
  async stream(name: string, upTo: number): Promise<readonly RecordedEvent[]> {
    const records = await this.connection.stream(name);
    const numbered = await this.numbers.ofAll(records.map(commitIdOf));
    return records
      .map((record) => recordedEvent(record, numbered.get(commitIdOf(record))!))
      .filter(({ position }) => position <= upTo);
  }

  /** The events of commits that follow one another in the feed. */
  async events(commits: readonly NumberedCommit[]): Promise<readonly RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    const expected = commits.flatMap((commit) =>
      Array.from({ length: commit.last - commit.first + 1 }, (_, index) => ({ commit, index })),
    );
    let from = commits[0]?.at ?? 0;
    while (events.length < expected.length) {
      const records = await this.connection.all(from, expected.length - events.length + 1, 'aggregates');
      const before = events.length;
      for (const record of records) {
        const next = expected[events.length];
        const place = placeOf(record);
        if (next && place?.commitId === next.commit.commitId && place.index === next.index)
          events.push(recordedEvent(record, next.commit));
      }
      const end = records.at(-1)?.at ?? from;
      if (events.length === before && end === from) throw missing(expected[before]!);
      from = end;
    }
    return events;
  }

  private async entries(from: number, limit: number): Promise<readonly NumberedCommit[]> {
    const entries = (await this.connection.stream(FEED_STREAM, from, limit)).map(numberedIn);
    return entries.filter((entry) => entry !== undefined);
  }

  /** The feed entry that holds the event after a position: every commit has at least one. */
  private async locate(after: number): Promise<number> {
    if (after > this.numbering.tail.last) await this.head();
    const { tail } = this.numbering;
    if (after >= tail.last) return tail.number;
    let [low, high] = [0, Math.min(after, tail.number)];
    const remembered = this.entryAfter.get(after);
    if (remembered !== undefined) return remembered;
    while (low < high) {
      const middle = (low + high) >> 1;
      const [entry] = await this.entries(middle, 1);
      if (!entry) throw new UnavailableError('event log');
      if (entry.last > after) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  private remember({ last, number }: NumberedCommit): void {
    this.entryAfter.set(last, number);
    if (this.entryAfter.size > REMEMBERED) this.entryAfter.delete(this.entryAfter.keys().next().value!);
  }
}

const commitIdOf = (record: StoredRecord): string => {
  const place = placeOf(record);
  if (place) return place.commitId;
  throw new DamagedLog(`stream ${record.stream} holds an event of no commit at revision ${record.revision}`);
};

const missing = ({ commit, index }: { readonly commit: NumberedCommit; readonly index: number }) =>
  new DamagedLog(`event ${commit.first + index} of commit ${commit.number} is missing`);
