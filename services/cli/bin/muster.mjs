#!/usr/bin/env node
// Runs the command line: from its TypeScript sources, with the flags they need, or, in an image, from what was built.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const sources = at('../src/main.ts');
const script = existsSync(sources)
  ? ['--conditions=@muster/source', '--import', at('../../../tools/register.mjs'), sources]
  : [at('../dist/main.js')];
const child = spawn(process.execPath, ['--no-warnings', ...script, ...process.argv.slice(2)], {
  stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(signal ? 130 : (code ?? 1)));
