import { hash } from 'node:crypto';

/** One event as the chain covers it: all but its payload, which it covers by its hash (E13). */
export type ChainedEvent = readonly [
  position: number,
  stream: string,
  organizationId: string | null,
  revision: number,
  eventId: string,
  type: string,
  schemaVersion: number,
  contentHash: string,
];

/** A commit as the chain covers it; metadata and reservations as the bytes that are stored. */
export type ChainedCommit = {
  readonly number: number;
  readonly commitId: string;
  readonly commandHash: string;
  readonly recordedAt: string;
  readonly metadata: string;
  readonly reservations: string;
  readonly events: readonly ChainedEvent[];
};

const sha256 = (text: string): string => hash('sha256', text, 'base64url');

/** What the first commit is chained to: so a chain belongs to one log (E14). */
export const genesisHash = (logId: string): string => sha256(`muster event log ${logId}`);

export const contentHash = (payload: string): string => sha256(payload);

/** The hash of a commit over the previous one's (E4). A JSON array of strings and numbers reads in one way only. */
export const commitHash = (previous: string, commit: ChainedCommit): string =>
  sha256(
    JSON.stringify([
      previous,
      commit.number,
      commit.commitId,
      commit.commandHash,
      commit.recordedAt,
      commit.metadata,
      commit.reservations,
      commit.events,
    ]),
  );
