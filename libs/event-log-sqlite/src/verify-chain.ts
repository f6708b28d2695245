import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Verification } from '@muster/eventsourcing';
import { type ChainedEvent, commitHash, contentHash, genesisHash } from './commit-chain.ts';
import { DroppedPayloads } from './dropped-payloads.ts';
import { isDamage } from './sqlite-file.ts';

type CommitRow = {
  readonly number: number;
  readonly commitId: string;
  readonly commandHash: string;
  readonly first: number;
  readonly last: number;
  readonly recordedAt: string;
  readonly metadata: string;
  readonly reservations: string;
  readonly hash: string;
};
type EventRow = readonly [...ChainedEvent, commitNumber: number, data: string | null];

/** The kept head (null in a new log) and what there is, as of one moment. */
type End = {
  readonly position: number | null;
  readonly hash: string | null;
  readonly lastEvent: number;
  readonly lastCommit: number;
};

const COMMITS_PER_PAGE = 100;

/** The first thing wrong, thrown to end the walk. */
class Broken extends Error {
  constructor(
    readonly position: number,
    problem: string,
  ) {
    super(problem);
  }
}

/** Walks the hash chain from the beginning (E4). Reads in pages and lets others work in between. */
export class ChainVerifier {
  private readonly commits: StatementSync;
  private readonly events: StatementSync;
  private readonly selectEnd: StatementSync;
  private position = 0;
  private commit = 0;
  private hash: string;
  private aged = 0;
  private readonly dropped = new DroppedPayloads();

  constructor(database: DatabaseSync, logId: string) {
    this.hash = genesisHash(logId);
    this.selectEnd = database.prepare(
      `SELECT position, hash, (SELECT ifnull(max(position), 0) FROM events) AS lastEvent,
         (SELECT ifnull(max(number), 0) FROM commits) AS lastCommit FROM (SELECT 1) LEFT JOIN head`,
    );
    this.commits = database.prepare(
      `SELECT number, commit_id AS commitId, command_hash AS commandHash, first_position AS first,
         last_position AS last, recorded_at AS recordedAt, metadata, reservations, hash
       FROM commits WHERE number > ? AND number <= ? ORDER BY number LIMIT ${COMMITS_PER_PAGE}`,
    );
    this.events = database.prepare(
      `SELECT e.position, s.name, s.organization_id, e.revision, e.event_id, e.type, e.schema_version,
         e.content_hash, e.commit_number, e.data
       FROM events e LEFT JOIN streams s ON s.number = e.stream_number
       WHERE e.position BETWEEN ? AND ? ORDER BY e.position`,
    );
    this.events.setReturnArrays(true);
  }

  async verify(onProgress?: (position: number, head: number) => void): Promise<Verification> {
    try {
      const end = this.selectEnd.get() as End;
      while (this.commit < end.lastCommit) {
        this.page(end.lastCommit);
        onProgress?.(this.position, end.lastEvent);
        await nextTurn();
      }
      this.end(end);
      const taken = this.dropped.first();
      if (taken !== undefined)
        throw new Broken(taken, `the payload of event ${taken} is gone, and no ageing is on record for it`);
      const { commit: commits, position: events, aged } = this;
      return { ok: true, commits, events, aged, head: end.lastEvent };
    } catch (error) {
      if (error instanceof Broken) return { ok: false, position: error.position, problem: error.message };
      if (isDamage(error))
        return { ok: false, position: this.position + 1, problem: `the file is damaged: ${error.message}` };
      throw error;
    }
  }

  private page(to: number): void {
    const rows = this.commits.all(this.commit, to) as unknown as readonly CommitRow[];
    if (rows.length === 0) throw new Broken(this.position + 1, `commit ${this.commit + 1} is missing`);
    const events = this.events.all(rows[0]!.first, rows.at(-1)!.last) as unknown as readonly EventRow[];
    let next = 0;
    for (const row of rows) {
      const count = row.last - row.first + 1;
      this.one(row, events.slice(next, next + count));
      next += count;
    }
  }

  private one(row: CommitRow, events: readonly EventRow[]): void {
    const number = this.commit + 1;
    const first = this.position + 1;
    if (row.number !== number) throw new Broken(first, `commit ${number} is missing`);
    if (row.first !== first || row.last < first)
      throw new Broken(
        first,
        `commit ${number} was altered: it claims positions ${row.first} to ${row.last}`,
      );
    for (let position = first; position <= row.last; position++)
      this.event(events[position - first], position, number);
    const chained = events.map((event) => event.slice(0, 8) as unknown as ChainedEvent);
    const hash = commitHash(this.hash, { ...row, events: chained });
    if (hash !== row.hash) throw new Broken(first, `commit ${number} was altered, or is not where it was`);
    this.commit = number;
    this.position = row.last;
    this.hash = hash;
  }

  private event(row: EventRow | undefined, position: number, commit: number): void {
    if (row?.[0] !== position) throw new Broken(position, `event ${position} of commit ${commit} is missing`);
    if (row[8] !== commit) throw new Broken(position, `event ${position} was moved to commit ${row[8]}`);
    const [type, data] = [row[5], row[9]];
    if (data !== null && contentHash(data) !== row[7])
      throw new Broken(position, `the data of event ${position} in commit ${commit} was altered`);
    if (data === null) {
      this.aged++;
      const problem = this.dropped.missing(position, type);
      if (problem !== undefined) throw new Broken(position, problem);
    }
    this.dropped.seen(type, data);
  }

  /** What was cut off the end leaves no gap behind, so the head is kept apart. */
  private end({ position, hash, lastEvent }: End): void {
    const head = position ?? 0;
    if (this.position < head)
      throw new Broken(this.position + 1, `the log is cut off before its head ${head}`);
    if (this.position < lastEvent)
      throw new Broken(this.position + 1, `event ${this.position + 1} is of no commit`);
    if (this.position > head || (hash !== null && this.hash !== hash))
      throw new Broken(head, `the head ${head} was altered: the log ends at ${this.position}`);
  }
}
