import { Gauge, type Registry } from 'prom-client';
import type { Collector } from './collector.ts';

const STATES = ['stopped', 'starting', 'relaying', 'standby', 'failing'] as const;

/** What a relay of public events tells of itself. */
export type RelayProbe = {
  status(): { readonly state: (typeof STATES)[number]; readonly position: number };
  /** How many positions of the log it has not looked at yet. */
  lag(): Promise<number>;
};

/** How far the relay of public events to the bus is; of the process that runs one. */
export const relayMetrics = (registry: Registry, relay: () => RelayProbe | undefined): Collector => {
  const registers = [registry];
  const position = new Gauge({
    name: 'muster_relay_position',
    help: 'Every public event up to here is on the bus; missing where no relay runs.',
    registers,
  });
  const lag = new Gauge({
    name: 'muster_relay_lag_positions',
    help: 'Events between what the relay has looked at and the head of the log.',
    registers,
  });
  const state = new Gauge({
    name: 'muster_relay_state',
    help: '1 for the state the relay is in: `relaying`, `standby` beside another relay, `failing`, `starting`, `stopped`.',
    labelNames: ['state'],
    registers,
  });
  return async () => {
    const probe = relay();
    const behind = await probe?.lag().catch(() => undefined);
    state.reset();
    // Without a label a gauge shows 0 before it is set, and a relay at 0 is not the same as none.
    for (const one of [position, lag]) one.remove();
    if (!probe) return;
    const { position: relayed, state: now } = probe.status();
    position.set(relayed);
    if (behind !== undefined) lag.set(behind);
    for (const name of STATES) state.set({ state: name }, name === now ? 1 : 0);
  };
};
