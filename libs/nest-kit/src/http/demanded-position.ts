import type { EventLog } from '@muster/eventsourcing';
import { DomainError } from '@muster/kernel';
import type { FastifyRequest } from 'fastify';

const WAIT_MILLISECONDS = 2_000;

type Headers = Pick<FastifyRequest, 'headers'>;

export const demandsPosition = ({ headers }: Headers): boolean =>
  headers['muster-min-position'] !== undefined;

/**
 * Waits for a `Muster-Min-Position` that the log has not reached (R53, E26).
 * @throws DomainError bad_request, position_not_reached
 */
export const reachDemandedPosition = async (
  { headers }: Headers,
  log: Pick<EventLog, 'head' | 'changed'>,
): Promise<void> => {
  const position = Number(headers['muster-min-position']);
  if (!Number.isSafeInteger(position) || position < 0)
    throw new DomainError('bad_request', { pointer: 'Muster-Min-Position' });
  const waiting = AbortSignal.timeout(WAIT_MILLISECONDS);
  while ((await log.head()) < position) {
    if (waiting.aborted) throw new DomainError('position_not_reached');
    await log.changed(await log.head(), waiting);
  }
};
