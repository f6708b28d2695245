import { restore } from '@muster/event-log-sqlite';
import { defineCommand } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { facts } from '../output/output.ts';
import { counted } from '../output/words.ts';
import { now, orExplained, refuseUrl, stepBars } from './backup-work.ts';

export const restoreBackup = defineCommand({
  usage: 'restore <source>',
  describe: 'Make a data directory out of a backup; the server must not run on it',
  examples: [
    ['restore /backups/2026-11-24 --data-dir /var/lib/muster', 'into an empty directory'],
    [
      'restore /backups/log/1 --keys-from /vault/keys/1 --replace',
      'what is there is moved aside, never deleted',
    ],
  ],
  json: ['restored'],
  options: (yargs) =>
    yargs
      .positional('source', { type: 'string', demandOption: true, describe: 'The backup' })
      .option('keys-from', { type: 'string', describe: 'Where its keys are' })
      .option('replace', { type: 'boolean', default: false, describe: 'Move aside what the directory holds' })
      .option('accept-expired-keys', {
        type: 'boolean',
        default: false,
        describe: 'Take keys past their 30 days, though they may open what was erased since',
      })
      .option('yes', { type: 'boolean', default: false, describe: 'Do not ask' }),
  run: async (
    { out, dataDirectory, confirm },
    { source, keysFrom, replace, acceptExpiredKeys, yes, url },
  ) => {
    refuseUrl({ url });
    const question = `Put the backup ${source} in the place of what ${dataDirectory} holds?`;
    if (replace && !yes && !(await confirm(question))) {
      out.note('nothing was done');
      return exitCodes.ok;
    }
    out.note(`restoring into ${dataDirectory}`);
    const bars = stepBars(out);
    const restored = await orExplained(() =>
      restore(source, dataDirectory, {
        now: now(),
        replace,
        acceptExpiredKeys,
        onProgress: bars.onProgress,
        ...(keysFrom === undefined ? {} : { keysSource: keysFrom }),
      }),
    ).finally(bars.end);
    out.result({ restored }, () => [
      ...facts([
        ['Log', `${restored.logId}, ${counted(restored.head, 'event')}`],
        ['Erased again', counted(restored.erasedAgain, 'key')],
        [
          'Before',
          restored.movedAsideTo === null ? 'the directory was empty' : `is in ${restored.movedAsideTo}`,
        ],
      ]),
      'Read models are built anew when the server starts. Next: npm start, then muster status',
    ]);
    return exitCodes.ok;
  },
});
