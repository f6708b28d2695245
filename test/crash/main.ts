import { parseArgs } from 'node:util';
import { crashRun } from './crash-run.ts';
import { type PlantedName, plantedNames } from './planted.ts';

const HELP = `Kills a server under load and checks that nothing is lost or doubled. Ends with 1 where something is wrong.

  npm run test:crash -- [--kills 20] [--seed <text>] [--planted <bug>]

  --kills    how many
  --seed     fixes the load and the aims; when a signal arrives is up to the machine
  --planted  with a bug in the server that has to be found: ${plantedNames.join(', ')}
`;

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '20' },
    seed: { type: 'string', default: String(Date.now()) },
    planted: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const { seed, planted } = values;
const kills = Number(values.kills);

if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
if (
  !Number.isSafeInteger(kills) ||
  kills < 0 ||
  (planted && !plantedNames.includes(planted as PlantedName))
) {
  process.stderr.write(HELP);
  process.exit(2);
}

const began = performance.now();
process.stderr.write(`seed ${seed}\n`);
const report = await crashRun({
  kills,
  seed,
  planted: planted as PlantedName | undefined,
  onProgress: (kill, aim, told, stderr) => {
    const { acknowledged, unanswered, wrong } = told;
    const seconds = Math.round((performance.now() - began) / 1_000);
    process.stderr.write(
      `kill ${kill} after ${seconds} s: ${aim.at}; ${acknowledged} acknowledged, ${unanswered} unanswered, ${wrong.length} wrong\n`,
    );
    if (stderr !== '') process.stderr.write(`${stderr.slice(-500)}\n`);
    for (const line of wrong.slice(-3)) process.stderr.write(`  ${line}\n`);
  },
});
process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
process.exit(report.wrong.length > 0 ? 1 : 0);
