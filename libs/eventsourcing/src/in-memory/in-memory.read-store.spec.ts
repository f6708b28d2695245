import { readStoreContract } from '../testing/read-store.contract.ts';
import { InMemoryReadStore } from './in-memory.read-store.ts';

readStoreContract('InMemoryReadStore', async () => new InMemoryReadStore());
