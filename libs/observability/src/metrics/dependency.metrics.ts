import { Gauge, type Registry } from 'prom-client';
import type { Dependencies } from '../health/dependencies.ts';
import type { Collector } from './collector.ts';

/** What `/readyz` says, over time. */
export const dependencyMetrics = (
  registry: Registry,
  dependencies: Pick<Dependencies, 'report'> | undefined,
): Collector => {
  const up = new Gauge({
    name: 'muster_dependency_up',
    help: '1 while this process reaches what it depends on: the dependencies of `/readyz`.',
    labelNames: ['dependency'],
    registers: [registry],
  });
  return async () => {
    const reports = (await dependencies?.report()) ?? [];
    up.reset();
    for (const { name, isThere } of reports) up.set({ dependency: name }, isThere ? 1 : 0);
  };
};
