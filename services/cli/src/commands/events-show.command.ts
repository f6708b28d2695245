import { defineCommand } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { Failure } from '../failure.ts';
import { facts } from '../output/output.ts';
import { feedPage } from './events.wire.ts';

export const showEvent = defineCommand({
  usage: 'show <position>',
  describe: 'Show the public event at a position of the log, whole',
  examples: [['events show 1234', 'as subscribers get it']],
  json: ['event'],
  options: (yargs) =>
    yargs.positional('position', { type: 'number', demandOption: true, describe: 'Its position' }),
  run: async ({ out, connect }, { position }) => {
    if (!Number.isInteger(position) || position < 1)
      throw new Failure(exitCodes.usage, 'usage', 'a position is a whole number from 1 on');
    const { api } = await connect();
    const { events } = await feedPage(api, { after: position - 1, limit: 1 });
    const [event] = events;
    if (event?.position !== String(position))
      throw new Failure(
        exitCodes.refused,
        'event_not_public',
        `what happened at ${position} is no public event`,
        event ? `The next one is at ${event.position}.` : 'There is none after it.',
      );
    out.result({ event }, () => [
      ...facts(
        Object.entries(event)
          .filter(([name]) => name !== 'data')
          .map(([name, value]) => [name, String(value)] as const),
      ),
      'data',
      ...JSON.stringify(event.data, null, 2)
        .split('\n')
        .map((line) => `  ${line}`),
    ]);
  },
});
