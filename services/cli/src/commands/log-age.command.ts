import { defineCommand } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { table } from '../output/output.ts';
import { bytes, count, counted } from '../output/words.ts';
import { throughLogTask } from './log-task.ts';

export const ageLog = defineCommand({
  usage: 'age',
  describe:
    'Drop the payloads of logins, links, codes and sessions that ended long ago; the chain still verifies',
  examples: [
    ['log age --older-than-days 90 --dry-run', 'what would go'],
    ['log age --older-than-days 90 --yes', 'in a scheduled job'],
  ],
  json: ['ageing'],
  options: (yargs) =>
    yargs
      .option('older-than-days', {
        type: 'number',
        demandOption: true,
        describe: 'Only what ended at least so long ago (7 or more)',
      })
      .option('dry-run', { type: 'boolean', default: false, describe: 'Count, and change nothing' })
      .option('yes', { type: 'boolean', default: false, describe: 'Do not ask' }),
  run: async (bench, { olderThanDays, dryRun, yes }) => {
    const { api } = await bench.connect();
    const question = `Drop, for ever, what was said in flows that ended ${olderThanDays} days ago or earlier?`;
    if (!dryRun && !yes && !(await bench.confirm(question))) {
      bench.out.note('nothing was done');
      return exitCodes.ok;
    }
    const body = { older_than_days: olderThanDays, dry_run: dryRun };
    const result = await throughLogTask(bench, api, 'ageing', 'ageing', body);
    const verb = dryRun ? 'Would drop' : 'Dropped';
    bench.out.result({ ageing: result }, () => [
      `${verb} the payloads of ${counted(result.total.events, 'event')} in ${counted(result.total.streams, 'flow')} that ended before ${result.before}: ${bytes(result.total.bytes)}.`,
      ...table(
        ['category', 'flows', 'events', 'payload'],
        result.categories.map((one) => [
          one.category,
          count(one.streams),
          count(one.events),
          bytes(one.bytes),
        ]),
      ),
      ...(result.interrupted ? ['It was ended early; run it again to go on.'] : []),
    ]);
    return exitCodes.ok;
  },
});
