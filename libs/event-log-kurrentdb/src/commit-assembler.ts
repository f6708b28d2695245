import { COMMIT_TAKEN, type CommitRecord, placeOf, type StoredRecord } from './records.ts';
import { isCommitStream } from './stream-names.ts';

/** A commit as it stands in KurrentDB's log, whole. */
export type AssembledCommit = {
  readonly record: CommitRecord;
  /** Of its first record. */
  readonly at: number;
  readonly events: readonly StoredRecord[];
};

/** The log does not hold what it was given: a commit with events missing, or events without their commit (E4). */
export class DamagedLog extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DamagedLog';
  }
}

/** Puts commits together from the records of the log, read in its order. */
export class CommitAssembler {
  private open:
    | { readonly record: CommitRecord; readonly at: number; readonly events: StoredRecord[] }
    | undefined;

  /** `strict`: reading from the start, so an event without its commit is damage and not the rest of an earlier one. */
  constructor(private readonly strict = false) {}

  /** Between two commits: reading may stop here and go on later. */
  get idle(): boolean {
    return this.open === undefined;
  }

  /** Forgets a commit that was read in part: it is going to be read again. */
  reset(): void {
    this.open = undefined;
  }

  /**
   * Takes the next record; gives the commit that it completes.
   * @throws DamagedLog
   */
  add(record: StoredRecord): AssembledCommit | undefined {
    if (record.type === COMMIT_TAKEN && isCommitStream(record.stream)) {
      this.end();
      this.open = { record: record.data as unknown as CommitRecord, at: record.at, events: [] };
      return undefined;
    }
    const place = placeOf(record);
    if (!this.open) {
      if (place && this.strict) throw new DamagedLog(`the commit of event ${record.id} is missing`);
      return undefined;
    }
    const { record: commit, at, events } = this.open;
    if (place?.commitId !== commit.commitId || place.index !== events.length) this.end();
    events.push(record);
    if (events.length < commit.events) return undefined;
    this.open = undefined;
    return { record: commit, at, events };
  }

  /** @throws DamagedLog where a commit is not whole */
  end(): void {
    if (this.open)
      throw new DamagedLog(
        `commit ${this.open.record.commitId} has lost event ${this.open.events.length + 1} of ${this.open.record.events}`,
      );
  }
}
