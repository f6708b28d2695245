import { defineCommand } from '../command.ts';
import { facts, table } from '../output/output.ts';
import { bytes, count } from '../output/words.ts';
import { throughLogTask } from './log-task.ts';
import { logAnswer } from './log.wire.ts';

export const logStats = defineCommand({
  usage: 'stats',
  describe: 'Count what the log holds, by category, and what the files weigh',
  examples: [['log stats --json', 'for a program']],
  json: ['stats'],
  options: (yargs) => yargs,
  run: async (bench) => {
    const { api } = await bench.connect();
    const stats = await throughLogTask(bench, api, 'count', 'counting');
    const { log } = logAnswer.parse(await api.get('/v1/log'));
    const { durability, files } = log;
    bench.out.result({ stats: { ...stats, durability, files } }, () => [
      ...facts([
        ['Log', stats.log_id],
        ['Events', `${count(stats.head)} in ${count(stats.commits)} commits`],
        [
          'Written',
          stats.first_recorded_at ? `${stats.first_recorded_at} to ${stats.last_recorded_at}` : 'nothing yet',
        ],
        ['Durability', durability],
        ['Files', files.map((file) => `${file.name} ${bytes(file.bytes)}`).join(', ')],
      ]),
      '',
      ...table(
        ['category', 'streams', 'events', 'aged', 'payload'],
        [...stats.categories, { ...stats.total, category: 'all' }].map((one) => [
          one.category,
          count(one.streams),
          count(one.events),
          count(one.aged ?? 0),
          bytes(one.bytes),
        ]),
      ),
    ]);
  },
});
