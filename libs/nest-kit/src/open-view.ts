import {
  type Document,
  type EventCodec,
  type Projection,
  type ProjectionProblem,
  type RunnerOptions,
  View,
} from '@muster/eventsourcing';
import type { Platform } from './platform.ts';

/**
 * Has a view tell when it stands still: parked and halted views need a person, a retry mends itself. The error's own text
 * may quote an event, so only the view is named.
 */
export const reportingProblems = ({ logger }: Pick<Platform, 'logger'>): RunnerOptions => ({
  onProblem: ({ name, version, kind }: ProjectionProblem) =>
    logger[kind === 'retrying' ? 'warn' : 'error']({ view: name, version, kind }, 'a view is not kept up'),
});

/** A view of a service on its platform, known to those who look after views. The service starts and stops it. */
export const openView = <D extends Document>(
  platform: Pick<Platform, 'log' | 'store' | 'views' | 'logger'>,
  projection: Projection<D>,
  codec: EventCodec,
): View<D> => {
  const { log, store, views } = platform;
  return views.register(new View(projection, { log, store, codec }, reportingProblems(platform)));
};
