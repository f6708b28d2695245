import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { measure, measureReference } from '../child.ts';
import type { AppendParameters, AppendResult } from '../measurements/append.ts';
import type { Row } from '../report.ts';
import { beside, type BenchOptions, type Section } from '../section.ts';

/** emmett with one writer, the best it does: with 32 at once it ends with "database handle is closed". */
const emmettAlone = async ({ references, quick, scratch }: BenchOptions): Promise<number | undefined> => {
  if (!references) return undefined;
  const parameters = {
    writers: 1,
    seconds: quick ? 0.5 : 5,
    directory: mkdtempSync(join(scratch, 'emmett-')),
  };
  return (await measureReference<AppendResult>(references, 'append-emmett', parameters)).perSecond;
};

const rowsFor = async (
  options: BenchOptions,
  writers: number,
  emmett: number | undefined,
): Promise<readonly Row[]> => {
  const { quick, scratch } = options;
  const parameters = (): AppendParameters => ({
    writers,
    seconds: quick ? 0.5 : 8,
    directory: mkdtempSync(join(scratch, 'append-')),
  });
  const ours = await measure<AppendResult>('append-muster', parameters());
  const raw = await measure<AppendResult>('append-sqlite', parameters());
  const by = `${writers} ${writers === 1 ? 'writer' : 'writers'}`;
  const most = writers === 32;
  return [
    {
      what: `durable append, ${by}`,
      unit: 'events/s',
      measured: ours.perSecond,
      ...beside('raw node:sqlite', raw.perSecond),
      budget: { atLeastTimes: 0.5 },
    },
    ...(most
      ? [
          {
            what: `durable append, ${by}`,
            unit: 'events/s',
            measured: ours.perSecond,
            budget: { atLeast: 25_000 },
          },
        ]
      : []),
    {
      what: `durable append, ${by}`,
      unit: 'events/s',
      measured: ours.perSecond,
      ...beside('emmett-sqlite, one writer', emmett),
      ...(most ? { budget: { atLeastTimes: 20 } } : {}),
    },
    {
      what: `p99 of an append, ${by}`,
      unit: 'ms',
      measured: ours.p99,
      ...beside('raw node:sqlite', raw.p99),
      ...(most ? { budget: { atMost: 5 } } : {}),
    },
  ];
};

export const append: Section = {
  name: 'append',
  title: 'Append',
  about:
    'One event of about 215 bytes per commit, acknowledged after fsync (`synchronous=FULL`). Muster does all that the log does: limits, expected revision, unique commit id, hash chain. Raw `node:sqlite` writes equivalent rows without any of it, with the same group commit. emmett appends through its own API with its own settings, with one writer: with 32 it does not stand.',
  run: async (options) => {
    const rows: Row[] = [];
    const emmett = await emmettAlone(options);
    for (const writers of options.quick ? [32] : [1, 8, 32])
      rows.push(...(await rowsFor(options, writers, emmett)));
    return rows;
  },
};
