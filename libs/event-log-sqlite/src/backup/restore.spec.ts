import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { EventCodec, InMemoryReadStore, ProjectionRunner } from '@muster/eventsourcing';
import {
  aCommit,
  noon,
  organizationId,
  projectId,
  visitAggregate,
  visitorsProjection,
  writeTo,
} from '@muster/eventsourcing/testing';
import { openDirectory, withDirectory } from '../testing/data-directory.ts';
import { testDirectory } from '../testing/files.ts';
import { writeVisits } from '../testing/visits.ts';
import { backup } from './backup.ts';
import { restore, type RestoreOptions } from './restore.ts';

const path = testDirectory();
const keyOf = (id: string) => `${projectId}/${organizationId}/${id}`;
const restored = (options: Partial<RestoreOptions> = {}, into = 'new') =>
  restore(path('copy'), path(into), { now: noon, ...options });
const namesIn = (directory: string) => readdirSync(path(directory)).toSorted();

beforeEach(async () => {
  await withDirectory(path('data'), (open) => writeVisits(open, ['a', 'b']));
  await backup(path('data'), path('copy'), { now: noon, musterVersion: '1.2.3' });
});

describe('restoring', () => {
  it('makes the data directory as it was: the same log, keys that open it, and no views', async () => {
    const events = await withDirectory(path('data'), ({ log }) => log.readAll(0, 10));
    const { logId, ...report } = await restored();
    expect(report).toStrictEqual({ head: 4, erasedAgain: 0, movedAsideTo: null });
    expect(namesIn('new')).toStrictEqual(['keys.db', 'log.db']);
    await withDirectory(path('new'), async ({ log, keys }) => {
      expect(log.logId).toBe(logId);
      expect(await log.readAll(0, 10)).toStrictEqual(events);
      expect(await log.verify()).toMatchObject({ ok: true, events: 4 });
      const [first] = await new EventCodec(keys, [visitAggregate]).decode(events);
      expect(first!.event.data).toMatchObject({ name: 'Visitor a' });
      expect(await log.append(aCommit())).toMatchObject({ position: 5 });
    });
  });

  it('brings back the development credentials, where the backup has them', async () => {
    writeFileSync(path('data/development.json'), '{"projectId":"p"}');
    await backup(path('data'), path('with'), { now: noon, musterVersion: '1.2.3' });
    await restore(path('with'), path('new'), { now: noon });
    expect(readFileSync(path('new/development.json'), 'utf8')).toBe('{"projectId":"p"}');
  });

  it('refuses a directory that holds anything', async () => {
    mkdirSync(path('new'));
    writeFileSync(path('new/notes.txt'), 'mine');
    await expect(restored()).rejects.toMatchObject({ fault: 'not-empty' });
    expect(namesIn('new')).toStrictEqual(['notes.txt']);
  });

  it('moves what it replaces aside, whole, and leaves what is not of the log', async () => {
    await withDirectory(path('data'), (open) => writeVisits(open, ['later']));
    mkdirSync(path('data/views'));
    for (const name of ['views/a.db', 'answers.db', 'mailbox.jsonl'])
      writeFileSync(path(`data/${name}`), 'x');
    const { movedAsideTo } = await restored({ replace: true }, 'data');
    expect(movedAsideTo).toBe(path('data/replaced-2026-11-23T12-00-00-000Z'));
    expect(namesIn('data')).toStrictEqual([
      'keys.db',
      'log.db',
      'mailbox.jsonl',
      'replaced-2026-11-23T12-00-00-000Z',
    ]);
    expect(readdirSync(movedAsideTo!).toSorted()).toStrictEqual(['answers.db', 'keys.db', 'log.db', 'views']);
    await withDirectory(movedAsideTo!, async ({ log }) => expect(await log.head()).toBe(6));
    await withDirectory(path('data'), async ({ log }) => expect(await log.head()).toBe(4));
  });

  it('refuses while another has the log open', async () => {
    const open = await openDirectory(path('data'));
    await expect(restored({ replace: true }, 'data')).rejects.toMatchObject({ fault: 'in-use' });
    expect(await open.log.append(aCommit())).toMatchObject({ position: 5 });
    await Promise.all([open.log.close(), open.keys.close()]);
  });

  it.each<[fault: string, damage: () => void]>([
    ['incomplete', () => writeFileSync(path('copy/manifest.json'), '')],
    ['altered', () => writeFileSync(path('copy/log.db'), 'x')],
  ])('refuses a backup that is %s, and touches nothing', async (fault, damage) => {
    damage();
    await expect(restored()).rejects.toMatchObject({ fault });
    expect(existsSync(path('new'))).toBe(false);
  });

  it('replaces a log that is damaged', async () => {
    writeFileSync(path('data/log.db'), 'not a database any more');
    await restored({ replace: true }, 'data');
    await withDirectory(path('data'), async ({ log }) =>
      expect(await log.verify()).toMatchObject({ ok: true }),
    );
  });
});

