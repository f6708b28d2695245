import { defineCommand } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { releaseAnswer } from './projections.wire.ts';
import { operate } from './views.ts';

export const releaseStream = defineCommand({
  usage: 'release <name> <stream>',
  describe: 'Let a parked stream go on, after what stopped it was mended: what waits is applied in order',
  examples: [
    [
      'projections release members member-project-test-0193….member-test-0193…',
      'as projections show names it',
    ],
  ],
  json: ['release'],
  options: (yargs) =>
    yargs
      .positional('name', { type: 'string', demandOption: true, describe: 'Of the read model' })
      .positional('stream', { type: 'string', demandOption: true, describe: 'The parked stream' }),
  run: async ({ out, connect }, { name, stream }) => {
    const { api } = await connect();
    const { release } = releaseAnswer.parse(await operate(api, name, 'release', { stream }));
    const still = release.parked.find((one) => one.stream === stream);
    out.result({ release }, () => [
      release.free
        ? `${name}: ${stream} goes on; all that waited is applied.`
        : `${name}: ${stream} still waits at ${still?.position}: ${still?.error}`,
    ]);
    return release.free ? exitCodes.ok : exitCodes.checkFailed;
  },
});
