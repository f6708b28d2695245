import { parseArgs } from 'node:util';
import { faults } from './faults.ts';
import { type FaultFigures, faultRun } from './fault-run.ts';

const HELP = `Lets one thing after the other go wrong with a distributed Muster under load, and checks that nothing is lost or doubled,
that sessions go on being verified, and that all is well again soon. Ends with 1 where something is wrong. Needs
nats-server on the PATH.

  npm run test:faults -- [--kills 30] [--seconds 60] [--seed <text>] [--only <words of a fault>]

  --kills    how many processes are killed, each in turn
  --seconds  how long a fault lasts that lasts
  --seed     fixes the load and the aims; when a signal arrives is up to the machine
  --only     the faults whose name holds these words

${faults.map(({ name }) => `  - ${name}`).join('\n')}
`;

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '30' },
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Date.now()) },
    only: { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
});
const [kills, seconds] = [Number(values.kills), Number(values.seconds)];
const chosen = faults.filter(({ name }) => name.includes(values.only));
const isValid = [kills, seconds].every((n) => Number.isSafeInteger(n) && n > 0) && chosen.length > 0;
if (values.help || !isValid) {
  (values.help ? process.stdout : process.stderr).write(HELP);
  process.exit(values.help ? 0 : 2);
}

const told = ({ fault, figures, sessions, recoveredAfterSeconds }: FaultFigures): string => `${fault}
  ${JSON.stringify(figures)}
  sessions checked: ${JSON.stringify(sessions.answers)}, p99 ${sessions.p99Milliseconds} ms
  well again after ${recoveredAfterSeconds === null ? 'more than 30' : recoveredAfterSeconds.toFixed(1)} s
`;

process.stderr.write(`seed ${values.seed}\n`);
const report = await faultRun({
  seed: values.seed,
  faults: chosen,
  seconds,
  kills,
  onFault: (figures) => process.stderr.write(told(figures)),
});
process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
process.exit(report.wrong.length > 0 ? 1 : 0);
