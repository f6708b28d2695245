import {
  type Ageing,
  type Appended,
  checkCommit,
  type Commit,
  type Durability,
  type EventLog,
  holds,
  type LogOperations,
  type LogStats,
  type QuietPage,
  type QuietQuery,
  type RecordedEvent,
  type Reservation,
  type Verification,
} from '@muster/eventsourcing';
import { type Instant, instantAt, UnavailableError } from '@muster/kernel';
import { AgeingUnsupported } from './ageing-unsupported.ts';
import { CommitAppender } from './commit-appender.ts';
import { CommitNumbers } from './commit-numbers.ts';
import { durabilityOf } from './durability.ts';
import { feedStart } from './feed-chain.ts';
import { FeedReader } from './feed-reader.ts';
import { FeedVerifier } from './feed-verifier.ts';
import { KurrentDbConnection } from './kurrentdb-connection.ts';
import { LogFollower } from './log-follower.ts';
import { openLogId } from './log-identity.ts';
import { countLog } from './log-counter.ts';
import { Numbering, numberedIn } from './numbering.ts';
import { Sequencer } from './sequencer.ts';
import { requireFitServer } from './server-requirements.ts';
import { FEED_STREAM } from './stream-names.ts';

export type KurrentDbEventLogOptions = {
  /** What `recordedAt` is made from. */
  readonly clock?: () => Instant;
  /** Milliseconds to wait for the number of a commit that was written. */
  readonly patience?: number;
  /** Milliseconds that commits may go without a number before this process numbers them in the place of another. */
  readonly standby?: number;
  /** Which of several logs in that server; letters, digits and `_`. */
  readonly space?: string;
};

/**
 * The event log in KurrentDB 26.1 or newer, for any number of processes. A commit is one append; its positions come from
 * the one follower that numbers at the time (E4), and an append is answered when it has them.
 *
 * @example
 * const log = await KurrentDbEventLog.open('kurrentdb://localhost:2113?tls=false');
 */
export class KurrentDbEventLog implements EventLog, LogOperations {
  private readonly reader: FeedReader;
  private readonly numbers: CommitNumbers;
  private readonly appender: CommitAppender;
  private readonly sequencer: Sequencer;
  private readonly follower: LogFollower;
  private readonly appending = new Set<Promise<unknown>>();
  private seenAt = -Infinity;
  private closed = false;

  private constructor(
    private readonly connection: KurrentDbConnection,
    private readonly numbering: Numbering,
    readonly logId: string,
    readonly durability: Durability,
    { clock = () => instantAt(Date.now()), patience = 5_000, standby = 300 }: KurrentDbEventLogOptions,
  ) {
    this.numbers = new CommitNumbers(connection, numbering, patience);
    this.reader = new FeedReader(connection, numbering, this.numbers);
    this.appender = new CommitAppender(connection, numbering, this.numbers, this.reader, { clock, patience });
    this.sequencer = new Sequencer(connection, numbering, standby);
    this.follower = new LogFollower(connection, this.sequencer, numbering);
    this.follower.start();
  }

  /**
   * Opens the log of that server; begins one, with a new id, where there is none.
   * @throws ServerUnfit where the server is too old to keep commits whole, or takes no append as large as a commit
   */
  static async open(url: string, options: KurrentDbEventLogOptions = {}): Promise<KurrentDbEventLog> {
    const connection = await KurrentDbConnection.open(url, options.space);
    try {
      await requireFitServer(connection);
      const logId = await openLogId(connection);
      const tail = numberedIn(await connection.last(FEED_STREAM)) ?? feedStart(logId);
      return new KurrentDbEventLog(connection, new Numbering(tail), logId, durabilityOf(url), options);
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  async append(commit: Commit): Promise<Appended> {
    const payloads = checkCommit(commit);
    this.assertOpen();
    const appending = this.appender.append(commit, payloads);
    this.appending.add(appending);
    try {
      return await appending;
    } finally {
      this.appending.delete(appending);
    }
  }

  async readStream(
    stream: string,
    { upTo = Number.MAX_SAFE_INTEGER } = {},
  ): Promise<readonly RecordedEvent[]> {
    this.assertOpen();
    return this.reader.stream(stream, upTo);
  }

  async readAll(after: number, limit: number): Promise<readonly RecordedEvent[]> {
    this.assertOpen();
    return this.reader.page(after, limit);
  }

  async findCommit(commitId: string) {
    this.assertOpen();
    const found = await this.numbers.find(commitId);
    if (!found) return undefined;
    const numbered = found.numbered ?? (await this.numbers.of(commitId));
    return { commandHash: found.record.commandHash, events: await this.reader.events([numbered]) };
  }

  async reservation(key: string, at: Instant): Promise<Reservation | undefined> {
    this.assertOpen();
    const { held } = await this.appender.key(key);
    return holds(held, at) ? held : undefined;
  }

  async head({ within = 0 } = {}): Promise<number> {
    this.assertOpen();
    const recent = this.recentHead(within);
    if (recent !== undefined) return recent;
    const now = performance.now();
    const head = await this.reader.head();
    this.seenAt = now;
    return Math.max(head, this.numbering.tail.last);
  }

  /** What this process appended is among what it knows: an append is answered when it has its number. */
  recentHead(within: number): number | undefined {
    const isRecent = within > 0 && !this.closed && performance.now() - this.seenAt < within;
    return isRecent ? this.numbering.tail.last : undefined;
  }

  async changed(after: number, signal: AbortSignal): Promise<void> {
    const woken = this.numbering.heads.wait(after, signal); // Before looking, so that no commit slips between.
    this.numbering.heads.notify(this.closed ? Infinity : this.numbering.tail.last);
    await woken;
  }

  async verify(onProgress?: (position: number, head: number) => void): Promise<Verification> {
    this.assertOpen();
    return new FeedVerifier(this.connection, this.logId).verify(onProgress);
  }

  async stats(onProgress?: (position: number, head: number) => void): Promise<LogStats> {
    this.assertOpen();
    return countLog(this.reader, this.logId, onProgress);
  }

  /** @throws AgeingUnsupported */
  async quietStreams(_query: QuietQuery): Promise<QuietPage> {
    throw new AgeingUnsupported();
  }

  /** @throws AgeingUnsupported */
  async age(_ageing: Ageing): Promise<Appended> {
    throw new AgeingUnsupported();
  }

  /** Takes no more appends, answers those it took, then leaves the server. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await Promise.allSettled(this.appending);
    await this.follower.stop();
    await this.sequencer.stop();
    this.numbering.heads.notify(Infinity);
    await this.connection.close();
  }

  private assertOpen(): void {
    if (this.closed) throw new UnavailableError('event log');
  }
}
