import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Instant, plusDays } from '@muster/kernel';
import { type Head, SELECT_HEAD } from '../event-log.schema.ts';
import { BackupError } from './backup-error.ts';
import { copyDurably, empty, fingerprint, isEmpty, makeDirectory, sync } from './files.ts';
import {
  announceKeys,
  dataFiles,
  DEVELOPMENT_FILE,
  KEY_BACKUP_DAYS,
  type KeyManifest,
  type LogManifest,
  writeManifest,
} from './manifest.ts';
import { snapshot } from './snapshot.ts';

/** Steps of a backup or of its way back; `done` of `total` in pages, bytes or events. */
export type BackupProgress = {
  readonly step: 'log' | 'keys' | 'files' | 'chain' | 'seals';
  readonly done: number;
  readonly total: number;
};

export type BackupOptions = {
  readonly now: Instant;
  readonly musterVersion: string;
  /** Where the keys go; `keys` in the target where not given. They must be kept apart, and 30 days at most. */
  readonly keysTarget?: string;
  readonly pagesPerStep?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: BackupProgress) => void;
};

export type Backup = {
  readonly target: string;
  readonly keysTarget: string;
  readonly log: LogManifest;
  readonly keys: KeyManifest;
};

/**
 * Copies the log and the keys of a data directory, whether a server runs on it or not; appends go on meanwhile. The log
 * as of one moment first, then the keys: a key is durable before the append that uses it, so they open all of it (E12).
 * Views are not copied: they are rebuilt (R50).
 *
 * @throws BackupError nothing-there, not-empty, interrupted
 */
export const backup = async (
  dataDirectory: string,
  target: string,
  options: BackupOptions,
): Promise<Backup> => {
  const keysTarget = options.keysTarget ?? join(target, 'keys');
  for (const name of Object.values(dataFiles))
    if (!existsSync(join(dataDirectory, name)))
      throw new BackupError('nothing-there', `${dataDirectory} has no ${name}`);
  for (const directory of [target, keysTarget])
    if (!isEmpty(directory)) throw new BackupError('not-empty', `${directory} is not empty`);
  makeDirectory(target);
  makeDirectory(keysTarget);
  try {
    const log = await backUpLog(dataDirectory, target, options);
    const keys = await backUpKeys(dataDirectory, keysTarget, options, log);
    // A whole backup has both: whoever finds the log's manifest finds keys that open it.
    writeManifest(keysTarget, keys);
    writeManifest(target, log);
    return { target, keysTarget, log, keys };
  } catch (error) {
    for (const directory of [keysTarget, target]) empty(directory);
    throw error;
  }
};

const backUpLog = async (
  dataDirectory: string,
  target: string,
  { now, musterVersion, onProgress, ...options }: BackupOptions,
): Promise<LogManifest> => {
  const copy = join(target, dataFiles.log);
  await snapshot(join(dataDirectory, dataFiles.log), copy, {
    ...options,
    onProgress: (done, total) => onProgress?.({ step: 'log', done, total }),
  });
  sync(target);
  return {
    kind: 'muster log backup',
    version: 1,
    musterVersion,
    createdAt: now,
    ...endOf(copy),
    files: [await fingerprint(target, dataFiles.log)],
  };
};

const backUpKeys = async (
  dataDirectory: string,
  target: string,
  { now, musterVersion, onProgress, ...options }: BackupOptions,
  { logId, head }: LogManifest,
): Promise<KeyManifest> => {
  const expiry = plusDays(now, KEY_BACKUP_DAYS);
  announceKeys(target, { kind: 'muster key backup', version: 1, keysExpireAt: expiry });
  await snapshot(join(dataDirectory, dataFiles.keys), join(target, dataFiles.keys), {
    ...options,
    onProgress: (done, total) => onProgress?.({ step: 'keys', done, total }),
  });
  const files = [await fingerprint(target, dataFiles.keys)];
  if (existsSync(join(dataDirectory, DEVELOPMENT_FILE))) {
    await copyDurably(join(dataDirectory, DEVELOPMENT_FILE), join(target, DEVELOPMENT_FILE));
    files.push(await fingerprint(target, DEVELOPMENT_FILE));
  }
  sync(target);
  return {
    kind: 'muster key backup',
    version: 1,
    musterVersion,
    createdAt: now,
    keysExpireAt: expiry,
    logId,
    upTo: head.position,
    files,
  };
};

const endOf = (file: string): Pick<LogManifest, 'logId' | 'head'> => {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const about = database.prepare('SELECT id FROM about').get() as { readonly id: string };
    const head = database.prepare(SELECT_HEAD).get() as Head | undefined;
    const { position, commitNumber, hash } = head ?? { position: 0, commitNumber: 0, hash: '' };
    return { logId: about.id, head: { position, commits: commitNumber, hash } };
  } finally {
    database.close();
  }
};
