import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { BackupError } from './backup-error.ts';
import { assertClosed } from './in-use.ts';
import { dataFiles } from './manifest.ts';
import { assertRestored } from './restoring.ts';

export type Compacted = { readonly bytesBefore: number; readonly bytesAfter: number };

/**
 * Gives back the space of payloads that ageing dropped: SQLite keeps the pages they were in. For a stopped data directory
 * only, since it writes the whole file anew, in one transaction; it needs as much free space as the log has.
 * @throws BackupError nothing-there, in-use; RestoreUnfinished
 */
export const compact = (dataDirectory: string): Compacted => {
  const file = join(dataDirectory, dataFiles.log);
  assertRestored(file);
  if (!existsSync(file)) throw new BackupError('nothing-there', `there is no ${file}`);
  assertClosed(file);
  const bytesBefore = statSync(file).size;
  const database = new DatabaseSync(file);
  try {
    database.exec('PRAGMA synchronous = FULL; VACUUM; PRAGMA wal_checkpoint(TRUNCATE)');
  } finally {
    database.close();
  }
  return { bytesBefore, bytesAfter: statSync(file).size };
};
