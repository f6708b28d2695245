import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Instant } from '@muster/kernel';
import { ChainVerifier } from '../verify-chain.ts';
import type { BackupProgress } from './backup.ts';
import { BackupError } from './backup-error.ts';
import { difference } from './files.ts';
import { dataFiles, type KeyManifest, type LogManifest, readManifest } from './manifest.ts';

export type VerifyBackupOptions = {
  readonly now: Instant;
  /** Where the keys are; `keys` in the backup where not given. */
  readonly keysSource?: string;
  readonly onProgress?: (progress: BackupProgress) => void;
};

export type BackupVerification = {
  readonly ok: boolean;
  /** What is wrong, the first thing first. */
  readonly problems: readonly string[];
  readonly log: LogManifest | null;
  readonly keys: KeyManifest | null;
  readonly keysExpired: boolean;
  readonly events: number;
  readonly commits: number;
  readonly aged: number;
  /** Subjects whose sealed data the keys open, and those that are erased. */
  readonly subjects: { readonly open: number; readonly erased: number };
};

const NOTHING = { commits: 0, events: 0, aged: 0 };

/** Whether a backup could be restored: whole, unaltered, its chain true, and every sealed event's key there or erased. */
export const verifyBackup = async (
  source: string,
  options: VerifyBackupOptions,
): Promise<BackupVerification> => {
  const keysSource = options.keysSource ?? join(source, 'keys');
  const problems: string[] = [];
  const log = manifestIn<LogManifest>(source, 'muster log backup', problems);
  const keys = manifestIn<KeyManifest>(keysSource, 'muster key backup', problems);
  if (log && keys) {
    if (log.logId !== keys.logId) problems.push(`the keys are of log ${keys.logId}, not of ${log.logId}`);
    else if (keys.upTo < log.head.position)
      problems.push(`the keys are older than the log: of position ${keys.upTo}, not ${log.head.position}`);
  }
  for (const [directory, manifest] of [
    [source, log],
    [keysSource, keys],
  ] as const)
    for (const file of manifest?.files ?? []) {
      const problem = await difference(directory, file);
      if (problem !== undefined) problems.push(problem);
      options.onProgress?.({ step: 'files', done: file.bytes, total: file.bytes });
    }
  // A damaged file is named as such; what a reader makes of it says no more.
  const sound = log && keys && problems.length === 0;
  const chain = sound ? await verifyChain(source, log, problems, options) : NOTHING;
  const subjects =
    sound && problems.length === 0
      ? await verifyKeys(source, keysSource, problems, options)
      : { open: 0, erased: 0 };
  const keysExpired = keys !== null && options.now >= keys.keysExpireAt;
  return { ok: problems.length === 0, problems, log, keys, keysExpired, ...chain, subjects };
};

const manifestIn = <M extends LogManifest | KeyManifest>(
  directory: string,
  kind: M['kind'],
  problems: string[],
): M | null => {
  try {
    const manifest = readManifest<M>(directory, kind);
    if (!manifest) problems.push(`${directory} has no manifest: it is no whole ${kind}`);
    return manifest ?? null;
  } catch (error) {
    if (!(error instanceof BackupError)) throw error;
    problems.push(error.message);
    return null;
  }
};

const verifyChain = async (
  source: string,
  { logId, head }: LogManifest,
  problems: string[],
  { onProgress }: VerifyBackupOptions,
): Promise<{ readonly commits: number; readonly events: number; readonly aged: number }> => {
  const database = new DatabaseSync(join(source, dataFiles.log), { readOnly: true });
  try {
    const verified = await new ChainVerifier(database, logId).verify((done, total) =>
      onProgress?.({ step: 'chain', done, total }),
    );
    if (!verified.ok) {
      problems.push(`the log does not verify: ${verified.problem}`);
      return NOTHING;
    }
    const { commits, events, aged } = verified;
    if (events !== head.position || commits !== head.commits)
      problems.push(`the log ends at ${events}, not at ${head.position} as the manifest says`);
    return { commits, events, aged };
  } finally {
    database.close();
  }
};

const EVENTS_PER_PAGE = 10_000;

/** Each key that a sealed event names, once. Looked up as a row: nothing is opened, and no master key is needed. */
const verifyKeys = async (
  source: string,
  keysSource: string,
  problems: string[],
  { onProgress }: VerifyBackupOptions,
): Promise<BackupVerification['subjects']> => {
  const log = new DatabaseSync(join(source, dataFiles.log), { readOnly: true });
  const keys = new DatabaseSync(join(keysSource, dataFiles.keys), { readOnly: true });
  try {
    const named = log.prepare(
      `SELECT json_extract(data, '$."$sealed".key') AS keyId, position FROM events
       WHERE position > ? AND position <= ? AND instr(data, '"$sealed"') AND keyId IS NOT NULL ORDER BY position`,
    );
    const find = keys.prepare('SELECT wrapped IS NULL AS erased FROM keys WHERE key_id = ?');
    const total = Number(log.prepare('SELECT ifnull(max(position), 0) AS head FROM events').get()!['head']);
    const found = new Map<string, boolean>();
    for (let after = 0; after < total; after += EVENTS_PER_PAGE) {
      for (const { keyId, position } of named.all(after, after + EVENTS_PER_PAGE)) {
        if (found.has(String(keyId))) continue;
        const row = find.get(keyId!);
        if (!row) problems.push(`the key ${String(keyId)} of event ${String(position)} is missing`);
        found.set(String(keyId), row?.['erased'] === 1);
      }
      onProgress?.({ step: 'seals', done: Math.min(total, after + EVENTS_PER_PAGE), total });
      await nextTurn();
    }
    const erased = [...found.values()].filter(Boolean).length;
    return { open: found.size - erased, erased };
  } finally {
    log.close();
    keys.close();
  }
};
