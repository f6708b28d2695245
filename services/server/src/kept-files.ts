import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { KeptFile } from '@muster/operations';

/** With its write-ahead log, which counts as well. */
const sizeOf = (path: string): number =>
  [path, `${path}-wal`].reduce(
    (sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0),
    0,
  );

/** What keeps log, keys and views in a data directory. */
export const keptFiles = (directory: string): readonly KeptFile[] => {
  const views = join(directory, 'views');
  const names = [
    // What another engine keeps is not here.
    ...['log.db', 'keys.db'].filter((name) => existsSync(join(directory, name))),
    ...(existsSync(views) ? readdirSync(views) : [])
      .filter((name) => name.endsWith('.db'))
      .map((name) => join('views', name)),
  ];
  return names.map((name) => ({ name, bytes: sizeOf(join(directory, name)) }));
};
