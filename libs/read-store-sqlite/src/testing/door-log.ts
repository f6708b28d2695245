import { InMemoryEventLog } from '@muster/eventsourcing';
import { openDoor } from '@muster/eventsourcing/testing';

const DOORS = 40;

class DoorLog extends InMemoryEventLog {
  override readonly logId = 'door-log';
}

/** The same log in every process: many doors, some of which open others. */
export const doorLog = async (events: number): Promise<DoorLog> => {
  const log = new DoorLog();
  for (let n = 0; n < events; n++)
    await openDoor(log, `door-${n % DOORS}`, n % 7 === 0 ? { also: `door-${(n * 3) % DOORS}` } : {});
  return log;
};
