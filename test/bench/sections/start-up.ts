import { history, copyOf } from '../histories.ts';
import { type BenchOptions, type Section } from '../section.ts';
import { startServer } from '../server.ts';
import { untilViewsAreThere } from '../views.ts';
import type { Row } from '../report.ts';

/** Starts once and lets all views catch up, as they are on any day but the first. */
const warmUp = async (dataDirectory: string): Promise<number> => {
  const server = await startServer(dataDirectory);
  await untilViewsAreThere(server);
  await server.stop();
  return server.readyAfter;
};

const again = async (dataDirectory: string): Promise<number> => {
  const server = await startServer(dataDirectory);
  await server.stop();
  return server.readyAfter;
};

const rowsFor = async (options: BenchOptions, events: number): Promise<readonly Row[]> => {
  const dataDirectory = copyOf(await history(options, 'year', events), options.scratch, 'start-up');
  const first = await warmUp(dataDirectory);
  const times: number[] = [];
  for (let turn = 0; turn < (options.quick ? 1 : 3); turn++) times.push(await again(dataDirectory));
  const middle = times.toSorted((a, b) => a - b)[times.length >> 1]!;
  const size = `${events.toLocaleString('en-US')} events`;
  return [
    { what: `start to ready, ${size}`, unit: 's', measured: middle / 1_000, budget: { atMost: 5 } },
    {
      what: `start to ready, ${size}, no views yet`,
      unit: 's',
      measured: first / 1_000,
      note: 'the views are built beside the first requests; what needs one waits for it or answers 503',
    },
  ];
};

export const startUp: Section = {
  name: 'start-up',
  title: 'Start-up',
  about:
    'From the start of the process to the first 200 of `/readyz`, without a build, on a data directory with a generated year; the middle of three starts.',
  run: async (options) => rowsFor(options, options.quick ? 10_000 : 1_000_000),
};
