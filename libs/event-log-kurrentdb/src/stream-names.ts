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

/** Regular expression for the streams of aggregates, for filters that the server applies. */
export const AGGREGATE_STREAMS = '^[a-z][A-Za-z0-9]*-';
/** Everything but the server's own streams. */
export const ALL_BUT_SYSTEM_STREAMS = '^[^$]';
