import { AsyncLocalStorage } from 'node:async_hooks';
import { type EventLog, withMethods } from '@muster/eventsourcing';

/** What a line of the log has to name, so that somebody finds everything that belongs together. */
export type RequestOrigin = {
  readonly requestId: string;
  readonly correlationId: string;
  readonly traceparent?: string | undefined;
};

/** What is gathered while one request is served, across the services it passes through. */
export type RequestScope = {
  position: number;
  readonly ignoredFields: string[];
  readonly origin: RequestOrigin;
};

const scopes = new AsyncLocalStorage<RequestScope>();

/** A scope for all that `serve` begins, for whoever can read it when the answer is made. */
export const openRequestScope = (
  origin: RequestOrigin,
  serve: (scope: Readonly<RequestScope>) => void,
): void => {
  const scope: RequestScope = { position: 0, ignoredFields: [], origin };
  scopes.run(scope, serve, scope);
};

/** Serves a request in a scope of its own; afterwards tells what was gathered. */
export const inRequestScope = async <T>(
  origin: RequestOrigin,
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly scope: Readonly<RequestScope> }> => {
  const scope: RequestScope = { position: 0, ignoredFields: [], origin };
  return { result: await scopes.run(scope, work), scope };
};

/** The position a write of this request reached, here or in another service (R53). */
export const reachedPosition = (position: number): void => {
  const scope = scopes.getStore();
  if (scope && position > scope.position) scope.position = position;
};

/** Of which request the work at hand is part; undefined where it is of none. */
export const currentOrigin = (): RequestOrigin | undefined => scopes.getStore()?.origin;

/** The furthest position this request has written so far; 0 where it wrote nothing. */
export const positionReached = (): number => scopes.getStore()?.position ?? 0;

/** Fields of the body that no caller's SDK knows; named in a response header. */
export const ignoredFields = (fields: readonly string[]): void => {
  scopes.getStore()?.ignoredFields.push(...fields);
};

/**
 * The same log; each append also tells the request's scope how far it got. So does finding a commit: then the request
 * was handled before, and its answer, lost at that time, still has to name the position.
 */
export const reportingPositions = (log: EventLog): EventLog => {
  const append: EventLog['append'] = async (commit) => {
    const appended = await log.append(commit);
    reachedPosition(appended.position);
    return appended;
  };
  const findCommit: EventLog['findCommit'] = async (commitId) => {
    const found = await log.findCommit(commitId);
    reachedPosition(found?.events.at(-1)?.position ?? 0);
    return found;
  };
  return withMethods(log, { append, findCommit });
};
