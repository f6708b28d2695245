import { replaceSources } from './determinism/sources.ts';
import type { SimulationReport } from './simulate.ts';

/** What a worker is asked for, and what it tells. */
export type Task = {
  readonly seed: number;
  readonly plantedName: string | undefined;
  readonly trace: boolean;
  readonly twice: boolean;
};
export type Done = SimulationReport & { readonly milliseconds: number };

// Before anything is imported that could take node's own sources with it.
replaceSources();
const { simulate } = await import('./simulate.ts');

const trace = (label: string): void => {
  process.stderr.write(`${label}\n`);
};

const run = async ({ seed, plantedName, trace: traced, twice }: Task): Promise<Done> => {
  const began = performance.now();
  const options = { seed, plantedName, onStep: traced ? trace : undefined };
  const report = await simulate(options);
  const again = twice ? await simulate(options) : report;
  const other = {
    invariant: 'the same seed gives the same history',
    what: `${report.history}, then ${again.history}`,
  };
  const violations = again.history === report.history ? report.violations : [...report.violations, other];
  return { ...report, violations, milliseconds: performance.now() - began };
};

const answer = async (task: Task): Promise<void> => {
  process.send!(await run(task));
};

process.on('message', (task: Task) => void answer(task));
process.send!('ready');
