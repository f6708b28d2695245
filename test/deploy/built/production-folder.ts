import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
// @ts-expect-error -- a tool in plain JavaScript
import { assemble, runtimeFolders } from '../../../tools/assemble.mjs';

const root = fileURLToPath(new URL('../../..', import.meta.url));

type Locked = { readonly dev?: boolean; readonly devOptional?: boolean; readonly link?: boolean };

/**
 * The folder that an image runs: what `tools/assemble.mjs` puts together, with the packages that the lock calls
 * production's. They are what `npm ci --omit=dev` leaves, without a network: a package that is there for development only
 * cannot be found from it. The folder must not be inside the checkout, whose node_modules would be found.
 */
export const productionFolder = (target: string): void => {
  (assemble as (folder: string) => void)(target);
  for (const at of productionPackages()) link(join(root, at), join(target, at));
  for (const folder of runtimeFolders() as readonly string[]) {
    const { name } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as { name: string };
    const at = join(target, 'node_modules', name);
    mkdirSync(dirname(at), { recursive: true });
    symlinkSync(join(target, folder), at);
  }
};

const productionPackages = (): readonly string[] => {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, Locked>>;
  };
  const wanted = Object.entries(lock.packages)
    .filter(([at, { dev, devOptional, link: isLink }]) => at !== '' && !dev && !devOptional && !isLink)
    .map(([at]) => at)
    .filter((at) => at.startsWith('node_modules/') && !at.includes('node_modules/node-linux-'))
    .filter((at) => existsSync(join(root, at)));
  // Each with its own folder only: what it has below itself is in the lock by name.
  return wanted.toSorted((a, b) => a.length - b.length);
};

/** A link for each file where the disk is the same, a copy elsewhere. */
const link = (from: string, to: string): void => {
  if (existsSync(to)) return;
  mkdirSync(dirname(to), { recursive: true });
  if (spawnSync('cp', ['-al', from, to]).status === 0) return;
  rmSync(to, { recursive: true, force: true });
  cpSync(from, to, { recursive: true });
};
