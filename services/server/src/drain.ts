import { once } from 'node:events';
import type { Server } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

const PATIENCE_MILLISECONDS = 20_000;
const SWEEP_MILLISECONDS = 20;
const MILLISECONDS_PER_SECOND = 1_000;

/** How long to go on serving; a developer who stops a server does not want to wait. */
export const drainSecondsIn = (environment: {
  readonly MUSTER_MODE: 'development' | 'production';
  readonly MUSTER_DRAIN_SECONDS?: number | undefined;
}): number => environment.MUSTER_DRAIN_SECONDS ?? (environment.MUSTER_MODE === 'production' ? 5 : 0);

/**
 * Serves on for some seconds, so that load balancers learn to send requests elsewhere. From now on every answer ends its
 * connection: callers who keep theirs open come back by way of the load balancer.
 */
export const drain = async (server: Server, seconds: number): Promise<void> => {
  server.prependListener('request', (_, response) => {
    response.shouldKeepAlive = false;
  });
  await pause(seconds * MILLISECONDS_PER_SECOND);
};

/**
 * Takes no more connections, and resolves when all that was accepted is answered. Who has no answer when patience ends is
 * cut off.
 */
export const closeWhenAnswered = async (
  server: Server,
  patienceMilliseconds = PATIENCE_MILLISECONDS,
): Promise<void> => {
  const closed = once(server, 'close');
  server.close();
  // A connection is idle as soon as its request is answered, and its caller might send another one.
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MILLISECONDS);
  const answered = new AbortController();
  const timeUp = pause(patienceMilliseconds, undefined, { signal: answered.signal }).catch(() => undefined);
  await Promise.race([closed, timeUp]);
  answered.abort();
  clearInterval(sweep);
  server.closeAllConnections();
};
