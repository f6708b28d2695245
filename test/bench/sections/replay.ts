import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { measure, measureReference } from '../child.ts';
import { history } from '../histories.ts';
import { beside, type Section } from '../section.ts';

type PerSecond = { readonly perSecond: number };

export const replay: Section = {
  name: 'replay',
  title: 'Replay',
  about:
    'All events of a generated year, from the first: read in pages, decoded (sealed fields opened with their subjects’ keys), upcast, and folded into the states of their aggregates. Raw `node:sqlite` reads the same rows and parses each payload; emmett aggregates streams of 100 small events.',
  run: async (options) => {
    const { quick, references, scratch } = options;
    const dataDirectory = await history(options, 'year', quick ? 10_000 : 1_000_000);
    const ours = await measure<PerSecond>('replay-muster', { dataDirectory });
    const raw = await measure<PerSecond>('replay-sqlite', { dataDirectory });
    const directory = mkdtempSync(join(scratch, 'replay-'));
    const parameters = { seconds: quick ? 0.5 : 5, directory };
    const emmett =
      references &&
      (await measureReference<PerSecond>(references, 'replay-emmett', parameters).catch(() => undefined));
    const row = { what: 'replay (decode, upcast, fold)', unit: 'events/s', measured: ours.perSecond };
    return [
      { ...row, budget: { atLeast: 200_000 } },
      { ...row, ...beside('raw node:sqlite', raw.perSecond), budget: { atLeastTimes: 0.5 } },
      {
        ...row,
        ...beside('emmett-sqlite', emmett ? emmett.perSecond : undefined),
        budget: { atLeastTimes: 20 },
      },
    ];
  },
};
