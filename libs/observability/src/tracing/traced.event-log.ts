import { type EventLog, withMethods } from '@muster/eventsourcing';
import { traced } from './tracing.ts';

/** The same log; each append is a span of what its commit says it is part of (E10). The commit stays as it is. */
export const tracedEventLog = (log: EventLog): EventLog =>
  withMethods(log, {
    append: (commit) =>
      traced(
        commit.metadata.traceparent,
        () => ({
          name: 'append',
          kind: 'client',
          attributes: {
            'db.system.name': 'muster',
            'muster.event_types': commit.writes
              .flatMap(({ events }) => events.map(({ type }) => type))
              .join(' '),
          },
        }),
        () => log.append(commit),
      ),
  });
