import type { DatabaseSync, StatementSync } from 'node:sqlite';
import {
  type Ageing,
  ageingCommit,
  type Appended,
  AppendOutcomeUnknown,
  checkCommit,
  type Commit,
  type EventLog,
  HeadWaiters,
  holds,
  type LogOperations,
  type LogStats,
  type LogStretch,
  type QuietPage,
  type QuietQuery,
  type RecordedEvent,
  type Reservation,
  type Verification,
} from '@muster/eventsourcing';
import { type Instant, instantAt, UnavailableError } from '@muster/kernel';
import { assertRestored } from './backup/restoring.ts';
import { type CheckedCommit, CommitWriter } from './commit-writer.ts';
import { eventLogFile } from './event-log.schema.ts';
import { EventReader } from './event-reader.ts';
import { GroupCommit } from './group-commit.ts';
import { LogCounter } from './log-stats.ts';
import { NewestEvents } from './newest-events.ts';
import { PayloadDropper } from './payload-dropper.ts';
import { ReservationTable } from './reservation-table.ts';
import { asUnavailable, openFile, whenFree } from './sqlite-file.ts';
import { ChainVerifier } from './verify-chain.ts';

export type SqliteEventLogOptions = {
  /** What `recordedAt` is taken from. */
  readonly clock?: () => Instant;
  /** Milliseconds to wait for other processes that write to the file. */
  readonly patience?: number;
};

/** How often to look for commits of other processes while somebody waits for them, in milliseconds. */
const POLL = 50;
/** Milliseconds for which what was read of other processes' commits is good enough for who waits for them. */
const SAME_MOMENT = 5;

/**
 * The event log in one SQLite file, which several processes of one host may write.
 *
 * @example
 * const log = await SqliteEventLog.open('.muster/events.db');
 */
export class SqliteEventLog implements EventLog, LogOperations {
  readonly durability = 'fsync';
  private readonly reader: EventReader;
  private readonly reservations: ReservationTable;
  private readonly payloads: PayloadDropper;
  private readonly group: GroupCommit<CheckedCommit, Appended>;
  private readonly selectHead: StatementSync;
  private readonly selectCommandHash: StatementSync;
  private readonly waiters = new HeadWaiters();
  private readonly newest = new NewestEvents();
  private pollTimer: NodeJS.Timeout | undefined;
  private closed = false;
  /** The head as it was last read, raised by what this process appended since; `at`: when it was read. */
  private seen = { head: 0, at: -Infinity };

  private constructor(
    private readonly database: DatabaseSync,
    readonly logId: string,
    private readonly patience: number,
    clock: () => Instant,
  ) {
    this.reader = new EventReader(database);
    this.reservations = new ReservationTable(database);
    this.payloads = new PayloadDropper(database);
    this.selectHead = database.prepare('SELECT max(position) AS head FROM events');
    this.selectCommandHash = database.prepare('SELECT command_hash FROM commits WHERE commit_id = ?');
    const writer = new CommitWriter(database, this.reader, this.reservations, this.payloads, logId, clock);
    this.group = new GroupCommit(database, {
      kind: eventLogFile,
      patience,
      perform: (group) => writer.take(group),
      outcomeUnknown: ({ commit }, cause) => new AppendOutcomeUnknown(commit.commitId, { cause }),
    });
  }

  /**
   * Opens the log in that file; makes a new one, with a new id, where there is no file.
   * @throws RestoreUnfinished
   */
  static async open(path: string, options: SqliteEventLogOptions = {}): Promise<SqliteEventLog> {
    const { clock = () => instantAt(Date.now()), patience = 5_000 } = options;
    assertRestored(path);
    const { database, id } = await openFile(path, eventLogFile);
    return new SqliteEventLog(database, id, patience, clock);
  }

  async append(commit: Commit): Promise<Appended> {
    return this.submit({ commit, payloads: checkCommit(commit) });
  }

  private async submit(checked: CheckedCommit): Promise<Appended> {
    if (this.closed) throw new UnavailableError(eventLogFile.name);
    const appended = await this.group.submit(checked);
    if (checked.dropping) this.newest.forget();
    else if (!appended.duplicate) this.newest.add(appended.events);
    this.seen.head = Math.max(this.seen.head, appended.position);
    this.waiters.notify(appended.position);
    return appended;
  }

