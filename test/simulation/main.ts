import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { plantedNames } from './planted/planted.ts';
import { runAll } from './pool.ts';
import { Summary } from './summary.ts';
import type { Done } from './worker.ts';

const HELP = `Lives through histories that follow from their seeds: all services in one process, people at work,
and at every port something that goes wrong. Then checks that nothing is lost or doubled.

  npm run simulate -- [--seeds 100] [--from 1] [--minutes <m>] [--at-least <n>] [--workers 2]
  npm run simulate -- --seed <n> [--trace]

  --seeds      how many
  --from       the first
  --minutes    begin no more seeds after that time
  --at-least   fail where fewer were run
  --seed       that one only, and tell more
  --trace      tell every step on standard error
  --to-first   stop at the first that fails
  --seen       tell what people did and were told
  --twice      run each seed twice and compare the histories
  --planted    with a bug that has to be found: ${plantedNames.join(', ')}
  --workers    processes at once; as many as there are processors
`;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    from: { type: 'string', default: '1' },
    minutes: { type: 'string' },
    'at-least': { type: 'string', default: '1' },
    seed: { type: 'string' },
    trace: { type: 'boolean', default: false },
    seen: { type: 'boolean', default: false },
    'to-first': { type: 'boolean', default: false },
    twice: { type: 'boolean', default: false },
    planted: { type: 'string' },
    workers: { type: 'string', default: String(availableParallelism()) },
    help: { type: 'boolean', default: false },
  },
});

const number = (name: 'seeds' | 'from' | 'minutes' | 'at-least' | 'seed' | 'workers'): number => {
  const value = Number(values[name]);
  if (!Number.isFinite(value) || value < 0) refuse(`--${name} must be a number`);
  return value;
};

const refuse = (problem: string): never => {
  process.stderr.write(`${problem}\n\n${HELP}`);
  process.exit(2);
};

if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
if (values.planted !== undefined && !plantedNames.includes(values.planted))
  refuse(`no bug is named ${values.planted}`);

const alone = values.seed !== undefined;
const seeds = alone
  ? [number('seed')]
  : Array.from({ length: number('seeds') }, (_, index) => number('from') + index);
const atLeast = number('at-least');
const summary = new Summary({ alone, tellSeen: alone || values.seen, plantedName: values.planted });

const onDone = (done: Done): boolean => {
  process.stdout.write(summary.add(done));
  const { run, failed } = summary;
  if (!alone && run % 20 === 0)
    process.stderr.write(`${run} of ${seeds.length} seeds, ${failed.length} failed\n`);
  return failed.length === 0 || !values['to-first'];
};

const died = await runAll({
  seeds,
  workers: alone ? 1 : Math.max(1, Math.min(number('workers'), seeds.length)),
  mostMilliseconds: values.minutes === undefined ? Infinity : number('minutes') * 60_000,
  plantedName: values.planted,
  trace: values.trace,
  twice: values.twice,
  onDone,
});
for (const seed of died) process.stdout.write(summary.died(seed));
process.stdout.write(summary.toString());
const tooFew = summary.run < atLeast;
if (tooFew) process.stdout.write(`that is fewer than ${atLeast}\n`);
process.exit(summary.failed.length > 0 || tooFew ? 1 : 0);
