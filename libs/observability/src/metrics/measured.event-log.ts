import {
  AppendOutcomeUnknown,
  type Commit,
  CommitIdReused,
  type EventLog,
  ReservationTaken,
  RevisionConflict,
  withMethods,
} from '@muster/eventsourcing';
import { UnavailableError } from '@muster/kernel';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Collector } from './collector.ts';
import { DURATION_BUCKETS, stopwatch } from './durations.ts';

const outcomes = [
  [RevisionConflict, 'conflict'],
  [ReservationTaken, 'reservation_taken'],
  [CommitIdReused, 'refused'],
  [AppendOutcomeUnknown, 'unknown'],
  [UnavailableError, 'unavailable'],
] as const;

const outcomeOf = (error: unknown): string =>
  outcomes.find(([type]) => error instanceof type)?.[1] ?? 'failed';

export class LogMetrics {
  private readonly appends;
  private readonly events;
  private readonly position;
  private log: Pick<EventLog, 'head'> | undefined;

  constructor(registry: Registry) {
    const registers = [registry];
    this.appends = new Histogram({
      name: 'muster_event_log_append_duration_seconds',
      help: 'Until a commit was acknowledged, or was not: `appended`, `duplicate`, `conflict`, `reservation_taken`, `refused`, `unknown`, `unavailable`, `failed`.',
      labelNames: ['outcome'],
      buckets: DURATION_BUCKETS,
      registers,
    });
    this.events = new Counter({
      name: 'muster_event_log_events_total',
      help: 'Events that this process committed.',
      registers,
    });
    this.position = new Gauge({
      name: 'muster_event_log_position',
      help: 'The head of the log, as this process knows it; missing while the log does not answer.',
      registers,
    });
  }

  readonly collect: Collector = async () => {
    const head = await this.log?.head().catch(() => undefined);
    if (head === undefined) this.position.remove();
    else this.position.set(head);
  };

  /** The same log, measured. `committed` is told of each commit that was written, once: a repeat is none. */
  measured(log: EventLog, committed: (commit: Commit) => void): EventLog {
    this.log = log;
    const append: EventLog['append'] = async (commit) => {
      const elapsed = stopwatch();
      try {
        const appended = await log.append(commit);
        this.appends.observe({ outcome: appended.duplicate ? 'duplicate' : 'appended' }, elapsed());
        if (!appended.duplicate) {
          this.events.inc(appended.events.length);
          committed(commit);
        }
        return appended;
      } catch (error) {
        this.appends.observe({ outcome: outcomeOf(error) }, elapsed());
        throw error;
      }
    };
    return withMethods(log, { append });
  }
}
