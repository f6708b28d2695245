// Makes `dist/` (a package that can be packed and published: npm pack ./dist) out of this workspace and those it needs.
//   node services/testing/build.mjs [directory]
import { execFileSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from '@swc/core';

const here = import.meta.dirname;
const root = fileURLToPath(new URL('../..', import.meta.url));
const target = resolve(process.argv[2] ?? join(here, 'dist'));
const swcrc = JSON.parse(readFileSync(join(root, '.swcrc'), 'utf8'));
delete swcrc.exclude;
const sorted = (names) => [...names].toSorted((a, b) => (a < b ? -1 : 1));
const json = (file) => JSON.parse(readFileSync(file, 'utf8'));

const folders = new Map(
  globSync('{libs,services}/*/package.json', { cwd: root }).map((file) => [
    json(join(root, file)).name,
    join(root, dirname(file)),
  ]),
);

/** A workspace's code as JavaScript; gives the packages that it imports. */
const compile = (folder, to) => {
  const imported = new Set();
  for (const file of globSync('src/**/*', { cwd: folder, withFileTypes: true })) {
    if (!file.isFile()) continue;
    const from = join(file.parentPath, file.name);
    const name = relative(join(folder, 'src'), from);
    if (name.endsWith('.spec.ts') || name.startsWith('testing/')) continue;
    const out = join(to, name.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(out), { recursive: true });
    if (!name.endsWith('.ts')) {
      cpSync(from, out);
      continue;
    }
    const { code } = transformSync(readFileSync(from, 'utf8'), {
      ...swcrc,
      swcrc: false,
      sourceMaps: false,
      filename: from,
    });
    writeFileSync(out, code);
    for (const [, specifier] of code.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*['"](@?[a-z][\w.:/-]*)['"]/g))
      imported.add(
        specifier
          .split('/')
          .slice(0, specifier.startsWith('@') ? 2 : 1)
          .join('/'),
      );
  }
  return imported;
};

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
const manifest = json(join(here, 'package.json'));
const outside = compile(here, target);
const bundled = new Set();
for (let left = [...outside]; left.length > 0;) {
  const name = left.pop();
  if (!folders.has(name) || bundled.has(name)) continue;
  bundled.add(name);
  const into = join(target, 'node_modules', name);
  const { version, type, exports } = json(join(folders.get(name), 'package.json'));
  for (const specifier of compile(folders.get(name), join(into, 'dist'))) {
    outside.add(specifier);
    left.push(specifier);
  }
  writeFileSync(join(into, 'package.json'), JSON.stringify({ name, version, type, exports }, null, 2));
}

// Its script of the installation asks the network for a newer list: the one it came with is bundled, without the script.
for (const name of ['free-email-domains']) {
  const from = join(root, 'node_modules', name);
  const into = join(target, 'node_modules', name);
  cpSync(from, into, { recursive: true });
  const { scripts: _, ...its } = json(join(from, 'package.json'));
  writeFileSync(join(into, 'package.json'), JSON.stringify(its, null, 2));
  bundled.add(name);
  folders.set(name, into);
}

const known = { ...json(join(root, 'package.json')).dependencies };
const isBuiltIn = (name) => name.startsWith('node:') || builtinModules.includes(name);
const needed = [...outside].filter(
  (name) => !isBuiltIn(name) && !folders.has(name) && !(name in manifest.peerDependencies),
);
const missing = needed.filter((name) => !(name in known));
if (missing.length > 0) throw new Error(`no version is known of ${missing.join(', ')}`);
const { name, version, description, type, peerDependencies, peerDependenciesMeta } = manifest;
const entry = (file) => ({ types: `./${file}.d.ts`, default: `./${file}.js` });
const published = {
  name,
  version,
  description,
  license: json(join(root, 'package.json')).license,
  type,
  engines: json(join(root, 'package.json')).engines,
  exports: { '.': entry('index'), './container': entry('container') },
  dependencies: Object.fromEntries([
    ...sorted(needed).map((one) => [one, known[one]]),
    ...sorted(bundled).map((one) => [one, json(join(folders.get(one), 'package.json')).version]),
  ]),
  bundleDependencies: sorted(bundled),
  peerDependencies,
  peerDependenciesMeta,
};
writeFileSync(join(target, 'package.json'), `${JSON.stringify(published, null, 2)}\n`);
cpSync(join(here, 'README.md'), join(target, 'README.md'));

// Declarations of the public face only: nothing in it speaks of another workspace.
const types = join(target, 'types');
execFileSync(
  join(root, 'node_modules/.bin/tsc'),
  ['-p', join(here, 'tsconfig.build.json'), '--outDir', types],
  {
    stdio: 'inherit',
  },
);
for (const file of globSync('services/testing/src/*.d.ts', { cwd: types }))
  writeFileSync(
    join(target, basename(file)),
    readFileSync(join(types, file), 'utf8').replaceAll(/(['"]\.\/[^'"]+)\.ts(['"])/g, '$1.js$2'),
  );
rmSync(types, { recursive: true });
