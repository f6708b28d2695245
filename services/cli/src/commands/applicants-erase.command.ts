import { defineCommand } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { pathOfOrganization } from './organization.ts';

export const eraseApplicant = defineCommand({
  usage: 'erase <organization> <email>',
  describe: 'Make unreadable, for ever, what was decided on somebody who applied and became no member',
  examples: [
    ['applicants erase acme ada@acme.example', 'asks first'],
    ['applicants erase acme ada@acme.example --yes --json', 'for a program'],
  ],
  json: ['email_address'],
  options: (yargs) =>
    yargs
      .positional('organization', {
        type: 'string',
        demandOption: true,
        describe: 'Its id, slug or external id',
      })
      .positional('email', { type: 'string', demandOption: true, describe: 'The address they applied with' })
      .option('yes', { type: 'boolean', default: false, describe: 'Do not ask' }),
  run: async ({ out, connect, confirm }, { organization, email, yes }) => {
    const { api } = await connect();
    if (
      !yes &&
      !(await confirm(`Erase what ${email} applied for at ${organization}? It cannot be undone, by nobody.`))
    ) {
      out.note('nothing was done');
      return exitCodes.ok;
    }
    await api.post(pathOfOrganization(organization, 'applicants', 'erase'), { email_address: email });
    out.result({ email_address: email }, () => [
      `${email} is erased from every application to ${organization} that made nobody a member.`,
      'A member is erased by id: muster members erase.',
    ]);
    return exitCodes.ok;
  },
});
