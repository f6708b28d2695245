import type { EventLog } from '@muster/eventsourcing';
import { traced } from './tracing.ts';

/** Does what follows from the event at a position; the work is told the traceparent of its own facts (E10). */
export type FollowUp = <T>(
  position: number,
  work: (traceparent: string | undefined) => Promise<T>,
) => Promise<T>;

/**
 * What a reactor does later, elsewhere, after any number of restarts, is part of the trace of the event it follows from.
 *
 * @example
 * const followUp = followUpOf(log, 'mail');
 * await followUp(position, (traceparent) => finish({ ...context, traceparent }));
 */
export const followUpOf =
  (log: Pick<EventLog, 'readAll'>, name: string): FollowUp =>
  async (position, work) => {
    const [event] = await log.readAll(position - 1, 1);
    const attributes = { 'muster.position': position };
    return traced(event?.metadata.traceparent, () => ({ name, kind: 'consumer', attributes }), work);
  };
