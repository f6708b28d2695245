import { parseArgs } from 'node:util';
import { serviceNames } from '@muster/contracts';
import { SeededRandom } from '@muster/testkit';
import { crashRun } from '../crash/crash-run.ts';
import type { Aim } from '../crash/victim.ts';

const HELP = `Kills one process after the other of a distributed Muster under load (each service's, and NATS), and checks that nothing
is lost or doubled. Ends with 1 where something is wrong. Needs nats-server on the PATH.

  npm run test:faults -- [--kills 30] [--seed <text>]

  --kills  how many
  --seed   fixes the load and the aims; when a signal arrives is up to the machine
`;

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '30' },
    seed: { type: 'string', default: String(Date.now()) },
    help: { type: 'boolean', default: false },
  },
});
const kills = Number(values.kills);
if (values.help || !Number.isSafeInteger(kills) || kills < 1) {
  (values.help ? process.stdout : process.stderr).write(HELP);
  process.exit(values.help ? 0 : 2);
}

const random = new SeededRandom(`${values.seed}/processes`);
const names = [...serviceNames, 'nats'];
/** Each in turn, so that few kills meet all of them. */
const aims: readonly Aim[] = Array.from({ length: kills }, (_, n) => ({
  at: 'one process',
  name: names[n % names.length]!,
  milliseconds: 200 + random.below(3_000),
}));

process.stderr.write(`seed ${values.seed}\n`);
const began = performance.now();
const report = await crashRun({
  kills,
  seed: values.seed,
  aims,
  profile: 'distributed',
  onProgress: (kill, aim, { acknowledged, unanswered, wrong }) => {
    const seconds = Math.round((performance.now() - began) / 1_000);
    const name = aim.at === 'one process' ? aim.name : aim.at;
    process.stderr.write(
      `kill ${kill} after ${seconds} s: ${name}; ${acknowledged} acknowledged, ${unanswered} unanswered, ${wrong.length} wrong\n`,
    );
  },
});
process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
process.exit(report.wrong.length > 0 ? 1 : 0);
