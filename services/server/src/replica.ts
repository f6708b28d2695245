import { randomUUID } from 'node:crypto';
import type { RequestContext, ServiceName } from '@muster/contracts';
import { Lease, type ViewOperator } from '@muster/eventsourcing';
import { OwnedViews, type Platform, RemoteViews } from '@muster/nest-kit';
import type { ServerPlatform } from './platform.ts';

/** One of the processes that may run the same service. They are equal, but one holds the lease. */
export type Replica = { readonly lease: Lease; readonly views: OwnedViews };

/** This process, among those of its one service. It takes part once it is started. */
export const replicaOf = (
  platform: ServerPlatform,
  service: ServiceName,
  operator: ViewOperator,
): Replica => {
  const { store, messaging, logger } = platform;
  const lease = new Lease({ name: service, holder: randomUUID(), store });
  lease.onChange((isHeld) => logger.info({ service }, isHeld ? 'lease taken' : 'lease lost or let go'));
  // Past the metrics: the name of a process would make each of them one more figure.
  const { requester } = messaging;
  const context = operationsContext(platform);
  const at = (process: string) => new RemoteViews({ requester, services: [service], process, context });
  const onFailure = (error: unknown) =>
    logger.warn(
      { service, failure: error instanceof Error ? error.name : 'unknown' },
      'views are not cared for',
    );
  return { lease, views: new OwnedViews({ lease, operator, at: remembered(at), onFailure }) };
};

/** In whose name one process asks another what operators want to know. */
export const operationsContext =
  ({ config, newId }: Pick<Platform, 'config' | 'newId'>) =>
  (): RequestContext => {
    const requestId = newId('request-id');
    const { projectId } = config.project;
    const origin = { requestId, correlationId: requestId, causationId: requestId };
    return { projectId, actor: 'system:operations', ...origin };
  };

/** There is one owner for a long time. */
const remembered = <T>(make: (process: string) => T): ((process: string) => T) => {
  let last: { readonly process: string; readonly made: T } | undefined;
  return (process) => {
    if (last?.process !== process) last = { process, made: make(process) };
    return last.made;
  };
};
