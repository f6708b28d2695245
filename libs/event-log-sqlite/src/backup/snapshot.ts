import { chmodSync, existsSync } from 'node:fs';
import { backup as copyPages, DatabaseSync } from 'node:sqlite';
import { BackupError } from './backup-error.ts';
import { sync } from './files.ts';

export type SnapshotOptions = {
  /** Pages of 4 KiB between two looks at the signal; other work of the process runs in between. */
  readonly pagesPerStep?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
};

const PAGES_PER_STEP = 256;

/**
 * Copies a database that others go on writing, as of one moment. The read transaction is what makes it end: SQLite's
 * backup starts over whenever another connection writes, but not under a snapshot that stays. The copy is one file
 * without a write-ahead log beside it.
 */
export const snapshot = async (from: string, to: string, options: SnapshotOptions = {}): Promise<void> => {
  const { pagesPerStep: rate = PAGES_PER_STEP, signal, onProgress } = options;
  if (!existsSync(from)) throw new BackupError('nothing-there', `there is no ${from}`);
  const source = new DatabaseSync(from, { timeout: 5_000 });
  try {
    source.exec('BEGIN');
    source.prepare('SELECT count(*) FROM sqlite_schema').get();
    const pages = await copyPages(source, to, {
      rate,
      progress: ({ totalPages, remainingPages }) => {
        onProgress?.(totalPages - remainingPages, totalPages);
        if (signal?.aborted) throw new BackupError('interrupted', 'the backup was interrupted');
      },
    });
    onProgress?.(pages, pages);
    source.exec('ROLLBACK');
  } finally {
    source.close();
  }
  const copy = new DatabaseSync(to);
  try {
    copy.exec('PRAGMA journal_mode = DELETE');
  } finally {
    copy.close();
  }
  chmodSync(to, 0o600);
  sync(to);
};
