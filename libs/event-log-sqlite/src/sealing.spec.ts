import { DatabaseSync } from 'node:sqlite';
import { EventCodec, fold, handleCommand } from '@muster/eventsourcing';
import { lockerAggregate, noon, organizationId, projectId } from '@muster/eventsourcing/testing';
import { SqliteEventLog } from './sqlite.event-log.ts';
import { SqliteKeyStore } from './sqlite.key-store.ts';
import { bytesIn, testDirectory } from './testing/files.ts';

const path = testDirectory();
const masterKey = new Uint8Array(32).fill(7);
const name = 'Annabel Plaintext';
const annsKey = `${projectId}/${organizationId}/ann`;
const locker = (id: string) => ({ projectId, organizationId, id });

describe('personal data in the log', () => {
  let log: SqliteEventLog;
  let keys: SqliteKeyStore;
  let codec: EventCodec;
  beforeEach(async () => {
    log = await SqliteEventLog.open(path('events.db'));
    keys = await SqliteKeyStore.open(path('keys.db'), { masterKey });
    codec = new EventCodec(keys, [lockerAggregate]);
    for (const id of ['l1', 'l2']) await rent(id);
  });
  afterEach(() => Promise.all([log.close(), keys.close()]));

  const rent = (id: string) =>
    handleCommand(
      { log, codec, lookupHash: (scope, value) => `${scope}.${value}` },
      {
        projectId,
        actor: `project:${projectId}`,
        commandId: `rent-${id}`,
        correlationId: 'r',
        causationId: 'r',
        at: noon,
        content: id,
      },
      async (unit) => {
        const aggregate = await unit.load(lockerAggregate, locker(id));
        aggregate.execute({ type: 'RentLocker', data: { holderId: 'ann', name, label: id }, at: noon });
      },
    );
  const holder = async (id: string) =>
    (await fold({ log, codec }, lockerAggregate, locker(id))).state.rented?.name;

  it('E12: is in no byte of any file, in clear or merely encoded', async () => {
    expect(await holder('l1')).toBe(name);
    // Three alignments of base64, without the characters at the ends that depend on neighbours.
    const encoded = [0, 1, 2].map((skip) => Buffer.from(name.slice(skip, skip + 12)).toString('base64'));
    const bytes = bytesIn(path());
    for (const trace of [name, Buffer.from(name).toString('hex'), ...encoded])
      expect(bytes.includes(trace)).toBe(false);
    expect(bytes.includes('holderId')).toBe(true);
    const key = (await keys.find([annsKey])).get(annsKey)!;
    expect(bytes.includes(Buffer.from(key))).toBe(false);
    expect(bytes.includes(Buffer.from(masterKey))).toBe(false);
  });

  it('E12: cannot be read in another place: a box that was moved does not open', async () => {
    const database = new DatabaseSync(path('events.db'));
    database.exec('UPDATE events SET data = (SELECT data FROM events WHERE position = 1) WHERE position = 2');
    database.close();
    await expect(holder('l2')).rejects.toMatchObject({ name: 'SealBroken' });
    expect(await holder('l1')).toBe(name);
  });

  it('E12: is erased with its key, while the chain verifies and the rest replays', async () => {
    await keys.destroy(annsKey);
    expect(await holder('l1')).toStrictEqual({ erased: true });
    const rebuilt = await codec.decode(await log.readAll(0, 10));
    expect(rebuilt.map(({ event }) => event.data)).toStrictEqual([
      { holderId: 'ann', label: 'l1', name: { erased: true } },
      { holderId: 'ann', label: 'l2', name: { erased: true } },
    ]);
    expect(await log.verify()).toMatchObject({ ok: true, events: 2, aged: 0 });
  });
});
