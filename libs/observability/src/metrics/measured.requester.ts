import type { Requester } from '@muster/contracts';
import { DomainError, UnavailableError } from '@muster/kernel';
import { Histogram, type Registry } from 'prom-client';
import { DURATION_BUCKETS, stopwatch } from './durations.ts';

const outcomeOf = (error: unknown): string => {
  if (error instanceof DomainError) return 'refused';
  return error instanceof UnavailableError ? 'unavailable' : 'failed';
};

export class RequestMetrics {
  private readonly durations;

  constructor(registry: Registry) {
    this.durations = new Histogram({
      name: 'muster_service_request_duration_seconds',
      help: 'What this process asked other services, until the answer: `answered`, `refused` by a rule, `unavailable`, `failed`.',
      labelNames: ['service', 'subject', 'outcome'],
      buckets: DURATION_BUCKETS,
      registers: [registry],
    });
  }

  /** The same requester, measured. */
  measured(requester: Requester): Requester {
    return {
      ask: async (definition, payload, context) => {
        const { subject } = definition;
        const service = subject.slice(0, subject.indexOf('.'));
        const elapsed = stopwatch();
        try {
          const reply = await requester.ask(definition, payload, context);
          this.durations.observe({ service, subject, outcome: 'answered' }, elapsed());
          return reply;
        } catch (error) {
          this.durations.observe({ service, subject, outcome: outcomeOf(error) }, elapsed());
          throw error;
        }
      },
    };
  }
}
