import { verifyBackup } from '@muster/event-log-sqlite';
import { defineCommand } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { counted } from '../output/words.ts';
import { now, orExplained, refuseUrl, stepBars } from './backup-work.ts';

export const checkBackup = defineCommand({
  usage: 'verify-backup <source>',
  describe: 'Tell whether a backup could be restored: whole, unaltered, its chain true, its keys there',
  examples: [
    ['verify-backup /backups/2026-11-24', 'the exit code is 3 where it could not'],
    ['verify-backup /backups/log/1 --keys-from /vault/keys/1', 'keys kept apart'],
  ],
  json: ['verification'],
  options: (yargs) =>
    yargs
      .positional('source', { type: 'string', demandOption: true, describe: 'The backup' })
      .option('keys-from', { type: 'string', describe: 'Where its keys are' }),
  run: async ({ out }, { source, keysFrom, url }) => {
    refuseUrl({ url });
    const bars = stepBars(out);
    const found = await orExplained(() =>
      verifyBackup(source, {
        now: now(),
        onProgress: bars.onProgress,
        ...(keysFrom === undefined ? {} : { keysSource: keysFrom }),
      }),
    ).finally(bars.end);
    const { open, erased } = found.subjects;
    out.result({ verification: found }, () =>
      found.ok
        ? [
            `The backup is whole: ${counted(found.events, 'event')} in ${counted(found.commits, 'commit')}, made ${found.log?.createdAt}.`,
            `Its keys open ${counted(open, 'person')}; ${erased} ${erased === 1 ? 'is' : 'are'} erased. ${
              found.keysExpired
                ? 'They are EXPIRED: delete them.'
                : `Delete them by ${found.keys?.keysExpireAt}.`
            }`,
          ]
        : ['The backup could NOT be restored:', ...found.problems.map((problem) => `  ${problem}`)],
    );
    return found.ok ? exitCodes.ok : exitCodes.checkFailed;
  },
});
