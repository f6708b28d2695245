// Checks module boundaries on the Nx project graph: type: and scope: tags, declared deps, no cycles, no deep or relative crossing.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, globSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve, dirname } from 'node:path';

const out = join(mkdtempSync(join(tmpdir(), 'graph-')), 'graph.json');
execFileSync('nx', ['graph', `--file=${out}`], {
  stdio: 'ignore',
  env: { ...process.env, NX_DAEMON: 'false' },
});
const { nodes, dependencies } = JSON.parse(readFileSync(out, 'utf8')).graph;
const tag = (n, k) => nodes[n].data.tags.find((t) => t.startsWith(`${k}:`))?.slice(k.length + 1);
const errors = [];
for (const [from, deps] of Object.entries(dependencies)) {
  for (const { target } of deps) {
    if (!nodes[target] || target === from) continue;
    if (tag(target, 'type') !== 'lib') errors.push(`${from} -> ${target}: only libs may be imported`);
    const s = tag(target, 'scope');
    if (s !== 'shared' && s !== tag(from, 'scope'))
      errors.push(`${from} -> ${target}: scope:${s} is private`);
  }
}
const state = {};
const visit = (n, path) => {
  if (state[n] === 2) return;
  if (state[n] === 1) return void errors.push(`cycle: ${[...path, n].join(' -> ')}`);
  state[n] = 1;
  for (const d of dependencies[n] ?? []) if (nodes[d.target] && d.target !== n) visit(d.target, [...path, n]);
  state[n] = 2;
};
Object.keys(nodes).forEach((n) => visit(n, []));
for (const { data } of Object.values(nodes)) {
  const pkg = JSON.parse(readFileSync(`${data.root}/package.json`, 'utf8'));
  for (const file of globSync(`${data.root}/{src,test}/**/*.ts`)) {
    for (const [, spec] of readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)) {
      if (spec.startsWith('.') && relative(data.root, resolve(dirname(file), spec)).startsWith('..'))
        errors.push(`${file}: relative import leaves the project: ${spec}`);
      if (
        spec.startsWith('@muster/') &&
        spec !== pkg.name &&
        !pkg.dependencies?.[spec] &&
        !pkg.devDependencies?.[spec]
      )
        errors.push(`${file}: ${spec} is not in ${data.root}/package.json`);
    }
  }
}
if (errors.length) console.error(errors.join('\n'));
console.log(`${Object.keys(nodes).length} projects, ${errors.length} boundary errors`);
process.exitCode = errors.length ? 1 : 0;
