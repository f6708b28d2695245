import { parseArgs } from 'node:util';
import { generateYear } from './year.ts';

const usage = `Writes a year of made-up history into a new data directory.

  npm run history -- --data-dir DIR [--events 100000] [--seed 1]

Afterwards: MUSTER_DATA_DIR=DIR npm start
`;

const { values } = parseArgs({
  options: {
    'data-dir': { type: 'string' },
    events: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});
const [events, seed] = [Number(values.events), Number(values.seed)];
const dataDirectory = values['data-dir'];
if (values.help || dataDirectory === undefined || !(events > 0) || !Number.isSafeInteger(seed)) {
  process.stderr.write(usage);
  process.exit(values.help ? 0 : 2);
}
const started = performance.now();
let shown = 0;
const history = await generateYear({
  dataDirectory,
  events,
  seed,
  onProgress: (done) => {
    if (done - shown < 50_000) return;
    shown = done;
    process.stderr.write(`${done} of ${events} events\n`);
  },
});
const seconds = (performance.now() - started) / 1_000;
process.stdout.write(
  `${history.events} events in ${history.commits} commits, ${seconds.toFixed(1)} s (${Math.round(history.events / seconds)}/s)\n`,
);
