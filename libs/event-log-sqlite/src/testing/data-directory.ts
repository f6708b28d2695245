import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { SqliteEventLog } from '../sqlite.event-log.ts';
import { SqliteKeyStore } from '../sqlite.key-store.ts';
import { writeVisits } from './visits.ts';

export const masterKey = new Uint8Array(32).fill(7);

export type DataDirectory = { readonly log: SqliteEventLog; readonly keys: SqliteKeyStore };

/** Opens what a server keeps in its data directory. */
export const openDirectory = async (path: string): Promise<DataDirectory> => {
  mkdirSync(path, { recursive: true });
  const log = await SqliteEventLog.open(join(path, 'log.db'));
  const keys = await SqliteKeyStore.open(join(path, 'keys.db'), { masterKey });
  return { log, keys };
};

export const withDirectory = async <T>(
  path: string,
  work: (open: DataDirectory) => Promise<T>,
): Promise<T> => {
  const open = await openDirectory(path);
  try {
    return await work(open);
  } finally {
    await open.keys.close();
    await open.log.close();
  }
};

/** A data directory with so many visits, two sealed events each. */
export const fillDirectory = (path: string, visits: number): Promise<void> =>
  withDirectory(path, (open) =>
    writeVisits(
      open,
      Array.from({ length: visits }, (_, n) => `visit-${n}`),
    ),
  );
