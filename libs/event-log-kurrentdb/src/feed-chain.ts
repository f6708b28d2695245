import { hash } from 'node:crypto';
import type { Instant } from '@muster/kernel';
import type { AssembledCommit } from './commit-assembler.ts';
import { type NumberedCommit, organizationOf } from './records.ts';

const sha256 = (text: string): string => hash('sha256', text, 'base64url');

/** Where the feed stands: what the next commit is numbered and chained after. */
export type FeedTail = Pick<NumberedCommit, 'number' | 'last' | 'at' | 'recordedAt' | 'hash'>;

/** Before the first commit. The first hash comes from the `logId`, so a chain belongs to one log (E14). */
export const feedStart = (logId: string): FeedTail => ({
  number: 0,
  last: 0,
  at: -1,
  recordedAt: '',
  hash: sha256(`muster event log ${logId}`),
});

const later = (a: Instant, b: Instant): Instant => (a > b ? a : b);

/**
 * Numbers a commit after the one before (E2) and chains it to it (E4). Depends on nothing but the log, so whoever does
 * it comes to the same result. The hash covers the data by its own hash, as in every adapter.
 */
export const numberAfter = (tail: FeedTail, { record, at, events }: AssembledCommit): NumberedCommit => {
  const { commitId, commandHash, takenAt, reservations } = record;
  const number = tail.number + 1;
  const recordedAt = later(takenAt, tail.recordedAt);
  const chained = events.map((event) => [
    event.stream,
    event.revision,
    organizationOf(event),
    event.id,
    event.type,
    event.properties['schemaVersion'],
    event.properties['metadata'],
    sha256(JSON.stringify(event.data)),
  ]);
  return {
    number,
    commitId,
    first: tail.last + 1,
    last: tail.last + events.length,
    at,
    recordedAt,
    hash: sha256(
      JSON.stringify([
        tail.hash,
        number,
        commitId,
        commandHash,
        recordedAt,
        JSON.stringify(reservations),
        chained,
      ]),
    ),
  };
};
