import type { EventLog } from '@muster/eventsourcing';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Dependencies } from '../health/dependencies.ts';
import type { Collector } from './collector.ts';
import type { CountedFacts } from './counted-facts.ts';
import { dependencyMetrics } from './dependency.metrics.ts';
import { FactMetrics } from './fact.metrics.ts';
import { HttpMetrics } from './http.metrics.ts';
import { leaseMetrics, type LeaseProbe } from './lease.metrics.ts';
import { LogMetrics } from './measured.event-log.ts';
import { RequestMetrics } from './measured.requester.ts';
import { type RelayProbe, relayMetrics } from './relay.metrics.ts';
import { viewMetrics, type ViewSource } from './view.metrics.ts';

/** What this process is; constant while it lives. */
export type ProcessFacts = {
  /** `all`, or the service it runs. */
  readonly service: string;
  readonly mode: 'development' | 'production';
  readonly durability: string;
};

export type MetricsOptions = {
  readonly facts: readonly CountedFacts[];
  readonly dependencies?: Pick<Dependencies, 'report'>;
};

/** One metric as it is declared, for the reference. */
export type MetricDeclaration = {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly labels: readonly string[];
};

/**
 * All figures of one process, in a registry of its own. Ports are wrapped (`log.measured`, `requests.measured`), committed
 * events are counted, and everything else is looked at when `text` is asked for.
 */
export class Metrics {
  readonly contentType: string;
  readonly log: LogMetrics;
  readonly requests: RequestMetrics;
  readonly http: HttpMetrics;
  readonly facts: FactMetrics;
  /** The views of this process, once they are open. */
  views: ViewSource | undefined;
  /** The relay of public events, where this process runs one. */
  relay: RelayProbe | undefined;
  /** Where other processes may run the same service. */
  lease: LeaseProbe | undefined;
  private readonly registry = new Registry();
  private readonly info;
  private readonly collectors: readonly Collector[];

  constructor({ facts, dependencies }: MetricsOptions) {
    const { registry } = this;
    this.contentType = registry.contentType;
    this.info = new Gauge({
      name: 'muster_process_info',
      help: 'Always 1; what this process runs, and how durable its log acknowledges.',
      labelNames: ['service', 'mode', 'durability'],
      registers: [registry],
    });
    this.log = new LogMetrics(registry);
    this.http = new HttpMetrics(registry);
    this.requests = new RequestMetrics(registry);
    this.facts = new FactMetrics(registry, facts);
    this.collectors = [
      this.log.collect,
      viewMetrics(registry, () => this.views),
      dependencyMetrics(registry, dependencies),
      relayMetrics(registry, () => this.relay),
      leaseMetrics(registry, () => this.lease),
    ];
    collectDefaultMetrics({ register: registry });
  }

  describe({ service, mode, durability }: ProcessFacts): void {
    this.info.set({ service, mode, durability }, 1);
  }

  /** The log of this process: measured, and what is committed is counted. */
  measuredLog(log: EventLog): EventLog {
    return this.log.measured(log, (commit) => this.facts.committed(commit));
  }

  /** Everything, as Prometheus reads it. */
  async text(): Promise<string> {
    await Promise.all(this.collectors.map((collect) => collect()));
    return this.registry.metrics();
  }

  /** Every metric there is, in order of their names. */
  declarations(): readonly MetricDeclaration[] {
    // The array holds the metrics themselves, which the types do not say.
    const all = this.registry.getMetricsAsArray() as unknown as readonly Declared[];
    return all
      .map(({ name, type, help, labelNames }) => ({ name, type, help, labels: labelNames }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }
}

type Declared = Omit<MetricDeclaration, 'labels'> & { readonly labelNames: readonly string[] };
