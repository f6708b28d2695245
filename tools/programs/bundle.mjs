// Makes the bundles of all programs: node tools/programs/bundle.mjs. Starting a program does so where it is needed.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { compiled } from './compiled.mjs';
import { cache, current, programs, root, stampOf } from './programs.mjs';

/** Loaded before everything else; those that look for their own files beside them; clients of engines that few use. */
const FROM_PACKAGES = ['reflect-metadata', 'pino', 'thread-stream', '@kurrent/*', 'mongodb', 'mongoose'];
/** Nest asks for them only where they are used. */
const NOT_INSTALLED = [
  '@fastify/multipart',
  '@fastify/static',
  '@fastify/view',
  '@nestjs/platform-express',
  '@nestjs/websockets',
  '@nestjs/websockets/*',
  'amqp-connection-manager',
  'ioredis',
  'kafkajs',
  'mqtt',
];
/** Besides the sources: what changes with the packages, and what says which programs there are and how they are made. */
const ALSO_MADE_OF = [
  'package-lock.json',
  '.swcrc',
  ...['bundle', 'compiled', 'programs'].map((name) => `tools/programs/${name}.mjs`),
];
const KEPT_MILLISECONDS = 24 * 60 * 60 * 1_000;

const stamps = Object.fromEntries(ALSO_MADE_OF.map((file) => [file, stampOf(file)]));

/** Where a module finds its files stays what it was. */
const inItsPlace = (code, path) =>
  code.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href));

const sources = {
  name: 'sources',
  setup: ({ onLoad }) => {
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const file = relative(root, path);
      stamps[file] = stampOf(file);
      return { contents: inItsPlace(compiled(path), path), loader: 'js' };
    });
    onLoad({ filter: /node_modules\/@nestjs\/.*\.js$/ }, ({ path }) => ({
      contents: inItsPlace(readFileSync(path, 'utf8'), path),
      loader: 'js',
    }));
  },
};

/** Of a CommonJS module that is imported when it is needed, esbuild would give the default export only: it gets its names. */
const namesOfCommonJs = {
  name: 'names of CommonJS',
  setup: ({ onResolve, onLoad, resolve }) => {
    const namesOf = new Map();
    onResolve({ filter: /.*/ }, async ({ path, kind, pluginData, importer, resolveDir }) => {
      if (kind !== 'dynamic-import' || pluginData === namesOf) return undefined;
      const found = await resolve(path, { kind, importer, resolveDir, pluginData: namesOf });
      if (found.external || !found.path.includes('/node_modules/')) return undefined;
      const names = Object.keys(await import(pathToFileURL(found.path).href));
      if (!names.includes('module.exports')) return undefined;
      namesOf.set(
        found.path,
        names.filter((name) => name !== 'module.exports' && name !== 'default'),
      );
      return { path: found.path, namespace: 'names' };
    });
    onLoad({ filter: /.*/, namespace: 'names' }, ({ path }) => ({
      contents: `const all = require(${JSON.stringify(path)}); export default all; export const { ${namesOf.get(path).join(', ')} } = all;`,
      resolveDir: root,
    }));
  },
};

const folder = join(cache, `${Date.now()}-${process.pid}`);
await build({
  entryPoints: Object.fromEntries(Object.entries(programs).map(([name, file]) => [name, join(root, file)])),
  outdir: folder,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: `node${process.versions.node}`,
  conditions: ['@muster/source'],
  keepNames: true,
  sourcemap: true,
  sourcesContent: false,
  external: [...FROM_PACKAGES, ...NOT_INSTALLED],
  banner: {
    js: `import { createRequire as requireOf } from 'node:module'; const require = requireOf(${JSON.stringify(import.meta.url)});`,
  },
  plugins: [sources, namesOfCommonJs],
  logLevel: 'error',
});
mkdirSync(cache, { recursive: true });
writeFileSync(`${folder}.json`, JSON.stringify({ folder, node: process.version, stamps }));
renameSync(`${folder}.json`, current);

// Who runs from an older one may still have something of it to load.
for (const name of readdirSync(cache).map((one) => join(cache, one)))
  if (
    name !== folder &&
    statSync(name).isDirectory() &&
    Date.now() - statSync(name).mtimeMs > KEPT_MILLISECONDS
  )
    rmSync(name, { recursive: true, force: true });
