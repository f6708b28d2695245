import { parseArgs } from 'node:util';
import { crashRun } from './crash-run.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '20' },
    seed: { type: 'string', default: String(Date.now()) },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  process.stdout.write(`Kills a server under load and checks that nothing is lost or doubled.

  npm run test:crash -- [--kills 20] [--seed <text>]

The seed fixes the load and the aims; when a signal arrives is up to the machine.
`);
  process.exit(0);
}

const { seed } = values;
process.stderr.write(`seed ${seed}\n`);
const report = await crashRun({
  kills: Number(values.kills),
  seed,
  onProgress: (kill, aim, told, stderr) => {
    const { acknowledged, unanswered, wrong } = told;
    process.stderr.write(
      `kill ${kill}: ${aim.at}; ${acknowledged} acknowledged, ${unanswered} unanswered, ${wrong.length} wrong\n`,
    );
    if (stderr !== '') process.stderr.write(`${stderr.slice(-500)}\n`);
    for (const line of wrong.slice(-3)) process.stderr.write(`  ${line}\n`);
  },
});
process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
process.exit(report.wrong.length > 0 ? 1 : 0);
