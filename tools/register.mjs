// Runs .ts sources (legacy decorators + emitDecoratorMetadata) without a build step:
//   node --conditions=@muster/source --import ./tools/register.mjs services/x/src/main.ts
import { enableCompileCache, registerHooks } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compiled } from './programs/compiled.mjs';
import { bundleOf } from './programs/programs.mjs';

process.setSourceMapsEnabled(true);
// Packages are compiled once, not in every process; a process that is killed stores nothing of what it compiled.
enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/compiled'));

/** Who has loaded sources before a program wants the program's own modules, to share or to change them. */
let isFirst = true;

registerHooks({
  load(url, context, nextLoad) {
    if (!url.startsWith('file:') || !url.endsWith('.ts')) return nextLoad(url, context);
    const filename = fileURLToPath(url);
    const bundle = isFirst ? bundleOf(filename) : undefined;
    isFirst = false;
    // Nest's decorators need what the first of the two adds to `Reflect`.
    const source = bundle ? `import 'reflect-metadata'; import '${bundle}';` : compiled(filename);
    return { format: 'module', source, shortCircuit: true };
  },
});