  async quietStreams(query: QuietQuery): Promise<QuietPage> {
    return this.read(() => this.payloads.page(query));
  }

  async age(ageing: Ageing): Promise<Appended> {
    const commit = ageingCommit(ageing);
    return this.submit({ commit, payloads: checkCommit(commit), dropping: ageing.streams });
  }

  async stats(onProgress?: (position: number, head: number) => void): Promise<LogStats> {
    const counter = await this.read(() => new LogCounter(this.database, this.logId));
    try {
      return await counter.count(onProgress);
    } catch (error) {
      throw asUnavailable(eventLogFile, error);
    }
  }

  async readStream(
    stream: string,
    { upTo = Number.MAX_SAFE_INTEGER } = {},
  ): Promise<readonly RecordedEvent[]> {
    return this.read(() => this.reader.stream(stream, upTo));
  }

  async readAll(after: number, limit: number): Promise<readonly RecordedEvent[]> {
    const known = this.closed ? undefined : this.newest.after(after, limit);
    return known ?? this.read(() => this.reader.page(after, limit));
  }

  async readStretch(after: number, limit: number, categories: ReadonlySet<string>): Promise<LogStretch> {
    return this.read(() => this.reader.stretch(after, limit, [...categories]));
  }

  async findCommit(commitId: string) {
    return this.read(() => {
      const found = this.selectCommandHash.get(commitId);
      return found && { commandHash: String(found['command_hash']), events: this.reader.commit(commitId) };
    });
  }

  async reservation(key: string, at: Instant): Promise<Reservation | undefined> {
    const reservation = await this.read(() => this.reservations.get(key));
    return holds(reservation, at) ? reservation : undefined;
  }

  /** Read from the file: other processes move it too. */
  async head({ within = 0 } = {}): Promise<number> {
    return this.recentHead(within) ?? this.read(() => this.headNow());
  }

  /** Asking the file takes two locks, which is a good part of what a call that reads memory costs. */
  recentHead(within: number): number | undefined {
    const { head, at } = this.seen;
    return within > 0 && !this.closed && performance.now() - at < within ? head : undefined;
  }

  async changed(after: number, signal: AbortSignal): Promise<void> {
    const woken = this.waiters.wait(after, signal); // Before looking, so that no commit slips between.
    this.lookForCommits();
    await woken;
  }

  async verify(onProgress?: (position: number, head: number) => void): Promise<Verification> {
    const verifier = await this.read(() => new ChainVerifier(this.database, this.logId));
    try {
      return await verifier.verify(onProgress);
    } catch (error) {
      throw asUnavailable(eventLogFile, error);
    }
  }

  /** Makes the table of unique keys anew from the commits' own records. Writers wait meanwhile. */
  async rebuildReservations(): Promise<void> {
    await this.group.drained();
    await this.read(() => {
      this.database.exec('BEGIN IMMEDIATE');
      try {
        this.reservations.rebuild();
        this.database.exec('COMMIT');
      } catch (error) {
        this.database.exec('ROLLBACK');
        throw error;
      }
    });
  }

  /** Takes no more appends, answers those it took, then closes the file. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.group.drained();
    clearTimeout(this.pollTimer);
    this.waiters.notify(Infinity);
    this.database.close();
  }

  private read<T>(operation: () => T): Promise<T> {
    return whenFree(eventLogFile, this.patience, operation);
  }

  private headNow(): number {
    this.seen = { head: Number(this.selectHead.get()?.['head'] ?? 0), at: performance.now() };
    return this.seen.head;
  }

  /** SQLite tells nobody of another process's commit, so whoever waits looks. */
  private lookForCommits(): void {
    if (this.waiters.size === 0 || this.closed) return;
    try {
      // Whoever follows the log looks after each commit, all at the same moment.
      const isKnown = performance.now() - this.seen.at < SAME_MOMENT;
      this.waiters.notify(isKnown ? this.seen.head : this.headNow());
    } catch {
      // Locked for a moment: the next look will tell.
    }
    if (this.waiters.size === 0) return;
    this.pollTimer ??= setTimeout(() => {
      this.pollTimer = undefined;
      this.lookForCommits();
    }, POLL);
  }
}
