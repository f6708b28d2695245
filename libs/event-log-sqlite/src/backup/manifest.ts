import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Instant } from '@muster/kernel';
import { BackupError } from './backup-error.ts';
import { type Fingerprint, writeDurably } from './files.ts';

/** What the files of a data directory are called; the key store's go into a directory of their own. */
export const dataFiles = { log: 'log.db', keys: 'keys.db' } as const;

/**
 * Made in development only, and holds the master key in clear there: it travels with the keys, and is there only where
 * the data directory has one. In production the master key is in no backup.
 */
export const DEVELOPMENT_FILE = 'development.json';

/** How long keys may be kept in a backup: by then an erasure has reached every copy (R54). */
export const KEY_BACKUP_DAYS = 30;

export type LogManifest = {
  readonly kind: 'muster log backup';
  readonly version: 1;
  readonly musterVersion: string;
  readonly createdAt: Instant;
  readonly logId: string;
  /** Of the log's end in this backup; the chain leads to the hash. */
  readonly head: { readonly position: number; readonly commits: number; readonly hash: string };
  readonly files: readonly Fingerprint[];
};

export type KeyManifest = {
  readonly kind: 'muster key backup';
  readonly version: 1;
  readonly musterVersion: string;
  readonly createdAt: Instant;
  /** From then on it must be deleted, and is not restored without being told to. */
  readonly keysExpireAt: Instant;
  readonly logId: string;
  /** These keys open everything in the log up to here. */
  readonly upTo: number;
  readonly files: readonly Fingerprint[];
};

const FILE = 'manifest.json';
const ANNOUNCED = `${FILE}.part`;

/** Written last, in one piece: a directory without one is no backup. */
export const writeManifest = (directory: string, manifest: LogManifest | KeyManifest): void =>
  writeDurably(join(directory, FILE), `${JSON.stringify(manifest, null, 2)}\n`);

/**
 * Before the keys are copied: says until when they may be there, so that a backup which was killed on the way is
 * deleted in time as well.
 */
export const announceKeys = (
  directory: string,
  manifest: Pick<KeyManifest, 'kind' | 'version' | 'keysExpireAt'>,
): void => writeFileSync(join(directory, ANNOUNCED), JSON.stringify(manifest), { mode: 0o600 });

/** Until when the keys in a directory may be there, whole backup or not; undefined where it has none. */
export const keysExpireAt = (directory: string): Instant | undefined => {
  const file = [FILE, ANNOUNCED].map((name) => join(directory, name)).find((path) => existsSync(path));
  if (file === undefined) return undefined;
  try {
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as Partial<KeyManifest>;
    return manifest.kind === 'muster key backup' ? manifest.keysExpireAt : undefined;
  } catch {
    return undefined;
  }
};

/** Undefined where there is none. @throws BackupError altered, where it cannot be read */
export const readManifest = <M extends LogManifest | KeyManifest>(
  directory: string,
  kind: M['kind'],
): M | undefined => {
  const file = join(directory, FILE);
  if (!existsSync(file)) return undefined;
  let manifest: M;
  try {
    manifest = JSON.parse(readFileSync(file, 'utf8')) as M;
  } catch (cause) {
    throw new BackupError('altered', `${file} cannot be read`, { cause });
  }
  if (manifest?.kind !== kind || manifest.version !== 1)
    throw new BackupError('altered', `${file} is not the manifest of a ${kind} that this version knows`);
  return manifest;
};
