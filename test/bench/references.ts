import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './child.ts';

const source = fileURLToPath(new URL('./references', import.meta.url));
const target = join(root, 'node_modules/.cache/muster-bench/references');

const isInstalled = (): boolean => {
  const installed = join(target, 'package.json');
  const wanted = readFileSync(join(source, 'package.json'), 'utf8');
  return (
    existsSync(join(target, 'node_modules/autocannon')) &&
    existsSync(installed) &&
    readFileSync(installed, 'utf8') === wanted
  );
};

/**
 * What the figures are compared with: packages that Muster itself does not use, so they are installed apart, by the first
 * run (a minute or two). Where that fails, rows come without their reference.
 */
export const installReferences = (tell: (text: string) => void): string | undefined => {
  mkdirSync(target, { recursive: true });
  const isThere = isInstalled();
  for (const file of readdirSync(source)) copyFileSync(join(source, file), join(target, file));
  if (isThere) return target;
  tell('installing what the figures are compared with …');
  try {
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: target,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    return target;
  } catch {
    tell('the references could not be installed: figures come without them');
    return undefined;
  }
};
