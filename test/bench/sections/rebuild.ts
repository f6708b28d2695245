import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { measure } from '../child.ts';
import { history } from '../histories.ts';
import type { RebuildParameters, RebuildResult } from '../measurements/rebuild-muster.ts';
import type { Row } from '../report.ts';
import { beside, type BenchOptions, type Section } from '../section.ts';

type Case = {
  readonly what: string;
  readonly dataDirectory: string;
  readonly view: RebuildParameters['view'];
  readonly atLeast: number;
};

const rowsFor = async ({ scratch }: BenchOptions, asked: Case): Promise<readonly Row[]> => {
  const { what, dataDirectory, view, atLeast } = asked;
  const parameters = () => ({ dataDirectory, view, directory: mkdtempSync(join(scratch, 'rebuild-')) });
  const ours = await measure<RebuildResult>('rebuild-muster', parameters());
  const raw = await measure<RebuildResult>('rebuild-sqlite', parameters());
  const row = { what, unit: 'events/s', measured: ours.perSecond };
  return [
    { ...row, budget: { atLeast } },
    { ...row, ...beside('raw node:sqlite', raw.perSecond), budget: { atLeastTimes: 0.5 } },
  ];
};

export const rebuild: Section = {
  name: 'rebuild',
  title: 'Rebuild of a view',
  about:
    'A shadow of a view from the whole log into SQLite, as the rebuild in a thread of its own builds it, index entries included. Events per second are those of the whole log; the views take the events of their own category. Raw `node:sqlite` reads the same log and writes one document per event of the category, without opening sealed fields and without indexes.',
  run: async (options) => {
    const year = await history(options, 'year', options.quick ? 10_000 : 1_000_000);
    const crowd = await history(options, 'crowd', options.quick ? 5_000 : 1_000_000);
    const cases: readonly Case[] = [
      {
        what: 'open logins of a year (unsealed)',
        dataDirectory: year,
        view: 'open-logins',
        atLeast: 100_000,
      },
      { what: 'members of a year (sealed)', dataDirectory: year, view: 'members', atLeast: 50_000 },
      {
        what: 'members of a crowd (every event sealed, with a key of its own)',
        dataDirectory: crowd,
        view: 'members',
        atLeast: 50_000,
      },
    ];
    const rows: Row[] = [];
    for (const asked of cases) rows.push(...(await rowsFor(options, asked)));
    return rows;
  },
};
