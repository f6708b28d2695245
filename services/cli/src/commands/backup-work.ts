import { readFileSync } from 'node:fs';
import { BackupError, type BackupFault, type BackupProgress } from '@muster/event-log-sqlite';
import { instantAt } from '@muster/kernel';
import type { GlobalOptions, Workbench } from '../command.ts';
import { enginesIn } from '../connection/data-directory.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { Failure } from '../failure.ts';
import type { Progress } from '../output/progress.ts';

const ends: Readonly<Record<BackupFault, readonly [ExitCode, string]>> = {
  'nothing-there': [exitCodes.usage, 'Name the data directory with --data-dir.'],
  'not-empty': [
    exitCodes.usage,
    'Name an empty directory, or one that is not there yet; restore also takes --replace.',
  ],
  incomplete: [exitCodes.checkFailed, 'Take another backup; this one was never finished.'],
  altered: [
    exitCodes.checkFailed,
    'Take another backup; muster verify-backup tells what is wrong with this one.',
  ],
  'keys-expired': [
    exitCodes.refused,
    'Take newer keys with --keys-from; --accept-expired-keys takes these, and may bring back what was erased since.',
  ],
  'in-use': [exitCodes.busy, 'Stop the server first.'],
  interrupted: [exitCodes.interrupted, 'What there was of it is removed.'],
};

/** Does it; what a backup runs into is told with what to do next. */
export const orExplained = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof BackupError)) throw error;
    const [exitCode, next] = ends[error.fault];
    throw new Failure(exitCode, `backup_${error.fault.replaceAll('-', '_')}`, error.message, next, {
      cause: error,
    });
  }
};

/** Backups are made of files, not by asking a server. @throws Failure where one is named */
export const refuseUrl = ({ url }: Pick<GlobalOptions, 'url'>): void => {
  if (url !== undefined)
    throw new Failure(
      exitCodes.usage,
      'usage',
      'this works on the files of a data directory, not through a server',
      'Run it on the server’s host with --data-dir.',
    );
};

/** @throws Failure where log or keys are not files of the data directory */
export const refuseOtherEngines = (directory: string): void => {
  const { eventLog, keyStore } = enginesIn(directory);
  const elsewhere = [
    ...(eventLog === 'sqlite' ? [] : [`its event log is in ${eventLog}`]),
    ...(keyStore === 'sqlite' ? [] : [`its keys are in ${keyStore}`]),
  ];
  if (elsewhere.length > 0)
    throw new Failure(
      exitCodes.usage,
      'other_engine',
      `${directory} has not all that a backup needs: ${elsewhere.join(', ')}`,
      'Back them up with the tools of that engine: first the log, then the keys.',
    );
};

/** One bar for each step. */
export const stepBars = (
  out: Workbench['out'],
): { readonly onProgress: (progress: BackupProgress) => void; readonly end: () => void } => {
  let step: string | undefined;
  let bar: Progress | undefined;
  return {
    onProgress: ({ step: at, done, total }) => {
      if (at !== step) {
        bar?.end();
        step = at;
        bar = out.progress(at);
      }
      bar!.show({ position: done, total });
    },
    end: () => bar?.end(),
  };
};

/** Now, by this host's clock. */
export const now = () => instantAt(Date.now());

export const musterVersion = (): string =>
  (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string })
    .version;
