import { defineCommand } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Api } from '../connection/api.ts';
import { oneView, type ParkedStream, releaseAnswer } from './projections.wire.ts';
import { operate, pathOfView } from './views.ts';

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
    const still = release.free ? undefined : (await parkedIn(api, name)).find((one) => one.stream === stream);
    out.result({ release }, () => [
      release.free
        ? `${name}: ${stream} goes on; all that waited is applied.`
        : `${name}: ${stream} still waits at ${still?.position}: ${still?.error}`,
    ]);
    return release.free ? exitCodes.ok : exitCodes.checkFailed;
  },
});

/** What waits in either copy. */
const parkedIn = async (api: Api, name: string): Promise<readonly ParkedStream[]> => {
  const { parked, shadow } = oneView.parse(await api.get(pathOfView(name))).projection;
  return [...parked, ...(shadow?.parked ?? [])];
};
