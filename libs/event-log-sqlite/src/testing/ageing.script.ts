// A process that ages what it can until it is done or killed: `ageing.script.ts <directory>`.
// Prints a mark when it begins, and one for each of its commits.
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { age } from '@muster/eventsourcing';
import { projectId, visitAggregate } from '@muster/eventsourcing/testing';
import { SqliteEventLog } from '../sqlite.event-log.ts';
import { SqliteKeyStore } from '../sqlite.key-store.ts';

const [directory = ''] = process.argv.slice(2);
const log = await SqliteEventLog.open(join(directory, 'events.db'));
const keys = await SqliteKeyStore.open(join(directory, 'keys.db'), { masterKey: new Uint8Array(32).fill(7) });
const ageOnce = log.age.bind(log);
log.age = async (ageing) => {
  const appended = await ageOnce(ageing);
  writeSync(1, '.');
  return appended;
};
writeSync(1, '.');
await age(
  { log, keys, aggregates: [visitAggregate] },
  {
    projectId,
    now: '2027-11-23T12:00:00.000Z',
    olderThanDays: 30,
    upTo: Number.MAX_SAFE_INTEGER,
    actor: 'system:ageing',
  },
);
await keys.close();
await log.close();
