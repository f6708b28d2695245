import type { Commit } from '@muster/eventsourcing';
import { Counter, type Registry } from 'prom-client';
import type { CountedFacts } from './counted-facts.ts';

type Count = (data: Commit['writes'][number]['events'][number]['data']) => void;

/** Counts committed events, as services say which of theirs count. */
export class FactMetrics {
  private readonly counts = new Map<string, Count[]>();
  private readonly counters = new Map<string, Counter>();

  constructor(registry: Registry, facts: readonly CountedFacts[]) {
    for (const { counter: wanted, category, events } of facts) {
      const counter = this.counterOf(registry, wanted);
      for (const [type, labelsOf] of Object.entries(events)) {
        const name = `${category}.${type}`;
        const count: Count = (data) => counter.inc(labelsOf(data));
        this.counts.set(name, [...(this.counts.get(name) ?? []), count]);
      }
    }
  }

  committed({ writes }: Commit): void {
    for (const { events } of writes)
      for (const { type, data } of events) for (const count of this.counts.get(type) ?? []) count(data);
  }

  private counterOf(registry: Registry, { name, help, labelNames }: CountedFacts['counter']): Counter {
    const counter = this.counters.get(name) ?? new Counter({ name, help, labelNames, registers: [registry] });
    this.counters.set(name, counter);
    return counter;
  }
}
