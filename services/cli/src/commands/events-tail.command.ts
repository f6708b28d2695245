import { defineCommand } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { Failure } from '../failure.ts';
import { feedPage, headOf, lineOf, organizationIdOf } from './events.wire.ts';

const WAIT_SECONDS = 25;

export const tailEvents = defineCommand({
  usage: 'tail',
  describe: 'Show public events as they happen, until interrupted',
  examples: [
    ['events tail --last 20', 'begins with what just happened'],
    ['events tail --types "muster.member.*" --organization acme --json', 'one JSON document a line'],
  ],
  json: 'lines',
  options: (yargs) =>
    yargs
      .option('last', { type: 'number', default: 0, describe: 'Begin so many positions before the head' })
      .option('after', { type: 'number', describe: 'Begin after this position' })
      .option('types', { type: 'string', describe: 'Only these, joined by commas; * ends a prefix' })
      .option('organization', { type: 'string', describe: 'Only of this one: its id, slug or external id' })
      .conflicts('last', 'after'),
  run: async ({ out, connect, signal }, { last, after, types, organization }) => {
    const { api, kind } = await connect();
    if (kind === 'maintenance')
      throw new Failure(
        exitCodes.usage,
        'usage',
        'no server runs, so nothing will happen',
        'muster events replay shows what has happened.',
      );
    const organizationId = await organizationIdOf(api, organization);
    let position = after ?? Math.max(0, (await headOf(api)) - last);
    while (!signal.aborted) {
      const page = await feedPage(api, {
        after: position,
        types,
        organization: organizationId,
        wait: WAIT_SECONDS,
      });
      for (const event of page.events) out.item(event, () => lineOf(event));
      position = page.next;
    }
  },
});
