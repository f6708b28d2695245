import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { asUnavailable, type FileKind, whenFree } from './sqlite-file.ts';

/** What became of one piece of work in a transaction. A rejected one has written nothing. */
export type Outcome<Result> = { readonly result: Result } | { readonly rejection: Error };

export type GroupWork<Work, Result> = {
  readonly kind: FileKind;
  /** Milliseconds to wait for other processes before giving up. */
  readonly patience: number;
  /** Does all the work inside one transaction; throwing rolls all of it back. */
  readonly perform: (works: readonly Work[]) => readonly Outcome<Result>[];
  /** What a caller gets where COMMIT itself failed: the work may or may not be on disk (E8). */
  readonly outcomeUnknown: (work: Work, cause: unknown) => Error;
};

type Pending<Work, Result> = {
  readonly work: Work;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
};

/** So that one transaction does not hold up the event loop and other processes for too long. */
const LARGEST_GROUP = 256;

/**
 * Group commit: what callers hand in during one turn of the event loop goes to disk in one transaction, with one sync.
 * Callers are answered after COMMIT, each for itself (E7).
 */
export class GroupCommit<Work, Result> {
  private readonly queue: Pending<Work, Result>[] = [];
  private running: Promise<void> | undefined;
  private readonly begin: StatementSync;
  private readonly commit: StatementSync;
  private readonly rollback: StatementSync;

  constructor(
    private readonly database: DatabaseSync,
    private readonly group: GroupWork<Work, Result>,
  ) {
    this.begin = database.prepare('BEGIN IMMEDIATE');
    this.commit = database.prepare('COMMIT');
    this.rollback = database.prepare('ROLLBACK');
  }

  submit(work: Work): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.queue.push({ work, resolve, reject });
      this.running ??= this.run();
    });
  }

  /** Resolves when all that was handed in is answered. */
  async drained(): Promise<void> {
    await this.running;
  }

  private async run(): Promise<void> {
    do {
      await nextTurn();
      await this.runGroup();
    } while (this.queue.length > 0);
    this.running = undefined;
  }

  private async runGroup(): Promise<void> {
    const { kind, patience, perform, outcomeUnknown } = this.group;
    try {
      await whenFree(kind, patience, () => this.begin.run());
    } catch (error) {
      for (const { reject } of this.queue.splice(0)) reject(error);
      return;
    }
    const pending = this.queue.splice(0, LARGEST_GROUP);
    let outcomes: readonly Outcome<Result>[];
    try {
      outcomes = perform(pending.map(({ work }) => work));
    } catch (error) {
      this.undo();
      for (const { reject } of pending) reject(asUnavailable(kind, error));
      return;
    }
    try {
      this.commit.run();
    } catch (error) {
      this.undo();
      for (const [index, { work, reject }] of pending.entries())
        reject('result' in outcomes[index]! ? outcomeUnknown(work, error) : asUnavailable(kind, error));
      return;
    }
    for (const [index, { resolve, reject }] of pending.entries()) {
      const outcome = outcomes[index]!;
      if ('result' in outcome) resolve(outcome.result);
      else reject(outcome.rejection);
    }
  }

  /** Some failures have ended the transaction already. Where it cannot be ended, the next BEGIN says so. */
  private undo(): void {
    try {
      if (this.database.isTransaction) this.rollback.run();
    } catch {
      // The callers still get their answers.
    }
  }
}
