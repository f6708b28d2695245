import { eventLogContract } from '@muster/eventsourcing/testing';
import { KurrentDbEventLog } from './kurrentdb.event-log.ts';
import { KurrentDbDouble } from './testing/kurrentdb-double.ts';

let double: KurrentDbDouble;
beforeEach(async () => void (double = await KurrentDbDouble.start()));
afterEach(() => double.stop());

eventLogContract('KurrentDbEventLog on the double', async (options) => {
  const open = () => KurrentDbEventLog.open(double.url, options);
  const log = await open();
  return { log, reopen: async () => (await log.close(), open()) };
});
