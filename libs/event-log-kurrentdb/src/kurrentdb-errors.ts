import { AppendOutcomeUnknown, LimitExceeded } from '@muster/eventsourcing';
import { UnavailableError } from '@muster/kernel';

/** The client's errors have a `type`, those of gRPC a `code`; when nothing answers, some calls give one, some the other. */
type ClientError = { readonly type?: string; readonly code?: number; readonly message?: string };

/** What an error of an append says about the records: none were written in all cases but `unknown`. */
export type AppendFailure = 'violated' | 'tooLarge' | 'refused' | 'notSent' | 'unknown';

const FAILURES: Readonly<Record<string, AppendFailure>> = {
  'append-consistency-violation': 'violated',
  'wrong-expected-version': 'violated',
  'append-record-size-exceeded': 'tooLarge',
  'transaction-max-size-exceeded': 'tooLarge',
  'maximum-append-size-exceeded': 'tooLarge',
  'access-denied': 'refused',
  'invalid-argument': 'refused',
  'not-leader': 'refused',
  'stream-deleted': 'refused',
  'stream-tombstoned': 'refused',
  unsupported: 'refused',
};

/** gRPC's codes by which a server says that it did nothing: argument, permission, precondition, method, identity. */
const REFUSALS: ReadonlySet<number> = new Set([3, 7, 9, 12, 16]);

/** gRPC never had a connection to send on. A connection that broke later may have carried the request (E8). */
const NEVER_CONNECTED = /no connection established|name resolution failed/i;

export const classOf = (error: unknown): AppendFailure => {
  const { type = '', code = -1, message = '' } = error as ClientError;
  const known = FAILURES[type] ?? (REFUSALS.has(code) ? 'refused' : undefined);
  return known ?? (NEVER_CONNECTED.test(message) ? 'notSent' : 'unknown');
};

/** The port's error for a failed append of a commit (E8, E9). */
export const appendError = (error: unknown, commitId: string): Error => {
  const failure = classOf(error);
  if (failure === 'tooLarge') return new LimitExceeded('the server takes no append of this size');
  if (failure === 'unknown') return new AppendOutcomeUnknown(commitId, { cause: error });
  return asUnavailable(error);
};

export const asUnavailable = (error: unknown): UnavailableError =>
  error instanceof UnavailableError ? error : new UnavailableError('event log', { cause: error });

export const isMissingStream = (error: unknown): boolean =>
  (error as ClientError).type === 'stream-not-found';
