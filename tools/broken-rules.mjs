// Breaks one rule at a time in a copy of the tree and expects its tests to fail: npm run broken-rules [-- R18 E3 …]
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brokenRules } from './broken-rules/list.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What git knows of the tree, with the same packages; workspace packages are the copy's own. */
const copyOfTree = () => {
  const copy = mkdtempSync(join(tmpdir(), 'broken-rules-'));
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
  });
  for (const file of listed.toString().split('\0').filter(Boolean)) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(root, file), join(copy, file));
  }
  const packages = join(copy, 'node_modules');
  mkdirSync(join(packages, '@muster'), { recursive: true });
  for (const name of readdirSync(join(root, 'node_modules')))
    if (name !== '@muster' && name !== '.cache')
      symlinkSync(join(root, 'node_modules', name), join(packages, name));
  for (const folder of ['libs', 'services'])
    for (const name of readdirSync(join(copy, folder)))
      symlinkSync(join(copy, folder, name), join(packages, '@muster', name));
  return copy;
};

const testsFail = async (copy, tests, stdio = 'ignore') => {
  const jest = [
    '--no-warnings',
    '--experimental-vm-modules',
    'node_modules/jest/bin/jest.js',
    '--silent',
    '--bail',
    ...tests,
  ];
  const run = spawn(process.execPath, jest, { cwd: copy, stdio, detached: true });
  // A broken rule may loop for ever: whatever the run started ends with it, workers that listen to nobody as well.
  const end = () => {
    if (run.pid === undefined) return;
    try {
      process.kill(-run.pid, 'SIGKILL');
    } catch {
      // Nothing of it is left.
    }
  };
  const timer = setTimeout(end, 120_000);
  const [status] = await once(run, 'exit');
  clearTimeout(timer);
  end();
  return status !== 0;
};

/** Whether the tests of a rule notice that it is broken in a copy; the copy is whole again afterwards. */
const isCaught = async (copy, { rule, file, find, replace, tests }) => {
  const path = join(copy, file);
  const source = readFileSync(path, 'utf8');
  if (source.split(find).length !== 2)
    throw new Error(`${rule}: ${file} does not hold exactly once: ${find}`);
  writeFileSync(
    path,
    source.replace(find, () => replace),
  );
  const caught = await testsFail(copy, tests);
  writeFileSync(path, source);
  return caught;
};

const wanted = process.argv.slice(2);
const chosen = brokenRules.filter(({ rule }) => wanted.length === 0 || wanted.includes(rule));
const copies = Array.from({ length: availableParallelism() }, copyOfTree);
let survivors = 0;
try {
  const specs = [...new Set(chosen.flatMap(({ tests }) => tests))];
  if (await testsFail(copies[0], specs, ['ignore', 'ignore', 'inherit']))
    throw new Error('the tests already fail with nothing broken');
  const left = [...chosen];
  const breakRules = async (copy) => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) {
      const caught = await isCaught(copy, one);
      if (!caught) survivors++;
      console.log(`${caught ? 'caught  ' : 'SURVIVED'}  ${one.rule.padEnd(4)} ${one.what}`);
    }
  };
  await Promise.all(copies.map(breakRules));
} finally {
  for (const copy of copies) rmSync(copy, { recursive: true, force: true });
}
console.log(`${chosen.length} rules broken, ${survivors} survived`);
process.exitCode = survivors > 0 ? 1 : 0;
