import { CommitAssembler } from './commit-assembler.ts';
import type { KurrentDbConnection } from './kurrentdb-connection.ts';
import { type Numbering, numberedIn } from './numbering.ts';
import type { StoredRecord } from './records.ts';
import type { Sequencer } from './sequencer.ts';
import { FEED_STREAM } from './stream-names.ts';

const FIRST_PAUSE = 20;
const LONGEST_PAUSE = 1_000;
/** Commits that may wait for their number before this process stops reading on: memory is bounded (E35). */
const MOST_BEHIND = 5_000;

type Subscription = ReturnType<KurrentDbConnection['subscribe']>;

/**
 * Reads the log from where the feed ends, for ever: new commits go to the sequencer, their numbers to those who wait.
 * A subscription of the client does not connect again by itself: this one does, from the last whole commit on.
 */
export class LogFollower {
  private readonly assembler = new CommitAssembler();
  private subscription: Subscription | undefined;
  private resume: number;
  private pause = FIRST_PAUSE;
  private again: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly connection: Pick<KurrentDbConnection, 'subscribe' | 'record'>,
    private readonly sequencer: Sequencer,
    private readonly numbering: Numbering,
  ) {
    this.resume = numbering.tail.at;
  }

  start(): void {
    const current = this.connection.subscribe(this.resume, 'allOfLog', (at) => {
      // The client tells of a checkpoint when it arrives, which may be before what came earlier was handed on.
      if (current.readableLength === 0 && this.assembler.idle && this.subscription === current)
        this.resume = Math.max(this.resume, at);
    });
    this.subscription = current;
    const broken = () => this.broken(current);
    current.on('data', (resolved) => {
      if (this.subscription !== current) return;
      const record = this.connection.record(resolved);
      if (record) this.take(record, current);
    });
    current.on('error', broken).on('end', broken).on('close', broken);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.again);
    await this.leave();
  }

  private take(record: StoredRecord, current: Subscription): void {
    this.pause = FIRST_PAUSE;
    try {
      const commit = this.assembler.add(record);
      if (commit) this.sequencer.add(commit);
    } catch (error) {
      // Fail closed: numbering what is left would make the loss look like the order of things.
      this.numbering.fail(error as Error);
      void this.stop();
      return;
    }
    const numbered = record.stream === FEED_STREAM ? numberedIn(record) : undefined;
    if (numbered) this.sequencer.see(numbered);
    if (this.assembler.idle) this.resume = record.at;
    if (this.sequencer.behind > MOST_BEHIND) this.rest(current);
  }

  private rest(current: Subscription): void {
    current.pause();
    const timer = setInterval(() => {
      if (this.sequencer.behind > MOST_BEHIND / 2 && this.subscription === current) return;
      clearInterval(timer);
      current.resume();
    }, FIRST_PAUSE);
  }

  private broken(current: Subscription): void {
    if (this.stopped || this.subscription !== current) return;
    void this.leave();
    this.assembler.reset();
    this.again = setTimeout(() => this.start(), this.pause);
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
  }

  private async leave(): Promise<void> {
    const left = this.subscription;
    this.subscription = undefined;
    await left?.unsubscribe().catch(() => undefined);
  }
}
