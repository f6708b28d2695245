import { join } from 'node:path';
import { SqliteEventLog } from '@muster/event-log-sqlite';
import { type Commit, timeOrderedUuid } from '@muster/eventsourcing';
import { Latencies } from '../latencies.ts';
import { type AppendParameters, type AppendResult, EVENTS_PER_STREAM, payload } from './append.ts';

const projectId = 'project-test-01890000-0000-7000-8000-000000000009';
const organizationId = 'organization-test-01890000-0000-7000-8000-000000000001';

const commitOf = (stream: string, revision: number, at: string): Commit => {
  const commitId = timeOrderedUuid();
  return {
    commitId,
    commandHash: 'wqYacbT6oI6tsJlQ06yJnEAvpEgbxxBeM3axeJWI0U4',
    metadata: {
      projectId,
      actor: `project:${projectId}`,
      commandId: commitId,
      correlationId: commitId,
      causationId: commitId,
      at,
    },
    writes: [
      {
        stream,
        organizationId,
        expect: revision < 0 ? 'noStream' : { revision },
        events: [
          {
            eventId: timeOrderedUuid(),
            type: 'member.MemberRolesAssigned',
            schemaVersion: 1,
            data: payload(revision),
          },
        ],
      },
    ],
    conditions: [],
    reservations: [],
  };
};

/** The log itself, whole: limits, expectations, hash chain, commit record, one sync per group. */
export const run = async ({ writers, seconds, directory }: AppendParameters): Promise<AppendResult> => {
  const log = await SqliteEventLog.open(join(directory, 'log.db'));
  const latencies = new Latencies();
  const started = performance.now();
  const warm = started + 1_000;
  const until = warm + seconds * 1_000;
  const write = async (writer: number): Promise<void> => {
    for (let number = 0; ; number++) {
      const stream = `member-${projectId}.${writer}-${Math.floor(number / EVENTS_PER_STREAM)}`;
      const began = performance.now();
      if (began > until) return;
      const at = new Date().toISOString();
      await log.append(commitOf(stream, (number % EVENTS_PER_STREAM) - 1, at));
      if (began > warm) latencies.add(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
  const took = performance.now() - warm;
  await log.close();
  return {
    perSecond: (latencies.count / took) * 1_000,
    p50: latencies.quantile(0.5),
    p99: latencies.quantile(0.99),
  };
};
