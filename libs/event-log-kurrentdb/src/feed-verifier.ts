import type { Verification } from '@muster/eventsourcing';
import { type AssembledCommit, CommitAssembler, DamagedLog } from './commit-assembler.ts';
import { feedStart, type FeedTail, numberAfter } from './feed-chain.ts';
import type { KurrentDbConnection } from './kurrentdb-connection.ts';
import { numberedIn } from './numbering.ts';
import type { NumberedCommit } from './records.ts';
import { FEED_STREAM } from './stream-names.ts';

const PAGE = 1_000;

class Broken extends Error {
  constructor(
    readonly position: number,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Walks the log and the feed side by side: the n-th commit of the log must be what the feed's n-th entry says, hash and
 * all (E4). Commits past the end of the feed have no number yet and are not counted: this is the sequenced head.
 */
export class FeedVerifier {
  private tail: FeedTail;

  constructor(
    private readonly connection: KurrentDbConnection,
    logId: string,
  ) {
    this.tail = feedStart(logId);
  }

  async verify(onProgress?: (position: number, head: number) => void): Promise<Verification> {
    const head = numberedIn(await this.connection.last(FEED_STREAM));
    const end = { number: head?.number ?? 0, position: head?.last ?? 0 };
    const entries = this.entries(end.number);
    try {
      for await (const commit of this.commits()) {
        if (this.tail.number === end.number) break;
        const { value: entry } = await entries.next();
        this.compare(commit, entry as NumberedCommit);
        if (this.tail.number % PAGE === 0) onProgress?.(this.tail.last, end.position);
      }
    } catch (error) {
      if (error instanceof Broken) return { ok: false, position: error.position, problem: error.message };
      if (error instanceof DamagedLog) return this.broken(error.message);
      throw error;
    } finally {
      await entries.return(undefined);
    }
    if (this.tail.number < end.number) return this.broken(`commit ${this.tail.number + 1} is missing`);
    onProgress?.(this.tail.last, end.position);
    return { ok: true, commits: end.number, events: end.position, aged: 0, head: end.position };
  }

  private compare(commit: AssembledCommit, entry: NumberedCommit): void {
    const number = this.tail.number + 1;
    const first = this.tail.last + 1;
    if (entry.commitId !== commit.record.commitId)
      throw new Broken(first, `commit ${number} is missing, or is not where it was`);
    const expected = numberAfter(this.tail, commit);
    if (entry.first !== expected.first || entry.last !== expected.last || entry.number !== number)
      throw new Broken(first, `the feed was altered at commit ${number}`);
    if (entry.hash !== expected.hash) throw new Broken(first, `commit ${number} was altered`);
    this.tail = expected;
  }

  private broken(problem: string): Verification {
    return { ok: false, position: this.tail.last + 1, problem };
  }

  private async *entries(count: number): AsyncGenerator<NumberedCommit> {
    for (let next = 0; next < count;) {
      const page = await this.connection.stream(FEED_STREAM, next, Math.min(PAGE, count - next));
      if (page.length === 0) throw new Broken(this.tail.last + 1, `the feed has no entry ${next + 1}`);
      for (const record of page) {
        const entry = numberedIn(record);
        if (!entry || record.revision !== next++)
          throw new Broken(this.tail.last + 1, `the feed was altered at commit ${next}`);
        yield entry;
      }
    }
  }

  private async *commits(): AsyncGenerator<AssembledCommit> {
    const assembler = new CommitAssembler(true);
    for (let from = -1; ;) {
      // The page begins with the record at `from`, which the one before ended with.
      const page = await this.connection.all(from, PAGE + 1, 'allOfLog');
      const fresh = page.filter(({ at }) => at > from);
      for (const record of fresh) {
        const commit = assembler.add(record);
        if (commit) yield commit;
      }
      const last = fresh.at(-1);
      if (!last) return assembler.end();
      from = last.at;
    }
  }
}
