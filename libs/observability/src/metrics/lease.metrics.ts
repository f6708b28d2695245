import { Gauge, type Registry } from 'prom-client';
import type { Collector } from './collector.ts';

/** The lease that processes of one service have between them, as one of them sees it. */
export type LeaseProbe = { readonly service: string; readonly lease: { readonly isHeld: boolean } };

/** Who sends the mail and looks after the views. */
export const leaseMetrics = (registry: Registry, probe: () => LeaseProbe | undefined): Collector => {
  const held = new Gauge({
    name: 'muster_lease_held',
    help: '1 for the one of a service’s processes that sends its mail and looks after its views; missing where one process runs all services.',
    labelNames: ['service'],
    registers: [registry],
  });
  return async () => {
    const found = probe();
    held.reset();
    if (found) held.set({ service: found.service }, found.lease.isHeld ? 1 : 0);
  };
};