describe('R54: what was erased', () => {
  it('stays so: keys past their 30 days are not restored unless that is asked for', async () => {
    const now = '2026-12-23T12:00:00.000Z';
    await expect(restored({ now })).rejects.toMatchObject({ fault: 'keys-expired' });
    expect(existsSync(path('new'))).toBe(false);
    expect(await restored({ now, acceptExpiredKeys: true })).toMatchObject({ head: 4 });
  });

  it('is erased again where the log says so and the keys come from before', async () => {
    await withDirectory(path('data'), async ({ log, keys }) => {
      await keys.ensure(keyOf('ann'));
      await keys.ensure(keyOf('ben'));
      const stream = `member-${projectId}.ann`;
      const [write] = [writeTo(stream, [{}])];
      const events = write.events.map((event) => ({ ...event, type: 'member.MemberErased' }));
      await log.append(aCommit({ writes: [{ ...write, events }] }));
    });
    // The erasure is recorded, and the key was not destroyed yet when the backup was taken.
    await backup(path('data'), path('between'), { now: noon, musterVersion: '1.2.3' });
    expect(await restore(path('between'), path('new'), { now: noon })).toMatchObject({ erasedAgain: 1 });
    await withDirectory(path('new'), async ({ keys }) => {
      expect(await keys.destroyed([keyOf('ann'), keyOf('ben')])).toStrictEqual(new Set([keyOf('ann')]));
      expect(await keys.ensure(keyOf('ann'))).toBeUndefined();
    });
    const wrapped = bytesOfKey(path('between/keys/keys.db'), keyOf('ann'));
    expect(readFileSync(path('new/keys.db')).includes(wrapped)).toBe(false);
    expect(readFileSync(path('between/keys/keys.db')).includes(wrapped)).toBe(true);
  });

  it('is erased again where the key store that is replaced has destroyed it', async () => {
    const key = `${projectId}/_/b`;
    await withDirectory(path('data'), ({ keys }) => keys.destroy(key));
    expect(await restored({ replace: true }, 'data')).toMatchObject({ erasedAgain: 1 });
    await withDirectory(path('data'), async ({ keys }) => {
      expect(await keys.destroyed([key])).toStrictEqual(new Set([key]));
    });
  });

  const bytesOfKey = (file: string, keyId: string): Buffer => {
    const database = new DatabaseSync(file, { readOnly: true });
    const row = database.prepare('SELECT wrapped FROM keys WHERE key_id = ?').get(keyId);
    database.close();
    return Buffer.from(row!['wrapped'] as Uint8Array);
  };
});

describe('a restore that was not finished', () => {
  beforeEach(() => void mkdirSync(path('new/.restoring'), { recursive: true }));

  it('is no data directory: no log opens there, and none is made', async () => {
    await expect(openDirectory(path('new'))).rejects.toMatchObject({ name: 'RestoreUnfinished' });
    expect(namesIn('new')).toStrictEqual(['.restoring']);
  });

  it('is done again without being forced, and keeps aside what it finds', async () => {
    writeFileSync(path('new/log.db'), 'half');
    writeFileSync(path('new/.restoring/keys.db'), 'half');
    const { movedAsideTo } = await restored();
    expect(readFileSync(`${movedAsideTo}/log.db`, 'utf8')).toBe('half');
    await withDirectory(path('new'), async ({ log }) =>
      expect(await log.verify()).toMatchObject({ ok: true }),
    );
  });
});

describe('E14: an older log under views that know a newer one', () => {
  it('stops them with a clear error: they are wiped with it, not trusted', async () => {
    const store = new InMemoryReadStore();
    const view = async (directory: string) => {
      const { log, keys } = await openDirectory(path(directory));
      const codec = new EventCodec(keys, [visitAggregate]);
      const runner = new ProjectionRunner({ log, codec, store }, visitorsProjection);
      runner.start();
      const head = await log.head();
      const outcome = await runner.waitFor(head, 5_000).then(
        () => 'there',
        () => 'stopped',
      );
      const { state, error } = await runner.state();
      await runner.stop();
      await Promise.all([log.close(), keys.close()]);
      return { outcome, state, error };
    };
    await withDirectory(path('data'), (open) => writeVisits(open, ['later']));
    expect(await view('data')).toMatchObject({ state: 'running' });
    await restored();
    expect(await view('new')).toMatchObject({
      state: 'halted',
      error: expect.stringContaining('is at 6, past the head 4 of its log'),
    });
  });
});
