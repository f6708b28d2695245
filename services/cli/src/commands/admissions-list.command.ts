import { defineCommand } from '../command.ts';
import { table } from '../output/output.ts';
import { spoken } from '../output/words.ts';
import { lastAdmissions } from './admissions.wire.ts';

export const listAdmissions = defineCommand({
  usage: 'list <organization>',
  describe: 'List the last decisions on who may enter an organization',
  examples: [
    ['admissions list acme --outcome refused', 'who was refused'],
    ['admissions list acme --email eve@evil.example', 'what was decided on one person'],
  ],
  json: ['admissions'],
  options: (yargs) =>
    yargs
      .positional('organization', {
        type: 'string',
        demandOption: true,
        describe: 'Its id, slug or external id',
      })
      .option('outcome', {
        choices: ['admitted', 'join_requested', 'refused'] as const,
        describe: 'Only these',
      })
      .option('rule', { type: 'string', describe: 'Only what this rule decided' })
      .option('email', { type: 'string', describe: 'Only this address' })
      .option('domain', { type: 'string', describe: 'Only addresses in this domain' })
      .option('limit', { type: 'number', default: 50, describe: 'How many at most' }),
  run: async ({ out, connect }, { organization, limit, outcome, rule, email, domain }) => {
    const { api } = await connect();
    const bar = out.progress('reading');
    const found = await lastAdmissions(
      api,
      organization,
      { outcome, rule, email, domain },
      limit,
      (position, total) => bar.show({ position, total }),
    ).finally(() => bar.end());
    out.result({ admissions: found }, () =>
      found.length === 0
        ? ['No admission is like that.']
        : table(
            ['decided at', 'outcome', 'address', 'because', 'admission'],
            found.map((one) => [
              one.decided_at,
              spoken(one.outcome),
              one.email_address ?? `(erased) @${one.email_domain}`,
              one.reasons.map(({ code }) => code).join(', '),
              one.admission_id,
            ]),
          ),
    );
  },
});
