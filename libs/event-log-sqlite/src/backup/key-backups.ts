import { readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Instant } from '@muster/kernel';
import { sync } from './files.ts';
import { keysExpireAt } from './manifest.ts';

const DEPTH = 3;

/**
 * Deletes every key backup under a directory that is past its time, unfinished ones too; to be run every day. It is what
 * makes an erasure reach the backups (R54). Names the directories it deleted. Log backups stay: without keys they open
 * nothing personal.
 */
export const pruneKeyBackups = (directory: string, now: Instant): readonly string[] => {
  const expired = keyBackupsIn(directory, DEPTH).filter(({ expiresAt }) => now >= expiresAt);
  for (const { path } of expired) {
    rmSync(path, { recursive: true });
    sync(dirname(path));
  }
  return expired.map(({ path }) => path);
};

type KeyBackup = { readonly path: string; readonly expiresAt: Instant };

const keyBackupsIn = (path: string, depth: number): readonly KeyBackup[] => {
  const expiresAt = keysExpireAt(path);
  if (expiresAt !== undefined) return [{ path, expiresAt }];
  if (depth === 0) return [];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => keyBackupsIn(join(path, name), depth - 1));
};
