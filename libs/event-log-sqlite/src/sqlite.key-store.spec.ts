import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { UnavailableError } from '@muster/kernel';
import { SqliteKeyStore } from './sqlite.key-store.ts';
import { bytesIn, testDirectory } from './testing/files.ts';

const path = testDirectory();
const masterKey = new Uint8Array(32).fill(7);
const ann = 'project-test-1/organization-test-1/ann';
const ben = 'project-test-1/organization-test-1/ben';

describe('SqliteKeyStore', () => {
  let keys: SqliteKeyStore;
  const open = (options: { cached?: number; patience?: number } = {}) =>
    SqliteKeyStore.open(path('keys.db'), { masterKey, ...options });
  const wrapped = (keyId: string): Buffer => {
    const database = new DatabaseSync(path('keys.db'), { readOnly: true });
    const row = database.prepare('SELECT wrapped FROM keys WHERE key_id = ?').get(keyId);
    database.close();
    return Buffer.from(row!['wrapped'] as Uint8Array);
  };
  beforeEach(async () => {
    keys = await open();
  });
  afterEach(() => keys.close());

  it('E12: another master key does not open the store, and says so at once', async () => {
    await expect(
      SqliteKeyStore.open(path('keys.db'), { masterKey: new Uint8Array(32).fill(8) }),
    ).rejects.toMatchObject({ name: 'WrongMasterKey', message: expect.stringContaining('keys.db') });
    await expect(SqliteKeyStore.open(path('keys.db'), { masterKey: new Uint8Array(31) })).rejects.toThrow(
      'a master key has 32 bytes, this one 31',
    );
  });

  it('E12: a key put in the row of another subject does not open', async () => {
    await Promise.all([keys.ensure(ann), keys.ensure(ben)]);
    const database = new DatabaseSync(path('keys.db'));
    database.prepare('UPDATE keys SET wrapped = ? WHERE key_id = ?').run(wrapped(ann), ben);
    database.close();
    await expect(keys.find([ben])).rejects.toMatchObject({ name: 'WrappedKeyBroken', keyId: ben });
    expect((await keys.find([ann])).size).toBe(1);
  });

  it('E12: a destroyed key is in no byte of the file or its write-ahead log', async () => {
    const others = Array.from({ length: 200 }, (_, index) => keys.ensure(`${ben}-${index}`));
    await Promise.all([...others, keys.ensure(ann)]);
    const bytes = wrapped(ann);
    // Any part of it counts: the tombstone that takes its place overwrites only some.
    const parts = Array.from({ length: bytes.length - 7 }, (_, at) => bytes.subarray(at, at + 8));
    const remains = () => parts.filter((part) => bytesIn(path()).includes(part)).length;
    expect(remains()).toBe(53);
    await keys.destroy(ann);
    expect(remains()).toBe(0);
    expect(statSync(path('keys.db-wal')).size).toBe(0);
  });

  it('E12: a key that another process destroyed is not served from memory', async () => {
    await keys.ensure(ann);
    expect((await keys.find([ann])).size).toBe(1);
    const other = await open();
    await other.destroy(ann);
    expect(await keys.find([ann])).toStrictEqual(new Map());
    expect(await keys.ensure(ann)).toBeUndefined();
    await other.close();
  });

  it('E12: two processes that mention a subject at once get the same key', async () => {
    const other = await open();
    const [first, second] = await Promise.all([keys.ensure(ann), other.ensure(ann)]);
    expect(first).toStrictEqual(second);
    await other.close();
  });

  it('E12: a key is on disk before it is handed out', async () => {
    const other = await open();
    const key = await keys.ensure(ann);
    expect(await other.find([ann])).toStrictEqual(new Map([[ann, key]]));
    await other.close();
  });

  it('keeps only so many keys in memory, and finds the others in the file', async () => {
    const small = await open({ cached: 1 });
    const [anns, bens] = [await small.ensure(ann), await small.ensure(ben)];
    expect(await small.find([ann, ben, ann])).toStrictEqual(
      new Map([
        [ann, anns],
        [ben, bens],
      ]),
    );
    await small.close();
  });

  it('E12: says that a key is not gone yet while a reader keeps its bytes in the write-ahead log', async () => {
    const hasty = await open({ patience: 20 });
    await hasty.ensure(ann);
    const reader = new DatabaseSync(path('keys.db'), { readOnly: true });
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM keys').get();
    await expect(hasty.destroy(ann)).rejects.toThrow(UnavailableError);
    expect(await hasty.ensure(ann)).toBeUndefined();
    reader.exec('COMMIT');
    reader.close();
    await hasty.destroy(ann);
    expect(statSync(path('keys.db-wal')).size).toBe(0);
    await hasty.close();
  });

  it('takes nothing once it is closed', async () => {
    await keys.close();
    await expect(keys.ensure(ann)).rejects.toThrow(UnavailableError);
    await expect(keys.destroy(ann)).rejects.toThrow(UnavailableError);
    await keys.close();
  });
});
