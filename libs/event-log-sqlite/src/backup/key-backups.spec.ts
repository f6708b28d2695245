import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { noon } from '@muster/eventsourcing/testing';
import { plusDays } from '@muster/kernel';
import { withDirectory } from '../testing/data-directory.ts';
import { testDirectory } from '../testing/files.ts';
import { backup } from './backup.ts';
import { pruneKeyBackups } from './key-backups.ts';

const path = testDirectory();

describe('R54: key backups', () => {
  beforeEach(async () => {
    await withDirectory(path('data'), async () => undefined);
    for (const [name, now] of [
      ['old', noon],
      ['new', plusDays(noon, 10)],
    ] as const)
      await backup(path('data'), path(`backups/${name}`), { now, musterVersion: '1.2.3' });
  });

  it('are deleted when their 30 days are over, at that very instant; logs and younger keys stay', () => {
    expect(pruneKeyBackups(path('backups'), '2026-12-23T11:59:59.999Z')).toStrictEqual([]);
    expect(pruneKeyBackups(path('backups'), '2026-12-23T12:00:00.000Z')).toStrictEqual([
      path('backups/old/keys'),
    ]);
    expect(existsSync(path('backups/old/keys'))).toBe(false);
    expect(existsSync(path('backups/old/log.db'))).toBe(true);
    expect(existsSync(path('backups/new/keys/keys.db'))).toBe(true);
  });

  it('are deleted in time too where the backup was killed before it was whole', () => {
    rmSync(path('backups/old/keys/manifest.json'));
    writeFileSync(
      path('backups/old/keys/manifest.json.part'),
      JSON.stringify({ kind: 'muster key backup', version: 1, keysExpireAt: '2026-12-23T12:00:00.000Z' }),
    );
    expect(pruneKeyBackups(path('backups'), '2026-12-24T00:00:00.000Z')).toStrictEqual([
      path('backups/old/keys'),
    ]);
  });

  it('are the only thing that is: not a data directory, nor a manifest of somebody else', () => {
    mkdirSync(path('backups/theirs'));
    writeFileSync(path('backups/theirs/manifest.json'), '{"keysExpireAt":"2020-01-01T00:00:00.000Z"}');
    expect(pruneKeyBackups(path(), '2026-12-01T00:00:00.000Z')).toStrictEqual([]);
    expect(existsSync(path('data/keys.db'))).toBe(true);
    expect(existsSync(path('backups/theirs'))).toBe(true);
  });
});
