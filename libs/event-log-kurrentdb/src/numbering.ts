import { HeadWaiters } from '@muster/eventsourcing';
import type { FeedTail } from './feed-chain.ts';
import { COMMIT_NUMBERED, type NumberedCommit, type StoredRecord } from './records.ts';

/** How many commits' numbers are kept in memory; numbers never change. */
const KEPT = 50_000;

type Waiter = {
  readonly resolve: (numbered: NumberedCommit) => void;
  readonly reject: (error: Error) => void;
};

export const numberedIn = (record: StoredRecord | undefined): NumberedCommit | undefined =>
  record?.type === COMMIT_NUMBERED ? (record.data as unknown as NumberedCommit) : undefined;

/** What this process knows of the feed: how far it goes, which numbers commits got, and who waits for one. */
export class Numbering {
  readonly heads = new HeadWaiters();
  private readonly known = new Map<string, NumberedCommit>();
  private readonly waiting = new Map<string, Set<Waiter>>();
  private failure: Error | undefined;

  constructor(private newest: FeedTail) {}

  /** The newest entry of the feed that this process has seen. */
  get tail(): FeedTail {
    return this.newest;
  }

  get(commitId: string): NumberedCommit | undefined {
    return this.known.get(commitId);
  }

  /** A commit's number became known. */
  learn(numbered: NumberedCommit): void {
    this.known.delete(numbered.commitId);
    this.known.set(numbered.commitId, numbered);
    if (this.known.size > KEPT) this.known.delete(this.known.keys().next().value!);
    for (const { resolve } of this.take(numbered.commitId)) resolve(numbered);
  }

  /** The feed goes on to this entry: all before it are there, too (E2). */
  advance(numbered: NumberedCommit): void {
    this.learn(numbered);
    if (numbered.number <= this.newest.number) return;
    this.newest = numbered;
    this.heads.notify(numbered.last);
  }

  /** The number of a commit that was written, as soon as it has one; undefined where that takes too long. */
  wait(commitId: string, milliseconds: number): Promise<NumberedCommit | undefined> {
    const known = this.get(commitId);
    if (known) return Promise.resolve(known);
    if (this.failure) return Promise.reject(this.failure);
    return new Promise((resolve, reject) => {
      const end = () => (clearTimeout(timer), this.forget(commitId, waiter));
      const waiter: Waiter = {
        resolve: (numbered) => (end(), resolve(numbered)),
        reject: (error) => (end(), reject(error)),
      };
      const timer = setTimeout(() => (end(), resolve(undefined)), milliseconds).unref();
      this.waiting.set(commitId, (this.waiting.get(commitId) ?? new Set()).add(waiter));
    });
  }

  /** No number will ever be given again by this process: the log is damaged. */
  fail(error: Error): void {
    this.failure = error;
    for (const commitId of this.waiting.keys()) for (const { reject } of this.take(commitId)) reject(error);
  }

  private take(commitId: string): readonly Waiter[] {
    return [...(this.waiting.get(commitId) ?? [])];
  }

  private forget(commitId: string, waiter: Waiter): void {
    const waiters = this.waiting.get(commitId);
    waiters?.delete(waiter);
    if (waiters?.size === 0) this.waiting.delete(commitId);
  }
}
