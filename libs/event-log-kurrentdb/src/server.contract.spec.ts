import { eventLogContract } from '@muster/eventsourcing/testing';
import { KurrentDbEventLog } from './kurrentdb.event-log.ts';
import { describeWithKurrentDb } from './testing/kurrentdb-source.ts';

let opened = 0;
/** One server for all tests: each has a log of its own in it. */
const aSpace = (): string => `test_${process.pid}_${Date.now()}_${opened++}`;

describeWithKurrentDb('a real KurrentDB server', (server) => {
  eventLogContract('KurrentDbEventLog', async (options) => {
    const space = aSpace();
    const open = () => KurrentDbEventLog.open(server().url, { ...options, space });
    const log = await open();
    return { log, reopen: async () => (await log.close(), open()) };
  });
});
