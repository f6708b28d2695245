// Runs .ts sources (legacy decorators + emitDecoratorMetadata) without a build step:
//   node --conditions=@muster/source --import ./tools/register.mjs services/x/src/main.ts
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire, enableCompileCache, registerHooks } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const root = fileURLToPath(new URL('..', import.meta.url));
const swcrc = readFileSync(join(root, '.swcrc'), 'utf8');
const salt = swcrc + process.version + require('@swc/core/package.json').version;
const cacheDir = join(root, 'node_modules/.cache/ts-register');
mkdirSync(cacheDir, { recursive: true });
process.setSourceMapsEnabled(true);
// Packages are compiled once, not in every process; a process that is killed stores nothing of what it compiled.
enableCompileCache(join(root, 'node_modules/.cache/compiled'));

registerHooks({
  load(url, context, nextLoad) {
    if (!url.startsWith('file:') || !url.endsWith('.ts')) return nextLoad(url, context);
    const filename = fileURLToPath(url);
    const code = readFileSync(filename, 'utf8');
    const cached = join(
      cacheDir,
      createHash('sha1').update(salt).update(filename).update(code).digest('hex') + '.mjs',
    );
    let source;
    try {
      source = readFileSync(cached, 'utf8');
    } catch {
      const options = JSON.parse(swcrc);
      delete options.exclude;
      delete options.$schema;
      options.jsc.rewriteRelativeImportExtensions = false; // keep './x.ts' as written
      source = require('@swc/core').transformSync(code, {
        ...options,
        swcrc: false,
        filename,
        sourceMaps: 'inline',
      }).code;
      const tmp = `${cached}.${process.pid}`;
      writeFileSync(tmp, source);
      renameSync(tmp, cached);
    }
    return { format: 'module', source, shortCircuit: true };
  },
});
