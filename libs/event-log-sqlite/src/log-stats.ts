import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Amount, LogStats } from '@muster/eventsourcing';
import type { Instant } from '@muster/kernel';

const EVENTS_PER_PAGE = 10_000;
const STREAMS_PER_PAGE = 20_000;
const NOTHING: Amount = { streams: 0, events: 0, bytes: 0, aged: 0 };

type End = {
  readonly head: number;
  readonly commits: number;
  readonly streams: number;
  readonly first: Instant | null;
  readonly last: Instant | null;
};
type Row = { readonly category: string } & Amount;

/** Counts what a log holds, in pages: nobody waits for long. */
export class LogCounter {
  private readonly end: StatementSync;
  private readonly events: StatementSync;
  private readonly streams: StatementSync;
  private readonly amounts = new Map<string, Amount>();

  constructor(
    private readonly database: DatabaseSync,
    private readonly logId: string,
  ) {
    this.end = database.prepare(
      `SELECT (SELECT ifnull(max(position), 0) FROM events) AS head,
         (SELECT ifnull(max(number), 0) FROM commits) AS commits,
         (SELECT ifnull(max(number), 0) FROM streams) AS streams,
         (SELECT recorded_at FROM commits ORDER BY number LIMIT 1) AS first,
         (SELECT recorded_at FROM commits ORDER BY number DESC LIMIT 1) AS last`,
    );
    this.events = database.prepare(
      `SELECT substr(s.name, 1, instr(s.name, '-') - 1) AS category, 0 AS streams, count(*) AS events,
         ifnull(sum(octet_length(e.data)), 0) AS bytes, sum(e.data IS NULL) AS aged
       FROM events e JOIN streams s ON s.number = e.stream_number
       WHERE e.position > ? AND e.position <= ? GROUP BY 1`,
    );
    this.streams = database.prepare(
      `SELECT substr(name, 1, instr(name, '-') - 1) AS category, count(*) AS streams, 0 AS events, 0 AS bytes,
         0 AS aged FROM streams WHERE number > ? AND number <= ? GROUP BY 1`,
    );
  }

  async count(onProgress?: (position: number, head: number) => void): Promise<LogStats> {
    const { head, commits, streams, first, last } = this.end.get() as End;
    for (let after = 0; after < streams; after += STREAMS_PER_PAGE) {
      this.add(this.streams.all(after, Math.min(streams, after + STREAMS_PER_PAGE)));
      await nextTurn();
    }
    for (let after = 0; after < head; after += EVENTS_PER_PAGE) {
      const to = Math.min(head, after + EVENTS_PER_PAGE);
      this.add(this.events.all(after, to));
      onProgress?.(to, head);
      await nextTurn();
    }
    return {
      logId: this.logId,
      head,
      commits,
      total: [...this.amounts.values()].reduce(plus, NOTHING),
      categories: Object.fromEntries([...this.amounts].toSorted(([a], [b]) => (a < b ? -1 : 1))),
      firstRecordedAt: first,
      lastRecordedAt: last,
      fileBytes: this.pragma('page_count') * this.pragma('page_size'),
    };
  }

  private add(rows: unknown): void {
    for (const { category, ...amount } of rows as readonly Row[])
      this.amounts.set(category, plus(this.amounts.get(category) ?? NOTHING, amount));
  }

  private pragma(name: 'page_count' | 'page_size'): number {
    return Number(this.database.prepare(`PRAGMA ${name}`).get()?.[name]);
  }
}

const plus = (a: Amount, b: Amount): Amount => ({
  streams: a.streams + b.streams,
  events: a.events + b.events,
  bytes: a.bytes + b.bytes,
  aged: a.aged + b.aged,
});
