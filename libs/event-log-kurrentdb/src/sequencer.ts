import type { AssembledCommit } from './commit-assembler.ts';
import { type FeedTail, numberAfter } from './feed-chain.ts';
import type { KurrentDbConnection } from './kurrentdb-connection.ts';
import type { Numbering } from './numbering.ts';
import { COMMIT_NUMBERED, type NumberedCommit, ownRecord } from './records.ts';
import { commitStream, FEED_STREAM } from './stream-names.ts';

/** Commits that are numbered in one append. */
const BATCH = 256;

type Waiting = { readonly commit: AssembledCommit; readonly since: number };

/**
 * Numbers commits in the order of the log (E2) and chains them (E4). Every process has one; the feed's own revision is
 * the fence: commit n+1 is taken only where the feed ends at n, so of two that number at once one writes nothing. Who
 * loses stands by, and numbers again when commits have waited for longer than `patience`.
 */
export class Sequencer {
  private readonly waiting: Waiting[] = [];
  private readonly timer: NodeJS.Timeout;
  private numbers = true;
  private running: Promise<void> | undefined;
  private stopped = false;

  constructor(
    private readonly connection: Pick<KurrentDbConnection, 'append'>,
    private readonly numbering: Numbering,
    private readonly patience: number,
  ) {
    this.timer = setInterval(() => this.takeOver(), patience / 2).unref();
  }

  /** Commits that have no number yet, as far as this process sees. */
  get behind(): number {
    return this.waiting.length;
  }

  /** The next commit of the log; one that has its number already is passed over. */
  add(commit: AssembledCommit): void {
    if (commit.at <= this.numbering.tail.at) return;
    this.waiting.push({ commit, since: performance.now() });
    // What else has arrived by then goes with it.
    setImmediate(() => this.run());
  }

  /** Another process numbered a commit, or this one did and reads it back. */
  see(numbered: NumberedCommit): void {
    this.numbering.advance(numbered);
    this.drop(numbered.at);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.running;
  }

  private takeOver(): void {
    const oldest = this.waiting[0];
    if (oldest && performance.now() - oldest.since > this.patience) this.numbers = true;
    this.run();
  }

  private run(): void {
    this.running ??= this.number().finally(() => (this.running = undefined));
  }

  private async number(): Promise<void> {
    try {
      while (this.numbers && !this.stopped && this.waiting.length > 0) this.numbers = await this.batch();
    } catch {
      // Written or not (E8): reading on tells. The next attempt is fenced like this one, and the timer makes it.
    }
  }

  /** False where another one was faster. */
  private async batch(): Promise<boolean> {
    let tail: FeedTail = this.numbering.tail;
    const { number } = tail;
    this.drop(tail.at); // The feed may have been read further than the log.
    if (this.waiting.length === 0) return true;
    const entries = this.waiting.slice(0, BATCH).map(({ commit }) => {
      const entry = numberAfter(tail, commit);
      tail = entry;
      return entry;
    });
    const outcome = await this.connection.append(
      entries.flatMap((entry) => [
        ownRecord(FEED_STREAM, COMMIT_NUMBERED, entry),
        ownRecord(commitStream(entry.commitId), COMMIT_NUMBERED, entry),
      ]),
      [{ stream: FEED_STREAM, state: number === 0 ? 'no_stream' : number - 1 }],
    );
    if (outcome === 'violated') return false;
    for (const entry of entries) this.numbering.advance(entry);
    this.drop(entries.at(-1)!.at);
    return true;
  }

  private drop(upTo: number): void {
    const left = this.waiting.findIndex(({ commit }) => commit.at > upTo);
    this.waiting.splice(0, left < 0 ? this.waiting.length : left);
  }
}
