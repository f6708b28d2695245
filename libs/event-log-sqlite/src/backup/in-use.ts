import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { BackupError } from './backup-error.ts';

const SQLITE_BUSY = 5;

/** @throws BackupError in-use, where another process, or another part of this one, has the database open */
export const assertClosed = (file: string): void => {
  if (!existsSync(file)) return;
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; ROLLBACK');
  } catch (error) {
    // Anything else is damage, which is not ours to judge here.
    if ((error as { readonly errcode?: number }).errcode === SQLITE_BUSY)
      throw new BackupError('in-use', `another process has ${file} open: stop it first`);
  } finally {
    database.close();
  }
};
