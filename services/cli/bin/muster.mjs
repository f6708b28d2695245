#!/usr/bin/env node
// Runs the command line from its TypeScript sources, with the flags they need.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const child = spawn(
  process.execPath,
  [
    '--no-warnings',
    '--conditions=@muster/source',
    '--import',
    at('../../../tools/register.mjs'),
    at('../src/main.ts'),
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit' },
);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(signal ? 130 : (code ?? 1)));
