import { z } from 'zod';
import { defineCommand } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { pathOfOrganization } from './organization.ts';

const erasedAnswer = z.object({ member_id: z.string(), erasure: z.enum(['complete', 'pending']) });

export const eraseMember = defineCommand({
  usage: 'erase <organization> <member>',
  describe: 'Make a person’s data unreadable, for ever, in log, read models and feed; their membership ends',
  examples: [
    ['members erase acme member-test-0193…', 'asks first'],
    ['members erase acme member-test-0193… --yes --json', 'for a program'],
  ],
  json: ['member_id', 'erasure'],
  options: (yargs) =>
    yargs
      .positional('organization', {
        type: 'string',
        demandOption: true,
        describe: 'Its id, slug or external id',
      })
      .positional('member', {
        type: 'string',
        demandOption: true,
        describe: 'The member’s id or external id',
      })
      .option('yes', { type: 'boolean', default: false, describe: 'Do not ask' }),
  run: async ({ out, connect, confirm }, { organization, member, yes }) => {
    const { api } = await connect();
    if (!yes && !(await confirm(`Erase ${member} of ${organization}? It cannot be undone, by nobody.`))) {
      out.note('nothing was done');
      return exitCodes.ok;
    }
    const answer = await api.post(pathOfOrganization(organization, 'members', member, 'erase'));
    const { member_id, erasure } = erasedAnswer.parse(answer);
    out.result({ member_id, erasure }, () => [
      erasure === 'complete'
        ? `${member_id} is erased: their sealing key is destroyed, and the read models are purged.`
        : `${member_id} is recorded as erased. Something it needs did not answer; the server goes on with it by itself.`,
      'Key backups from before still open their data: they expire 30 days after they were made.',
    ]);
    return exitCodes.ok;
  },
});
