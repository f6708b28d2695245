import type { ServiceName } from '@muster/contracts';
import type { ViewRegistry } from '@muster/eventsourcing';
import { factsThatCount as identityFacts } from '@muster/identity';
import { type EnvironmentVariables, type MusterConfig, type Platform, pingOf } from '@muster/nest-kit';
import {
  Dependencies,
  type Dependency,
  Metrics,
  openTelemetryTracing,
  type OwnedView,
  traceWith,
} from '@muster/observability';
import { factsThatCount as provisioningFacts } from '@muster/provisioning';
import { factsThatCount as sessionFacts } from '@muster/session';
import type { Messaging } from './messaging.ts';

/** What services count of their facts. */
export const factsThatCount = [...sessionFacts, ...provisioningFacts, ...identityFacts];

export type ObservabilitySettings = {
  /** `all`, or the service this process runs. */
  readonly service: string;
  readonly mode: 'development' | 'production';
  readonly tracesEndpoint: string | undefined;
};

export const observabilitySettingsIn = (environment: EnvironmentVariables): ObservabilitySettings => ({
  service: environment.MUSTER_SERVICE,
  mode: environment.MUSTER_MODE,
  tracesEndpoint: environment.OTEL_EXPORTER_OTLP_ENDPOINT,
});

/** What operators see of this process. */
export type Observability = {
  readonly metrics: Metrics;
  readonly dependencies: Dependencies;
  /** The registry of views as one service sees it, so that each view is known by whose it is. */
  viewsOf(service: ServiceName): Platform['views'];
  close(): Promise<void>;
};

/** Turns tracing on where there is somewhere to send traces to, and begins to count. */
export const observe = async (
  { service, mode, tracesEndpoint }: ObservabilitySettings,
  { log, views, clock }: Pick<Platform, 'log' | 'clock'> & { readonly views: ViewRegistry },
): Promise<Observability> => {
  const tracing =
    tracesEndpoint === undefined
      ? undefined
      : await openTelemetryTracing({ serviceName: `muster-${service}`, endpoint: tracesEndpoint });
  traceWith(tracing);
  const dependencies = new Dependencies();
  const metrics = new Metrics({ facts: factsThatCount, dependencies });
  metrics.describe({ service, mode, durability: log.durability });
  const owned: OwnedView[] = [];
  metrics.views = { views: () => owned, log, clock };
  return {
    metrics,
    dependencies,
    viewsOf: (owner) => ({
      register: (view) => {
        owned.push({ service: owner, view });
        dependencies.add(viewDependency({ service: owner, view }));
        return views.register(view);
      },
    }),
    close: async () => {
      traceWith(undefined);
      await tracing?.close();
    },
  };
};

/** A view that has halted needs a person; one that is behind, or tries again, does not. */
const viewDependency = ({ view }: OwnedView): Dependency => ({
  name: `view ${view.projection.name}`,
  isThere: async () => view.follower((await view.livePointer()).slot).status !== 'halted',
});

/** What every process works with. Without the log nothing can be decided or checked (E27). */
export const storesOf = ({ log, store }: Pick<Platform, 'log' | 'store'>): readonly Dependency[] => [
  { name: 'event_log', required: true, isThere: async () => Array.isArray(await log.readAll(0, 1)) },
  {
    name: 'read_store',
    isThere: async () => (await store.live({ name: 'readiness', version: 1 })) !== undefined,
  },
];

/** Where there is a bus, in whatever process: what is asked and told goes over it. */
export const natsOf = (messaging: Pick<Messaging, 'problem'>): Dependency => ({
  name: 'nats',
  isThere: () => messaging.problem() === undefined,
});

/** What a process of one service needs besides: the services it may ask. */
export const neighboursOf = (
  { messaging, config }: { readonly messaging: Messaging; readonly config: MusterConfig },
  names: readonly ServiceName[],
): readonly Dependency[] =>
  names.map((name) => ({
    name,
    isThere: async () => {
      const origin = { requestId: 'readiness', correlationId: 'readiness', causationId: 'readiness' };
      const { projectId } = config.project;
      await messaging.requester.ask(pingOf(name), {}, { projectId, actor: 'system:readiness', ...origin });
      return true;
    },
  }));
