import { aCommit, eventLogContract, keyStoreContract, logOperationsContract } from '../testing/index.ts';
import { InMemoryEventLog } from './in-memory.event-log.ts';
import { InMemoryKeyStore } from './in-memory.key-store.ts';

eventLogContract('InMemoryEventLog', async (options) => ({ log: new InMemoryEventLog(options) }));
logOperationsContract('InMemoryEventLog', async (options) => new InMemoryEventLog(options));
keyStoreContract('InMemoryKeyStore', async () => ({ keys: new InMemoryKeyStore() }));

describe('a copy in memory', () => {
  it('of a log holds all it held, as the same log, and nothing that came later', async () => {
    const log = new InMemoryEventLog();
    const commit = aCommit();
    await log.append(commit);
    const copy = new InMemoryEventLog({ from: log });
    await log.append(aCommit());
    expect([copy.logId, await copy.head(), await log.head()]).toEqual([log.logId, 1, 2]);
    expect(await copy.readAll(0, 9)).toEqual(await log.readAll(0, 1));
    expect(await copy.append(commit)).toMatchObject({ position: 1, duplicate: true });
    await copy.append(aCommit());
    expect(await copy.readAll(1, 9)).not.toEqual(await log.readAll(1, 9));
  });

  it('of a key store opens what it opened, and what is destroyed there is not here', async () => {
    const keys = new InMemoryKeyStore();
    const key = await keys.ensure('ada');
    const copy = new InMemoryKeyStore({ from: keys });
    await keys.destroy('ada');
    expect(await copy.ensure('ada')).toEqual(key);
    expect(await keys.ensure('ada')).toBeUndefined();
  });
});
