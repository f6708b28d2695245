import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** What the process that holds a data directory says of itself in `server.json`. */
export type Holder = {
  readonly pid: number;
  readonly url: string;
  /** `maintenance`: a command works on the directory while no server runs. */
  readonly mode: 'server' | 'maintenance';
};

/**
 * Another process holds the directory. The log would bear several writers, but two servers would send mail twice as
 * often, answer with different secrets and wonder at each other's mailbox: it is never what somebody meant.
 */
export class DataDirectoryBusy extends Error {
  constructor(
    readonly directory: string,
    readonly holder: Holder | undefined,
  ) {
    const who =
      holder?.mode === 'maintenance'
        ? `a muster command (process ${holder.pid}) works on ${directory}: wait until it is done`
        : `a server ${holder ? `at ${holder.url} (process ${holder.pid}) ` : ''}runs on ${directory}: stop it, or choose another MUSTER_DATA_DIR`;
    super(who);
    this.name = 'DataDirectoryBusy';
  }
}

const PATIENCE_MILLISECONDS = 1_000;

/**
 * Takes a data directory for this process, until it lets go or dies. The lock is the operating system's, through SQLite
 * as for the log itself, so that a killed process leaves nothing behind that stands in the way; `server.json` only tells
 * who it is.
 * @throws DataDirectoryBusy
 */
export const holdDataDirectory = (directory: string, holder: Holder): { letGo(): void } => {
  const file = join(directory, 'server.json');
  const lockFile = join(directory, 'server.lock');
  // Never one that is there: closing it would drop the lock that this process may have on it (fcntl).
  if (!existsSync(lockFile)) closeSync(openSync(lockFile, 'a', 0o600));
  const lock = new DatabaseSync(lockFile, { timeout: PATIENCE_MILLISECONDS });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    lock.close();
    throw Object.assign(new DataDirectoryBusy(directory, holderIn(file)), { cause });
  }
  writeFileSync(file, `${JSON.stringify(holder)}\n`, { mode: 0o600 });
  return {
    letGo: () => {
      rmSync(file, { force: true });
      lock.close();
    },
  };
};

const holderIn = (file: string): Holder | undefined => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
};
