import type { ProjectionProblem, RunnerOptions } from '@muster/eventsourcing';
import type { Platform } from './platform.ts';

/**
 * Has a view tell when it stands still: parked and halted views need a person, a retry mends itself. The error's own text
 * may quote an event, so only the view is named.
 */
export const reportingProblems = ({ logger }: Pick<Platform, 'logger'>): RunnerOptions => ({
  onProblem: ({ name, version, kind }: ProjectionProblem) =>
    logger[kind === 'retrying' ? 'warn' : 'error']({ view: name, version, kind }, 'a view is not kept up'),
});
