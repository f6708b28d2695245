import {
  age,
  type AnyAggregateType,
  type EventLog,
  InProcessViewBuilder,
  type LogOperations,
  ViewOperator,
  type ViewRegistry,
} from '@muster/eventsourcing';
import { aggregates as identityAggregates, publicEvents as identityEvents } from '@muster/identity';
import type { Platform } from '@muster/nest-kit';
import type { LogWork, OperationsParts } from '@muster/operations';
import {
  aggregates as organizationAggregates,
  publicEvents as organizationEvents,
} from '@muster/organization';
import {
  aggregates as provisioningAggregates,
  publicEvents as provisioningEvents,
} from '@muster/provisioning';
import { aggregates as sessionAggregates, publicEvents as sessionEvents } from '@muster/session';

/** Everything that any service writes. */
export const aggregates: readonly AnyAggregateType[] = [
  ...organizationAggregates,
  ...identityAggregates,
  ...provisioningAggregates,
  ...sessionAggregates,
];

const publicEvents = [...organizationEvents, ...identityEvents, ...provisioningEvents, ...sessionEvents];

/** What operators work on, within the one process: long work takes turns with everything else. */
export const operationsOf = (
  platform: Platform & { readonly views: ViewRegistry },
): OperationsParts & { readonly views: ViewOperator } => ({
  publicEvents,
  views: new ViewOperator({
    views: platform.views,
    builder: new InProcessViewBuilder(platform.views, { pageSize: 20 }),
    clock: platform.clock,
  }),
  logWork: logWorkOf(platform),
  files: () => [],
});

const logWorkOf = ({ log: port, keys, config }: Platform): LogWork => {
  const log = port as EventLog & LogOperations;
  const { projectId } = config.project;
  return {
    verify: ({ onProgress }) => log.verify(onProgress),
    count: ({ onProgress }) => log.stats(onProgress),
    age: (request, { signal }) => age({ log, keys, aggregates }, { ...request, projectId, signal }),
  };
};
