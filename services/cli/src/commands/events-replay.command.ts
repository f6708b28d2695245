import { defineCommand } from '../command.ts';
import { counted } from '../output/words.ts';
import { feedPage, headOf, lineOf, organizationIdOf } from './events.wire.ts';

const PER_PAGE = 1_000;

export const replayEvents = defineCommand({
  usage: 'replay',
  describe: 'Show every public event from a position to the head, then end',
  examples: [
    ['events replay --json > history.jsonl', 'everything that ever happened, one JSON document a line'],
    ['events replay --after 120000 --types "muster.admission.*"', 'some of it'],
  ],
  json: 'lines',
  options: (yargs) =>
    yargs
      .option('after', { type: 'number', default: 0, describe: 'Begin after this position' })
      .option('until', { type: 'number', describe: 'End with this position; the head, where not given' })
      .option('types', { type: 'string', describe: 'Only these, joined by commas; * ends a prefix' })
      .option('organization', { type: 'string', describe: 'Only of this one: its id, slug or external id' }),
  run: async ({ out, connect }, { after, until, types, organization }) => {
    const { api } = await connect();
    const organizationId = await organizationIdOf(api, organization);
    const end = until ?? (await headOf(api));
    const bar = out.progressBeside('replaying');
    let shown = 0;
    try {
      for (let position = after; position < end;) {
        const page = await feedPage(api, {
          after: position,
          types,
          organization: organizationId,
          limit: PER_PAGE,
        });
        for (const event of page.events) {
          if (Number(event.position) > end) break;
          out.item(event, () => lineOf(event));
          shown += 1;
        }
        position = page.next;
        bar.show({ position, total: end });
      }
    } finally {
      bar.end();
    }
    out.note(`${counted(shown, 'event')} up to position ${end}`);
  },
});
