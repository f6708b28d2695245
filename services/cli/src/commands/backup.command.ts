import { backup } from '@muster/event-log-sqlite';
import { defineCommand } from '../command.ts';
import { facts } from '../output/output.ts';
import { bytes, counted } from '../output/words.ts';
import { musterVersion, now, orExplained, refuseOtherEngines, refuseUrl, stepBars } from './backup-work.ts';

export const makeBackup = defineCommand({
  usage: 'backup <target>',
  describe: 'Copy the log and the keys of a data directory, whether or not its server runs',
  examples: [
    ['backup /backups/2026-11-24', 'keys go to /backups/2026-11-24/keys'],
    ['backup /backups/log/1 --keys-to /vault/keys/1', 'keys apart, as they must be deleted after 30 days'],
  ],
  json: ['backup'],
  options: (yargs) =>
    yargs
      .positional('target', {
        type: 'string',
        demandOption: true,
        describe: 'An empty directory, or a new one',
      })
      .option('keys-to', { type: 'string', describe: 'Where the keys go' }),
  run: async ({ out, dataDirectory, signal }, { target, keysTo, url }) => {
    refuseUrl({ url });
    refuseOtherEngines(dataDirectory);
    out.note(`copying the files of ${dataDirectory}`);
    const bars = stepBars(out);
    const made = await orExplained(() =>
      backup(dataDirectory, target, {
        now: now(),
        musterVersion: musterVersion(),
        signal,
        onProgress: bars.onProgress,
        ...(keysTo === undefined ? {} : { keysTarget: keysTo }),
      }),
    ).finally(bars.end);
    const size = [...made.log.files, ...made.keys.files].reduce((sum, file) => sum + file.bytes, 0);
    out.result({ backup: made }, () => [
      ...facts([
        ['Log', `${made.target}, ${counted(made.log.head.position, 'event')}`],
        ['Keys', `${made.keysTarget}, to be deleted by ${made.keys.keysExpireAt} (muster prune-backups)`],
        ['Size', bytes(size)],
      ]),
      'In production the master key is in no backup: keep it elsewhere. Next: muster verify-backup',
    ]);
  },
});
