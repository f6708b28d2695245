import { UnavailableError } from '@muster/kernel';
import type { KurrentDbConnection } from './kurrentdb-connection.ts';
import { type Numbering, numberedIn } from './numbering.ts';
import { COMMIT_TAKEN, type CommitRecord, type NumberedCommit } from './records.ts';
import { commitStream } from './stream-names.ts';

/** Streams that are read at once to number the events of another. */
const AT_ONCE = 32;

export type FoundCommit = { readonly record: CommitRecord; readonly numbered: NumberedCommit | undefined };

/** Finds commits by their id, and the numbers they got. */
export class CommitNumbers {
  constructor(
    private readonly connection: Pick<KurrentDbConnection, 'stream'>,
    private readonly numbering: Numbering,
    private readonly patience: number,
  ) {}

  /** What was committed under an id, and its number where it has one by now. */
  async find(commitId: string): Promise<FoundCommit | undefined> {
    const [taken, second] = await this.connection.stream(commitStream(commitId), 0, 2);
    if (taken?.type !== COMMIT_TAKEN) return undefined;
    const numbered = numberedIn(second);
    if (numbered) this.numbering.learn(numbered);
    return { record: taken.data as unknown as CommitRecord, numbered };
  }

  /**
   * The number of a commit that is in the log. A commit of this moment is waited for: it is there, so who reads it must
   * see it, and it is not there without its position.
   * @throws UnavailableError where nobody numbers it
   */
  async of(commitId: string): Promise<NumberedCommit> {
    const known = this.numbering.get(commitId);
    if (known) return known;
    const coming = this.numbering.wait(commitId, this.patience); // Before looking, so that it does not slip between.
    coming.catch(() => undefined);
    const numbered = (await this.find(commitId))?.numbered ?? (await coming);
    if (!numbered) throw new UnavailableError('event log');
    return numbered;
  }

  async ofAll(commitIds: readonly string[]): Promise<ReadonlyMap<string, NumberedCommit>> {
    const found = new Map<string, NumberedCommit>();
    const distinct = [...new Set(commitIds)];
    for (let next = 0; next < distinct.length; next += AT_ONCE) {
      const some = distinct.slice(next, next + AT_ONCE);
      for (const numbered of await Promise.all(some.map((commitId) => this.of(commitId))))
        found.set(numbered.commitId, numbered);
    }
    return found;
  }
}
