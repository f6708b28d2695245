import { defineCommand } from '../command.ts';
import { oneView } from './projections.wire.ts';
import { operate } from './views.ts';

export const cancelProjection = defineCommand({
  usage: 'cancel <name>',
  describe: 'End a verification that is under way, else drop the other copy',
  examples: [['projections cancel members', 'ends a rebuild, or gives back the room of the previous copy']],
  json: ['projection'],
  options: (yargs) => yargs.positional('name', { type: 'string', demandOption: true, describe: 'Its name' }),
  run: async ({ out, connect }, { name }) => {
    const { api } = await connect();
    const { projection } = oneView.parse(await operate(api, name, 'cancel'));
    out.result({ projection }, () => [
      `${name}: ended. ${projection.shadow && projection.shadow.state !== 'cancelled' ? `Copy ${projection.shadow.slot} stays (${projection.shadow.state}).` : 'There is no other copy.'}`,
    ]);
  },
});
