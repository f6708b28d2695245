import { eventLogContract, keyStoreContract, logOperationsContract } from '../testing/index.ts';
import { InMemoryEventLog } from './in-memory.event-log.ts';
import { InMemoryKeyStore } from './in-memory.key-store.ts';

eventLogContract('InMemoryEventLog', async (options) => ({ log: new InMemoryEventLog(options) }));
logOperationsContract('InMemoryEventLog', async (options) => new InMemoryEventLog(options));
keyStoreContract('InMemoryKeyStore', async () => ({ keys: new InMemoryKeyStore() }));
