import { EventCodec } from '@muster/eventsourcing';
import { aCommit, noon, organizationId, projectId, visitAggregate } from '@muster/eventsourcing/testing';
import type { SqliteEventLog } from '../sqlite.event-log.ts';
import type { SqliteKeyStore } from '../sqlite.key-store.ts';

const STREAMS_PER_COMMIT = 200;

/** Visits that came to their end at noon, two events each; every third one inside an organization. */
export const writeVisits = async (
  { log, keys }: { readonly log: SqliteEventLog; readonly keys: SqliteKeyStore },
  ids: readonly string[],
): Promise<void> => {
  const codec = new EventCodec(keys, [visitAggregate]);
  for (let first = 0; first < ids.length; first += STREAMS_PER_COMMIT) {
    const writes = ids.slice(first, first + STREAMS_PER_COMMIT).map(async (id, index) => {
      const organization = index % 3 === 0 ? organizationId : null;
      const events = await codec.encode('login', { projectId, organizationId: organization, id }, [
        { type: 'VisitBegun', data: { name: `Visitor ${id}`, begunAt: noon } },
        { type: 'VisitEnded', data: { endedAt: noon } },
      ]);
      const stream = `login-${projectId}.${id}`;
      return { stream, organizationId: organization, expect: 'noStream' as const, events };
    });
    await log.append(aCommit({ writes: await Promise.all(writes) }));
  }
};
