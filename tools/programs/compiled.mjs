// One TypeScript source as JavaScript, compiled once: what was compiled before is kept.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const root = fileURLToPath(new URL('../..', import.meta.url));
const swcrc = readFileSync(join(root, '.swcrc'), 'utf8');
const salt = swcrc + process.version + require('@swc/core/package.json').version;
const cache = join(root, 'node_modules/.cache/ts-register');
mkdirSync(cache, { recursive: true });

const optionsFor = (filename) => {
  const options = JSON.parse(swcrc);
  delete options.exclude;
  delete options.$schema;
  options.jsc.rewriteRelativeImportExtensions = false; // keep './x.ts' as written
  return { ...options, swcrc: false, filename, sourceMaps: 'inline' };
};

/** As an ES module (legacy decorators with their metadata), with its source map in it. */
export const compiled = (filename) => {
  const code = readFileSync(filename, 'utf8');
  const key = createHash('sha1').update(salt).update(filename).update(code).digest('hex');
  const kept = join(cache, `${key}.mjs`);
  try {
    return readFileSync(kept, 'utf8');
  } catch {
    const source = require('@swc/core').transformSync(code, optionsFor(filename)).code;
    const unfinished = `${kept}.${process.pid}`;
    writeFileSync(unfinished, source);
    renameSync(unfinished, kept);
    return source;
  }
};
