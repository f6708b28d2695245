import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type IndexEntries, ViewConflict, type ViewSlot, type ViewWrite } from '@muster/eventsourcing';
import { readStoreContract } from '@muster/eventsourcing/testing';
import { UnavailableError } from '@muster/kernel';
import { SqliteReadStore } from './sqlite.read-store.ts';

const directory = mkdtempSync(join(tmpdir(), 'read-store-'));
afterAll(() => rmSync(directory, { recursive: true }));

let path: string;
let files = 0;
beforeEach(() => {
  path = join(directory, `${files++}`);
});

readStoreContract(
  'SqliteReadStore',
  async () => SqliteReadStore.open(path),
  async (store) => {
    await store.close();
    return SqliteReadStore.open(path);
  },
);

describe('SqliteReadStore', () => {
  const members: ViewSlot = { name: 'members', version: 1, slot: 'a' };
  const fileOf = (generation = 1) => join(path, `members-v1-a.${generation}.db`);
  const indexed = (id: string, indexes: IndexEntries) => ({ id, document: { id }, indexes });
  const writeAll = (store: SqliteReadStore, changes: ViewWrite['changes']) =>
    store.write(members, {
      changes,
      expected: undefined,
      checkpoint: { logId: 'log-1', position: 1, revision: 1 },
      park: [],
      release: [],
    });

  it('E21: of two processes on one directory, the one that is behind writes nothing', async () => {
    const [first, second] = [SqliteReadStore.open(path), SqliteReadStore.open(path)];
    await writeAll(first, [indexed('a', {})]);
    await expect(writeAll(second, [indexed('b', {})])).rejects.toBeInstanceOf(ViewConflict);
    expect(await second.find(members, { where: [], limit: 9 })).toStrictEqual([
      { id: 'a', document: { id: 'a' } },
    ]);
    await first.close();
    await second.close();
  });

  it('goes on with a file whose documents are rows of the tree of ids, as earlier versions made them', async () => {
    mkdirSync(path, { recursive: true });
    const earlier = new DatabaseSync(fileOf());
    earlier.exec(`CREATE TABLE documents (
      id TEXT PRIMARY KEY, body TEXT NOT NULL, entries TEXT NOT NULL) STRICT, WITHOUT ROWID`);
    earlier.exec(`INSERT INTO documents VALUES ('a', '{"id":"a"}', '{}'), ('c', '{"id":"c"}', '{}')`);
    earlier.close();
    const store = SqliteReadStore.open(path);
    await writeAll(store, [indexed('b', { name: ['new'] }), indexed('a', { name: ['replaced'] })]);
    const where = [{ field: 'name', anyOf: ['new', 'replaced'] }];
    const found = await store.find(members, { where, limit: 9 });
    expect(found.map(({ id }) => id)).toStrictEqual(['a', 'b']);
    const all = await store.find(members, { where: [], limit: 9 });
    expect(all.map(({ id }) => id)).toStrictEqual(['a', 'b', 'c']);
    expect(await store.get(members, 'c')).toStrictEqual({ id: 'c' });
    await store.close();
  });

  it.each(['documents', 'entries', 'parked', 'checkpoint'])(
    'E20: a write that breaks off at %s leaves nothing in any table',
    async (table) => {
      const store = SqliteReadStore.open(path);
      await writeAll(store, [indexed('a', { name: ['before'] })]);
      const other = new DatabaseSync(fileOf());
      other.exec(`CREATE TRIGGER crash BEFORE INSERT ON ${table} BEGIN SELECT RAISE(ABORT, 'crash'); END`);
      const broken = store.write(members, {
        changes: [indexed('a', { name: ['after'] }), indexed('b', { name: ['after'] })],
        expected: { logId: 'log-1', position: 1, revision: 1 },
        checkpoint: { logId: 'log-1', position: 2, revision: 2 },
        park: [{ stream: 'member-1', position: 2, error: 'unknown' }],
        release: [],
      });
      await expect(broken).rejects.toBeInstanceOf(UnavailableError);
      expect(await store.checkpoint(members)).toStrictEqual({ logId: 'log-1', position: 1, revision: 1 });
      expect(await store.parked(members)).toStrictEqual([]);
      expect(await store.find(members, { where: [], limit: 9 })).toHaveLength(1);
      expect(await store.count(members, [{ field: 'name', anyOf: ['before'] }])).toBe(1);
      expect(await store.count(members, [{ field: 'name', anyOf: ['after'] }])).toBe(0);
      other.close();
      await store.close();
    },
  );

  it('R50: a view dropped by one process is empty for another that had read it', async () => {
    const [first, second] = [SqliteReadStore.open(path), SqliteReadStore.open(path)];
    await writeAll(first, [indexed('a', {})]);
    expect(await second.count(members, [])).toBe(1);
    await first.drop(members);
    expect(await second.count(members, [])).toBe(0);
    await writeAll(second, [indexed('b', {})]);
    expect(await first.get(members, 'b')).toStrictEqual({ id: 'b' });
    await first.close();
    await second.close();
  });

  it('says that it is unavailable where the engine does not answer', async () => {
    writeFileSync(path, '');
    expect(() => SqliteReadStore.open(join(path, 'views'))).toThrow(UnavailableError);
    const store = SqliteReadStore.open(`${path}-views`);
    await store.close();
    await store.close();
    await expect(store.get(members, 'a')).rejects.toBeInstanceOf(UnavailableError);
    await expect(writeAll(store, [])).rejects.toBeInstanceOf(UnavailableError);
  });

  it('SQL injection: a view’s name is kebab-case or refused', async () => {
    const store = SqliteReadStore.open(path);
    for (const name of ['a"b', 'members_v1', 'x; DROP TABLE checkpoints', '', 'A'])
      await expect(store.get({ ...members, name }, 'a')).rejects.toThrow('not a view name');
    await expect(store.get({ ...members, version: 1.5 }, 'a')).rejects.toThrow('not a view name');
    await store.close();
  });

  it('SQL injection: ids, fields and values are bound, never part of the statement', async () => {
    const store = SqliteReadStore.open(path);
    const evil = `'"); DROP TABLE checkpoints; --`;
    await writeAll(store, [indexed(evil, { [evil]: [evil] })]);
    expect(await store.find(members, { where: [{ field: evil, anyOf: [evil] }], limit: 9 })).toHaveLength(1);
    expect(await store.find(members, { where: [{ field: evil, contains: evil }], limit: 9 })).toHaveLength(1);
    expect((await store.checkpoint(members))?.position).toBe(1);
    await store.close();
  });

  it('views hold personal data: nobody but the owner may read the files', async () => {
    const store = SqliteReadStore.open(path);
    await writeAll(store, [indexed('a', {})]);
    for (const file of readdirSync(path).map((name) => join(path, name)))
      expect(statSync(file).mode & 0o777).toBe(0o600);
    await store.close();
  });

  it('R54: what a document no longer says is not in the file any more', async () => {
    const store = SqliteReadStore.open(path);
    const secret = 'zoe@secret.example';
    await writeAll(store, [{ id: 'a', document: { address: secret }, indexes: { address: [secret] } }]);
    await store.close();
    expect(readFileSync(fileOf()).includes(secret)).toBe(true);

    const again = SqliteReadStore.open(path);
    await again.write(members, {
      changes: [{ id: 'a', document: { address: null }, indexes: {} }],
      expected: { logId: 'log-1', position: 1, revision: 1 },
      checkpoint: { logId: 'log-1', position: 2, revision: 2 },
      park: [],
      release: [],
    });
    await again.close();
    expect(readFileSync(fileOf()).includes(secret)).toBe(false);
  });

  it('waits for another process that is writing the slot, without holding up this one', async () => {
    const store = SqliteReadStore.open(path);
    await writeAll(store, [indexed('a', {})]);
    const other = new DatabaseSync(fileOf());
    other.exec('BEGIN IMMEDIATE');
    const written = store.write(members, {
      changes: [{ id: 'a', document: undefined }],
      expected: { logId: 'log-1', position: 1, revision: 1 },
      checkpoint: { logId: 'log-1', position: 2, revision: 2 },
      park: [],
      release: [],
    });
    let turns = 0;
    while (turns < 3) turns = await new Promise((resolve) => setImmediate(() => resolve(turns + 1)));
    expect(await store.count(members, [])).toBe(1);
    other.exec('COMMIT');
    await written;
    expect(await store.count(members, [])).toBe(0);
    other.close();
    await store.close();
  });
});
