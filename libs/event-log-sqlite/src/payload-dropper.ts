import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Ageing, QuietPage, QuietQuery, QuietStream } from '@muster/eventsourcing';

const STREAMS_PER_PAGE = 500;

type StreamRow = QuietStream & { readonly quiet: number };

/** Finds the streams that could be aged, and takes the payloads out of those that are (E13). */
export class PayloadDropper {
  private readonly streams: StatementSync;
  private readonly drop: StatementSync;
  private readonly overwrite: StatementSync;
  private readonly leave: StatementSync;

  constructor(database: DatabaseSync) {
    this.streams = database.prepare(
      `SELECT s.name AS stream, s.organization_id AS organizationId, s.revision,
         e.data IS NOT NULL AND e.position <= ? AND c.recorded_at < ? AS quiet
       FROM streams s
       JOIN events e ON e.stream_number = s.number AND e.revision = s.revision
       JOIN commits c ON c.number = e.commit_number
       WHERE s.name > ? AND s.name < ? ORDER BY s.name LIMIT ${STREAMS_PER_PAGE}`,
    );
    this.drop = database.prepare(
      `UPDATE events SET data = NULL
       WHERE stream_number = (SELECT number FROM streams WHERE name = ?) AND data IS NOT NULL`,
    );
    this.overwrite = database.prepare('PRAGMA secure_delete = ON');
    this.leave = database.prepare('PRAGMA secure_delete = OFF');
  }

  page({ category, projectId, before, upTo, after }: QuietQuery): QuietPage {
    const first = `${category}-${projectId}.`;
    const last = `${category}-${projectId}/`; // The character after the dot: names of one project and category lie between.
    const rows = this.streams.all(upTo, before, after > first ? after : first, last);
    const page = rows as unknown as readonly StreamRow[];
    const streams = page
      .filter(({ quiet }) => quiet === 1)
      .map(({ stream, organizationId, revision }) => ({ stream, organizationId, revision }));
    const next = page.length === STREAMS_PER_PAGE ? page.at(-1)!.stream : undefined;
    return { streams, looked: page.length, next };
  }

  /** Inside the transaction that records it. What is dropped is overwritten, not only left out. */
  dropAll(streams: Ageing['streams']): void {
    this.overwrite.get();
    try {
      for (const { stream } of streams) this.drop.run(stream);
    } finally {
      this.leave.get();
    }
  }
}
