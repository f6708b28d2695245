import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './child.ts';
import { loadNow, machine } from './machine.ts';
import { installReferences } from './references.ts';
import { isMet, type Row, tableOf } from './report.ts';
import type { Section } from './section.ts';
import { sections } from './sections.ts';

const usage = `Measures Muster beside what it is compared with, and says which budgets hold.

  npm run bench [-- --only append,replay] [--quick] [--write] [--profile DIR]

  --only     these sections: ${sections.map(({ name }) => name).join(', ')}
  --quick    small and short: shows that everything runs
  --without-references
             nothing is installed; rows come without what they are compared with
  --write    writes docs/benchmarks.md (of all sections, not quick)
  --profile  a directory for a CPU profile of each of our processes
`;

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    'without-references': { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    profile: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(usage);
  process.exit(0);
}
const wanted = values.only?.split(',');
const unknown = wanted?.filter((name) => !sections.some((section) => section.name === name)) ?? [];
if (unknown.length > 0) {
  process.stderr.write(`no such section: ${unknown.join(', ')}\n\n${usage}`);
  process.exit(2);
}
if (values.profile !== undefined) process.env['MUSTER_BENCH_PROFILES'] = values.profile;

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const tell = (text: string): void => void process.stderr.write(`  ${text}\n`);
const cache = join(root, 'node_modules/.cache/muster-bench');
mkdirSync(cache, { recursive: true });
const scratch = mkdtempSync(join(cache, 'run-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

const references = values['without-references'] ? undefined : installReferences(tell);
const options = { quick: values.quick, references, scratch, histories: join(cache, 'histories'), tell };
say(`${machine()}; load ${loadNow()} at the start`);

type Outcome = { readonly section: Section; readonly rows: readonly Row[]; readonly load: string };
const outcomes: Outcome[] = [];
let failed = false;
for (const section of sections.filter(({ name }) => !wanted || wanted.includes(name))) {
  say(`\n${section.title}`);
  const load = loadNow();
  try {
    const rows = await section.run(options);
    outcomes.push({ section, rows, load });
    say(tableOf(rows));
  } catch (error) {
    failed = true;
    say(`failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
}

const rows = outcomes.flatMap((outcome) => outcome.rows);
const missed = rows.filter((row) => isMet(row) === false);
say(`\n${rows.filter((row) => isMet(row)).length} budgets met, ${missed.length} not met`);
if (values.write && !values.quick && !wanted) {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
    cwd: root,
    encoding: 'utf8',
  }).trim();
  const { page } = await import('./page.ts');
  const file = join(root, 'docs/benchmarks.md');
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
  writeFileSync(file, page(outcomes, { commit, at: new Date(), before }));
  execFileSync(join(root, 'node_modules/.bin/oxfmt'), [file]);
}
process.exitCode = failed ? 1 : 0;
