import { defineCommand } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { counted } from '../output/words.ts';
import { throughLogTask } from './log-task.ts';

export const verifyLog = defineCommand({
  usage: 'verify',
  describe: 'Walk the hash chain and name the first missing, altered or reordered commit',
  examples: [
    ['log verify', 'of the server that is found; it goes on serving meanwhile'],
    ['log verify --data-dir /restored', 'of a data directory on which no server runs'],
  ],
  json: ['verification'],
  options: (yargs) => yargs,
  run: async (bench) => {
    const { api } = await bench.connect();
    const result = await throughLogTask(bench, api, 'verification', 'verifying');
    bench.out.result({ verification: result }, () =>
      result.ok
        ? [
            `The log is whole: ${counted(result.events, 'event')} in ${counted(result.commits, 'commit')}, each as it was written${
              result.aged > 0 ? ` (${counted(result.aged, 'payload')} dropped by ageing)` : ''
            }.`,
          ]
        : [
            `The log is BROKEN at position ${result.position}: ${result.problem}.`,
            'Stop the server, keep this directory as it is, and restore the last backup that verifies beside it:',
            'docs/runbooks/verify-the-log.md',
          ],
    );
    return result.ok ? exitCodes.ok : exitCodes.checkFailed;
  },
});
