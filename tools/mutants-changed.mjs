#!/usr/bin/env node
// Mutation tests of the domain lines that changed since a commit (`MUTANTS_SINCE`, default: the commit before this one).
import { execFileSync, spawnSync } from 'node:child_process';

const since = process.env.MUTANTS_SINCE || 'HEAD~1';
if (spawnSync('git', ['rev-parse', '--verify', '--quiet', `${since}^{commit}`]).status !== 0) {
  const isDefault = !process.env.MUTANTS_SINCE;
  console.log(`there is no commit ${since} to compare with: no mutants were made`);
  process.exit(isDefault ? 0 : 1);
}
const isMutated = (path) =>
  /^services\/[^/]+\/src\/domain\/.*\.ts$/.test(path) && !/\.(spec|events)\.ts$/.test(path);

/** `path:first-last` for each changed block that still has lines. */
const changedRanges = (diff) => {
  const ranges = [];
  let path = '';
  for (const line of diff.split('\n')) {
    if (line.startsWith('+++ b/')) path = line.slice('+++ b/'.length);
    const block = /^@@ -\S+ \+(\d+)(?:,(\d+))? @@/.exec(line);
    if (!block || !isMutated(path)) continue;
    const [first, count] = [Number(block[1]), Number(block[2] ?? 1)];
    if (count > 0) ranges.push(`${path}:${first}-${first + count - 1}`);
  }
  return ranges;
};

const diff = execFileSync('git', ['diff', '--unified=0', since, '--', 'services'], {
  encoding: 'utf8',
  maxBuffer: 1 << 28,
});
const ranges = changedRanges(diff);
if (ranges.length === 0) {
  console.log(`no line of a domain changed since ${since}`);
  process.exit(0);
}
console.log(`${ranges.length} changed blocks in domains since ${since}`);
const run = spawnSync('npx', ['stryker', 'run', '--mutate', ranges.join(',')], { stdio: 'inherit' });
process.exit(run.status ?? 1);
