import { Counter, Histogram, type Registry } from 'prom-client';
import { DURATION_BUCKETS } from './durations.ts';

/** One request as it was answered. `route` is the template (`unmatched` where nobody owns the path), never the path. */
export type AnsweredRequest = {
  readonly service: string;
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
  /** `error_type` of the wire; undefined where it was answered well. */
  readonly errorType: string | undefined;
};

/** The route by which an application's backend asks whether a session counts, with each of its own requests. */
const SESSION_CHECK = '/v1/b2b/sessions/authenticate';
const METHODS: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'DELETE']);
const CLASSES = ['1xx', '2xx', '3xx', '4xx', '5xx'] as const;

export class HttpMetrics {
  private readonly durations;
  private readonly errors;
  private readonly checks;

  constructor(registry: Registry) {
    const registers = [registry];
    this.durations = new Histogram({
      name: 'muster_http_request_duration_seconds',
      help: 'From the request to the end of its answer, by route template and class of status.',
      labelNames: ['service', 'method', 'route', 'status'],
      buckets: DURATION_BUCKETS,
      registers,
    });
    this.errors = new Counter({
      name: 'muster_http_errors_total',
      help: 'Answers that say no or fail, by the `error_type` of the wire.',
      labelNames: ['service', 'error_type'],
      registers,
    });
    this.checks = new Counter({
      name: 'muster_session_checks_total',
      help: 'Answers of `sessions/authenticate`: `valid`, or the `error_type`.',
      labelNames: ['outcome'],
      registers,
    });
  }

  answered({ service, method, route, status, seconds, errorType }: AnsweredRequest): void {
    const known = METHODS.has(method) ? method : 'other';
    const statusClass = CLASSES[Math.floor(status / 100) - 1] ?? 'other';
    this.durations.observe({ service, method: known, route, status: statusClass }, seconds);
    if (errorType !== undefined) this.errors.inc({ service, error_type: errorType });
    if (route === SESSION_CHECK) this.checks.inc({ outcome: errorType ?? 'valid' });
  }
}
