import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Instant } from '@muster/kernel';
import type { BackupProgress } from './backup.ts';
import { BackupError } from './backup-error.ts';
import { buryAgain } from './erased-again.ts';
import { copyDurably, makeDirectory, sync } from './files.ts';
import { assertClosed } from './in-use.ts';
import { dataFiles, DEVELOPMENT_FILE } from './manifest.ts';
import { RESTORING } from './restoring.ts';
import { type BackupVerification, verifyBackup } from './verify-backup.ts';

export type RestoreOptions = {
  readonly now: Instant;
  /** Where the keys are; `keys` in the backup where not given. */
  readonly keysSource?: string;
  /** The data directory may hold something: its log, keys and views are moved aside, never deleted. */
  readonly replace?: boolean;
  /** Keys past their 30 days, which may bring back what was erased since. */
  readonly acceptExpiredKeys?: boolean;
  readonly onProgress?: (progress: BackupProgress) => void;
};

export type Restored = {
  readonly logId: string;
  readonly head: number;
  /** Keys that the backup still had of subjects erased since, destroyed again (R54). */
  readonly erasedAgain: number;
  /** Where what was there before went; null where there was nothing. */
  readonly movedAsideTo: string | null;
};

/** What belongs to one state of the log: it goes aside together. */
const OF_THE_LOG = /^(log|keys|views|answers)(\.db.*)?$/;

/**
 * Makes a data directory out of a backup: log and keys, nothing else. Views are rebuilt from the log when the server
 * starts. As long as it is under way the directory has a `.restoring`, with which no log opens: killed in the middle, it
 * is to be restored again.
 *
 * @throws BackupError incomplete, altered, keys-expired, not-empty, in-use: nothing was changed
 */
export const restore = async (
  source: string,
  dataDirectory: string,
  options: RestoreOptions,
): Promise<Restored> => {
  const keysSource = options.keysSource ?? join(source, 'keys');
  const staging = join(dataDirectory, RESTORING);
  const { log } = whole(await verifyBackup(source, options), options);
  assertFree(dataDirectory, options);
  makeDirectory(dataDirectory);
  rmSync(staging, { recursive: true, force: true });
  makeDirectory(staging);
  sync(dataDirectory);

  await copyDurably(join(source, dataFiles.log), join(staging, dataFiles.log));
  await copyDurably(join(keysSource, dataFiles.keys), join(staging, dataFiles.keys));
  const development = join(keysSource, DEVELOPMENT_FILE);
  if (existsSync(development)) await copyDurably(development, join(staging, DEVELOPMENT_FILE));
  const erasedAgain = buryAgain({
    log: join(staging, dataFiles.log),
    keys: join(staging, dataFiles.keys),
    replaced: join(dataDirectory, dataFiles.keys),
  });

  const movedAsideTo = moveAside(dataDirectory, options.now);
  for (const name of [DEVELOPMENT_FILE, dataFiles.keys, dataFiles.log])
    if (existsSync(join(staging, name))) renameSync(join(staging, name), join(dataDirectory, name));
  sync(dataDirectory);
  rmSync(staging, { recursive: true });
  sync(dataDirectory);
  return { logId: log.logId, head: log.head.position, erasedAgain, movedAsideTo };
};

const whole = (verified: BackupVerification, { acceptExpiredKeys = false }: RestoreOptions) => {
  const { ok, log, keys, problems, keysExpired } = verified;
  if (!log || !keys) throw new BackupError('incomplete', problems.join('; '));
  if (!ok) throw new BackupError('altered', problems.join('; '));
  if (keysExpired && !acceptExpiredKeys)
    throw new BackupError(
      'keys-expired',
      `the keys were to be deleted by ${keys.keysExpireAt}: what was erased since could be read again`,
    );
  return { log, keys };
};

/** What an interrupted restore left may be written over; anything else has to be meant. */
const assertFree = (dataDirectory: string, { replace = false }: RestoreOptions): void => {
  if (!existsSync(dataDirectory)) return;
  const names = readdirSync(dataDirectory);
  if (names.length > 0 && !names.includes(RESTORING) && !replace)
    throw new BackupError('not-empty', `${dataDirectory} is not empty`);
  assertClosed(join(dataDirectory, dataFiles.log));
};

const moveAside = (dataDirectory: string, now: Instant): string | null => {
  const names = readdirSync(dataDirectory).filter((name) => OF_THE_LOG.test(name));
  if (names.length === 0) return null;
  const wanted = join(dataDirectory, `replaced-${now.replaceAll(/[:.]/g, '-')}`);
  let aside = wanted;
  for (let n = 2; existsSync(aside); n++) aside = `${wanted}-${n}`;
  makeDirectory(aside);
  for (const name of names) renameSync(join(dataDirectory, name), join(aside, name));
  sync(aside);
  sync(dataDirectory);
  return aside;
};
