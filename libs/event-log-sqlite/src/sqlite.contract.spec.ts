import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventLogContract, keyStoreContract, logOperationsContract } from '@muster/eventsourcing/testing';
import { SqliteEventLog } from './sqlite.event-log.ts';
import { SqliteKeyStore } from './sqlite.key-store.ts';

let directory: string;
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'muster-'))));
afterEach(() => rmSync(directory, { recursive: true }));

eventLogContract('SqliteEventLog', async (options) => {
  const open = () => SqliteEventLog.open(join(directory, 'events.db'), options);
  const log = await open();
  return { log, reopen: async () => (await log.close(), open()) };
});

logOperationsContract('SqliteEventLog', (options) =>
  SqliteEventLog.open(join(directory, 'events.db'), options),
);

keyStoreContract('SqliteKeyStore', async () => {
  const masterKey = new Uint8Array(32).fill(7);
  const open = () => SqliteKeyStore.open(join(directory, 'keys.db'), { masterKey });
  const keys = await open();
  return { keys, reopen: async () => (await keys.close(), open()) };
});
