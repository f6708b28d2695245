import { pruneKeyBackups } from '@muster/event-log-sqlite';
import { defineCommand } from '../command.ts';
import { counted } from '../output/words.ts';
import { now, refuseUrl } from './backup-work.ts';

export const pruneBackups = defineCommand({
  usage: 'prune-backups <directory>',
  describe:
    'Delete every key backup under a directory that is past its 30 days: so erasures reach the backups',
  examples: [['prune-backups /vault/keys', 'every day']],
  json: ['deleted'],
  options: (yargs) =>
    yargs.positional('directory', { type: 'string', demandOption: true, describe: 'Where key backups are' }),
  run: async ({ out }, { directory, url }) => {
    refuseUrl({ url });
    const deleted = pruneKeyBackups(directory, now());
    out.result({ deleted }, () => [
      `Deleted ${counted(deleted.length, 'key backup')}.`,
      ...deleted.map((path) => `  ${path}`),
    ]);
  },
});
