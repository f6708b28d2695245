// Puts together what an image runs, and nothing else: node tools/assemble.mjs <folder>, after `npm run build`.
// The server and the command line, the workspace packages they need, built; no sources, no tests, no node_modules.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const PROGRAMS = ['@muster/server', '@muster/cli'];
const PARTS = ['package.json', 'dist', 'bin'];

const manifestOf = (folder) => JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
const folders = ['services', 'libs'].flatMap((group) =>
  readdirSync(join(root, group)).map((name) => join(group, name)),
);
const folderOf = new Map(folders.map((folder) => [manifestOf(folder).name, folder]));

/** The folders of the programs and of every workspace package they need, over declared dependencies. */
export const runtimeFolders = () => {
  const found = new Set();
  const visit = (name) => {
    const folder = folderOf.get(name);
    if (!folder || found.has(folder)) return;
    found.add(folder);
    Object.keys(manifestOf(folder).dependencies ?? {}).forEach(visit);
  };
  PROGRAMS.forEach(visit);
  return [...found].toSorted((one, other) => (one < other ? -1 : 1));
};

/** @throws Error where something was not built */
export const assemble = (target) => {
  mkdirSync(target, { recursive: true });
  cpSync(join(root, 'package.json'), join(target, 'package.json'));
  for (const folder of runtimeFolders()) {
    if (!existsSync(join(root, folder, 'dist'))) throw new Error(`${folder} is not built: npm run build`);
    for (const part of PARTS.filter((name) => existsSync(join(root, folder, name))))
      cpSync(join(root, folder, part), join(target, folder, part), { recursive: true });
  }
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , target] = process.argv;
  if (!target) {
    console.error('node tools/assemble.mjs <folder>');
    process.exit(2);
  }
  assemble(target);
  console.log(`${target}: ${runtimeFolders().join(', ')}`);
}
