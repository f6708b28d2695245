import type { DatabaseSync, StatementSync } from 'node:sqlite';
import {
  type Ageing,
  type Appended,
  type Commit,
  CommitIdReused,
  judge,
  type RecordedEvent,
  type StreamHead,
  type StreamWrite,
} from '@muster/eventsourcing';
import type { Instant } from '@muster/kernel';
import { type ChainedEvent, commitHash, contentHash, genesisHash } from './commit-chain.ts';
import { type Head, SELECT_HEAD } from './event-log.schema.ts';
import type { EventReader } from './event-reader.ts';
import type { Outcome } from './group-commit.ts';
import type { PayloadDropper } from './payload-dropper.ts';
import type { ReservationTable } from './reservation-table.ts';

/**
 * A commit that has passed the limits, with its events' data as JSON in order; and the streams whose payloads go with
 * it, where it records an ageing.
 */
export type CheckedCommit = {
  readonly commit: Commit;
  readonly payloads: readonly string[];
  readonly dropping?: Ageing['streams'];
};

type KnownStream = StreamHead & { readonly number: number };
type CommitRow = { readonly command_hash: string; readonly last_position: number };

/** What one transaction knows so far; nobody else writes meanwhile. */
type Transaction = {
  head: Head;
  readonly streams: Map<string, KnownStream | undefined>;
};

/** Judges commits and writes those that pass, inside the transaction of a group. */
export class CommitWriter {
  private readonly selectHead: StatementSync;
  private readonly replaceHead: StatementSync;
  private readonly selectCommit: StatementSync;
  private readonly insertCommit: StatementSync;
  private readonly selectStream: StatementSync;
  private readonly insertStream: StatementSync;
  private readonly updateStream: StatementSync;
  private readonly insertEvent: StatementSync;

  constructor(
    database: DatabaseSync,
    private readonly reader: EventReader,
    private readonly reservations: ReservationTable,
    private readonly payloads: PayloadDropper,
    private readonly logId: string,
    private readonly clock: () => Instant,
  ) {
    this.selectHead = database.prepare(SELECT_HEAD);
    this.replaceHead = database.prepare('INSERT OR REPLACE INTO head VALUES (1, ?, ?, ?, ?)');
    this.selectCommit = database.prepare(
      'SELECT command_hash, last_position FROM commits WHERE commit_id = ?',
    );
    this.insertCommit = database.prepare('INSERT INTO commits VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
    this.selectStream = database.prepare(
      'SELECT number, organization_id AS organizationId, revision FROM streams WHERE name = ?',
    );
    this.insertStream = database.prepare(
      'INSERT INTO streams (name, organization_id, revision) VALUES (?, ?, ?)',
    );
    this.updateStream = database.prepare('UPDATE streams SET revision = ? WHERE number = ?');
    this.insertEvent = database.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
  }

  /** Takes or rejects each commit of a group, in order. */
  take(group: readonly CheckedCommit[]): readonly Outcome<Appended>[] {
    const before = this.head();
    const transaction: Transaction = { head: before, streams: new Map() };
    const outcomes = group.map((checked) => this.takeOne(checked, transaction));
    const { head } = transaction;
    if (head !== before) this.replaceHead.run(head.commitNumber, head.position, head.recordedAt, head.hash);
    return outcomes;
  }

  private head(): Head {
    const head = this.selectHead.get() as Head | undefined;
    return head ?? { commitNumber: 0, position: 0, recordedAt: '', hash: genesisHash(this.logId) };
  }

  private takeOne(checked: CheckedCommit, transaction: Transaction): Outcome<Appended> {
    const { commit } = checked;
    const earlier = this.selectCommit.get(commit.commitId) as CommitRow | undefined;
    if (earlier) {
      if (earlier.command_hash !== commit.commandHash)
        return { rejection: new CommitIdReused(commit.commitId) };
      const events = this.reader.commit(commit.commitId);
      return { result: { position: earlier.last_position, duplicate: true, events } };
    }
    const judgement = judge(commit, {
      streamHead: (stream) => this.stream(stream, transaction),
      reservation: (key) => this.reservations.get(key),
    });
    if (judgement.rejection) return { rejection: judgement.rejection };
    for (const [key, reservation] of judgement.reservations) this.reservations.set(key, reservation);
    if (checked.dropping) this.payloads.dropAll(checked.dropping);
    return { result: this.write(checked, transaction) };
  }

  private stream(name: string, { streams }: Transaction): KnownStream | undefined {
    if (streams.has(name)) return streams.get(name);
    const stream = this.selectStream.get(name) as KnownStream | undefined;
    streams.set(name, stream);
    return stream;
  }

  private write({ commit, payloads }: CheckedCommit, transaction: Transaction): Appended {
    const { head } = transaction;
    const now = this.clock();
    const recordedAt = now > head.recordedAt ? now : head.recordedAt;
    const number = head.commitNumber + 1;
    const recorded: RecordedEvent[] = [];
    const chained: ChainedEvent[] = [];
    for (const write of commit.writes) {
      let { number: stream, revision } = this.grown(write, transaction);
      for (const event of write.events) {
        const position = head.position + 1 + recorded.length;
        const payload = payloads[recorded.length]!;
        const { eventId, type, schemaVersion } = event;
        const digest = contentHash(payload);
        revision++;
        this.insertEvent.run(
          position,
          number,
          stream,
          revision,
          eventId,
          type,
          schemaVersion,
          payload,
          digest,
        );
        chained.push([
          position,
          write.stream,
          write.organizationId,
          revision,
          eventId,
          type,
          schemaVersion,
          digest,
        ]);
        recorded.push(recordedEvent(commit, write, event, position, revision, recordedAt));
      }
    }
    const position = head.position + recorded.length;
    const hash = this.writeCommit(commit, head, number, recordedAt, chained);
    transaction.head = { commitNumber: number, position, recordedAt, hash };
    return { position, duplicate: false, events: recorded };
  }

  /** Moves a stream's revision to where it will be, and gives the one it has now. */
  private grown({ stream, organizationId, events }: StreamWrite, transaction: Transaction): KnownStream {
    const known = this.stream(stream, transaction);
    const revision = (known?.revision ?? -1) + events.length;
    let number: number;
    if (known) {
      number = known.number;
      this.updateStream.run(revision, number);
    } else number = Number(this.insertStream.run(stream, organizationId, revision).lastInsertRowid);
    transaction.streams.set(stream, { number, organizationId, revision });
    return known ?? { number, organizationId, revision: -1 };
  }

  private writeCommit(
    { commitId, commandHash, ...commit }: Commit,
    head: Head,
    number: number,
    recordedAt: Instant,
    events: readonly ChainedEvent[],
  ): string {
    const metadata = JSON.stringify(commit.metadata);
    const reservations = JSON.stringify(commit.reservations);
    const hash = commitHash(head.hash, {
      number,
      commitId,
      commandHash,
      recordedAt,
      metadata,
      reservations,
      events,
    });
    const first = head.position + 1;
    const last = head.position + events.length;
    this.insertCommit.run(
      number,
      commitId,
      commandHash,
      first,
      last,
      recordedAt,
      metadata,
      reservations,
      hash,
    );
    return hash;
  }
}

const recordedEvent = (
  { commitId, metadata }: Commit,
  { stream, organizationId }: StreamWrite,
  { eventId, type, schemaVersion, data }: StreamWrite['events'][number],
  position: number,
  revision: number,
  recordedAt: Instant,
): RecordedEvent => ({
  eventId,
  type,
  schemaVersion,
  data,
  position,
  stream,
  revision,
  organizationId,
  commitId,
  metadata,
  recordedAt,
});
