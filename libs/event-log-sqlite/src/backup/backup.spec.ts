import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EventCodec } from '@muster/eventsourcing';
import { noon, visitAggregate } from '@muster/eventsourcing/testing';
import { openDirectory, withDirectory } from '../testing/data-directory.ts';
import { testDirectory } from '../testing/files.ts';
import { spawnWriter } from '../testing/spawn-writer.ts';
import { writeVisits } from '../testing/visits.ts';
import { backup, type BackupOptions } from './backup.ts';
import { verifyBackup } from './verify-backup.ts';

const path = testDirectory();
const options: BackupOptions = { now: noon, musterVersion: '1.2.3' };
const json = (file: string) => JSON.parse(readFileSync(path(file), 'utf8')) as Record<string, unknown>;

describe('a backup', () => {
  it('holds the log, and the keys apart, each with what it is and until when it may be kept', async () => {
    const head = await withDirectory(path('data'), async (open) => {
      await writeVisits(open, ['a', 'b']);
      return { logId: open.log.logId, position: await open.log.head() };
    });
    const made = await backup(path('data'), path('copy'), options);

    expect(readdirSync(path('copy')).toSorted()).toStrictEqual(['keys', 'log.db', 'manifest.json']);
    expect(readdirSync(path('copy/keys')).toSorted()).toStrictEqual(['keys.db', 'manifest.json']);
    expect(json('copy/manifest.json')).toStrictEqual({
      kind: 'muster log backup',
      version: 1,
      musterVersion: '1.2.3',
      createdAt: '2026-11-23T12:00:00.000Z',
      logId: head.logId,
      head: { position: 4, commits: 1, hash: expect.stringMatching(/^[\w-]{43}$/) },
      files: [{ name: 'log.db', bytes: expect.any(Number), sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }],
    });
    expect(json('copy/keys/manifest.json')).toMatchObject({
      kind: 'muster key backup',
      createdAt: '2026-11-23T12:00:00.000Z',
      keysExpireAt: '2026-12-23T12:00:00.000Z',
      logId: head.logId,
      upTo: 4,
    });
    expect(made).toMatchObject({
      target: path('copy'),
      keysTarget: path('copy/keys'),
      log: { logId: head.logId },
    });
    for (const file of ['copy/log.db', 'copy/keys/keys.db', 'copy/manifest.json', 'copy/keys/manifest.json'])
      expect(statSync(path(file)).mode & 0o777).toBe(0o600);
  });

  it('puts the keys where they are told to go', async () => {
    await withDirectory(path('data'), async () => undefined);
    await backup(path('data'), path('copy'), { ...options, keysTarget: path('vault/keys') });
    expect(readdirSync(path('copy')).toSorted()).toStrictEqual(['log.db', 'manifest.json']);
    const verified = await verifyBackup(path('copy'), { now: noon, keysSource: path('vault/keys') });
    expect(verified).toMatchObject({ ok: true, problems: [], events: 0 });
  });

  it('takes the development credentials with the keys, where there are any: never with the log', async () => {
    await withDirectory(path('data'), async () => undefined);
    writeFileSync(path('data/development.json'), '{"masterKey":"…"}');
    await backup(path('data'), path('copy'), options);
    expect(existsSync(path('copy/development.json'))).toBe(false);
    expect(readFileSync(path('copy/keys/development.json'), 'utf8')).toBe('{"masterKey":"…"}');
  });

  it('E2, E12: taken under 32 writers of two processes, is the log as of one moment, and its keys open all of it', async () => {
    const open = await openDirectory(path('data'));
    const { log, keys } = open;
    const visits = Array.from({ length: 4_000 }, (_, n) => `before-${n}`);
    await writeVisits(open, visits);
    let stop = false;
    const acknowledged: number[] = [];
    const writer = async (name: string): Promise<void> => {
      for (let n = 0; !stop; n++) await writeVisits(open, [`${name}-${n}`]);
    };
    const other = spawnWriter(
      { file: path('data/log.db'), name: 'w', from: 1, count: 1_000_000 },
      (soFar, child) => {
        acknowledged.push(soFar.length);
        if (stop) child.kill('SIGKILL');
      },
    );
    const writers = Array.from({ length: 32 }, (_, n) => writer(`w${n}`));
    while (acknowledged.length < 20) await new Promise((resolve) => setTimeout(resolve, 5));
    const before = await log.head();
    const made = await backup(path('data'), path('copy'), { ...options, pagesPerStep: 64 });
    const after = await log.head();
    stop = true;
    await Promise.all([...writers, other]);

    const { position } = made.log.head;
    expect(position).toBeGreaterThanOrEqual(before);
    expect(after).toBeGreaterThan(position);
    expect(await verifyBackup(path('copy'), { now: noon })).toMatchObject({
      ok: true,
      problems: [],
      events: position,
      commits: made.log.head.commits,
    });
    const originals = await log.readAll(position - 500, 500);
    await Promise.all([log.close(), keys.close()]);
    await copiedInto('restored');
    await withDirectory(path('restored'), async (copy) => {
      expect(await copy.log.readAll(position - 500, 500)).toStrictEqual(originals);
      const logins = originals.filter(({ type }) => type.startsWith('login.'));
      const decoded = await new EventCodec(copy.keys, [visitAggregate]).decode(logins);
      expect(JSON.stringify(decoded.map(({ event }) => event))).not.toContain('erased');
    });
  }, 60_000);

  /** The two files where a server would look for them, without anything that restoring does. */
  const copiedInto = async (name: string): Promise<void> => {
    mkdirSync(path(name));
    writeFileSync(path(join(name, 'log.db')), readFileSync(path('copy/log.db')));
    writeFileSync(path(join(name, 'keys.db')), readFileSync(path('copy/keys/keys.db')));
  };

  it('tells how far it is', async () => {
    await withDirectory(path('data'), (open) => writeVisits(open, ['a']));
    const steps: string[] = [];
    await backup(path('data'), path('copy'), { ...options, onProgress: ({ step }) => steps.push(step) });
    expect([...new Set(steps)]).toStrictEqual(['log', 'keys']);
  });
});

describe('a backup that is not made', () => {
  it('where there is nothing to back up: nothing is left behind', async () => {
    await expect(backup(path('nowhere'), path('copy'), options)).rejects.toMatchObject({
      fault: 'nothing-there',
    });
    expect(existsSync(path('copy'))).toBe(false);
  });

  it.each(['copy', 'copy/keys'])('where %s holds something: that stays as it is', async (directory) => {
    await withDirectory(path('data'), async () => undefined);
    mkdirSync(path(directory), { recursive: true });
    writeFileSync(path(join(directory, 'mine')), 'x');
    await expect(backup(path('data'), path('copy'), options)).rejects.toMatchObject({ fault: 'not-empty' });
    expect(readFileSync(path(join(directory, 'mine')), 'utf8')).toBe('x');
    expect(existsSync(path('copy/log.db'))).toBe(false);
  });

  it('because it is interrupted: what there was of it is gone', async () => {
    await withDirectory(path('data'), (open) =>
      writeVisits(
        open,
        Array.from({ length: 1_000 }, (_, n) => `v${n}`),
      ),
    );
    const interrupting = new AbortController();
    const interrupted = backup(path('data'), path('copy'), {
      ...options,
      pagesPerStep: 1,
      signal: interrupting.signal,
      onProgress: () => interrupting.abort(),
    });
    await expect(interrupted).rejects.toMatchObject({ fault: 'interrupted' });
    expect(readdirSync(path('copy'))).toStrictEqual([]);
  });
});
