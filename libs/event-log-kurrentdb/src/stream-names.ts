import { hash } from 'node:crypto';

/** Streams that the adapter keeps for itself. No aggregate's stream has a `.` before its first `-`. */
const OWN = 'muster.';

/** Who this log is: one event with the `logId`. */
export const LOG_STREAM = `${OWN}log`;
/** One entry per commit, in commit order: revision n is commit n+1 (E4). */
export const FEED_STREAM = `${OWN}feed`;
/** Never exists. What asks for it is refused, which shows that the server looked (E1). */
export const ABSENT_STREAM = `${OWN}absent`;
/** Never written as long as the server keeps its word. */
export const PROBE_STREAM = `${OWN}probe`;

const COMMIT = `${OWN}commit-`;
const KEY = `${OWN}key-`;

/**
 * The server compares names within one append without regard to case, and ids and keys are case-sensitive: so their
 * streams are named by a hash in hexadecimal.
 */
const named = (prefix: string, text: string): string => prefix + hash('sha256', text, 'hex');

/** First what was committed (`CommitRecord`), then which number it got (`NumberedCommit`). */
export const commitStream = (commitId: string): string => named(COMMIT, commitId);

/** Who holds a unique key: the last event says. */
export const keyStream = (key: string): string => named(KEY, key);

export const isCommitStream = (stream: string): boolean => stream.startsWith(COMMIT);

/** Regular expressions for filters that the server applies: the streams of aggregates, and those with the log's own. */
export type StreamPattern = 'aggregates' | 'allOfLog';

/**
 * A log's part of a server that holds several: a prefix of all its streams, empty for the only one. No name of a stream
 * has a `/`, so the spaces do not overlap.
 */
export const prefixOf = (space: string): string => {
  if (!/^[A-Za-z0-9_]{0,50}$/.test(space)) throw new Error(`not a space for a log: ${space}`);
  return space === '' ? '' : `${space}/`;
};

export const patternOf = (prefix: string, streams: StreamPattern): string =>
  `^${prefix}${streams === 'aggregates' ? '[a-z][A-Za-z0-9]*-' : '[^$/]'}[^/]*$`;
