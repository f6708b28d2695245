import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** In a data directory while it is being restored: what is there is not whole. */
export const RESTORING = '.restoring';

/** A restore of this data directory was not finished. */
export class RestoreUnfinished extends Error {
  constructor(directory: string) {
    super(`${directory} was not restored to the end: restore it again`);
    this.name = 'RestoreUnfinished';
  }
}

/** @throws RestoreUnfinished rather than open a log, or make a new one, in the middle of a restore */
export const assertRestored = (file: string): void => {
  if (existsSync(join(dirname(file), RESTORING))) throw new RestoreUnfinished(dirname(file));
};
