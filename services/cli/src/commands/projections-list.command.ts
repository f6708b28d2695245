import { defineCommand } from '../command.ts';
import { table } from '../output/output.ts';
import { count } from '../output/words.ts';
import { type ViewState, viewList } from './projections.wire.ts';
import { placeOf } from './views.ts';

export const listProjections = defineCommand({
  usage: 'list',
  describe: 'List the read models: how far each is, its other copy, what is parked',
  examples: [['projections list', 'those of the server that is found']],
  json: ['projections'],
  options: (yargs) => yargs,
  run: async ({ out, connect }) => {
    const { api } = await connect();
    const { projections } = viewList.parse(await api.get('/v1/projections'));
    out.result({ projections }, () =>
      table(
        ['name', 'version', 'state', 'position', 'lag', 'live', 'other copy', 'parked', 'error'],
        projections.map((view) => [
          view.name,
          view.version,
          view.state,
          count(view.position),
          count(view.lag),
          view.live,
          otherCopy(view),
          view.parked.length,
          view.error,
        ]),
      ),
    );
  },
});

const otherCopy = ({ shadow }: ViewState): string =>
  shadow === null || shadow.state === 'cancelled'
    ? '-'
    : `${shadow.slot}: ${shadow.state} at ${placeOf(shadow.position, shadow.head)}`;
