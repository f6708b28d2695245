// Programs that are started often: their modules, some two thousand, are put in a few files, since to find and read them one
// by one takes longer than all else that a program does until it is ready.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** By the name of their bundle. */
export const programs = {
  server: 'services/server/src/main.ts',
  'heavy-work': 'services/server/src/heavy/worker.script.ts',
  distributed: 'services/distributed/src/main.ts',
  muster: 'services/cli/src/main.ts',
};

/** Copies of this folder may share `node_modules`, and what is kept in it. */
export const cache = join(
  root,
  'node_modules/.cache/programs',
  createHash('sha1').update(root).digest('hex').slice(0, 12),
);

/** `current.json` in the cache: the folder of the bundles, and each file they were made of with its stamp. */
export const current = join(cache, 'current.json');

/** Changes whenever a file does. */
export const stampOf = (file) => {
  const { mtimeMs, size } = statSync(join(root, file));
  return `${mtimeMs} ${size}`;
};

/** Whether what was made is what would be made now. */
export const isFresh = ({ node, stamps }) =>
  node === process.version && Object.keys(stamps).every((file) => stampOf(file) === stamps[file]);

const fresh = () => {
  try {
    const made = JSON.parse(readFileSync(current, 'utf8'));
    return isFresh(made) ? made.folder : undefined;
  } catch {
    // Nothing was made yet, or a source is gone.
    return undefined;
  }
};

const made = () => {
  try {
    execFileSync(process.execPath, [join(import.meta.dirname, 'bundle.mjs')], { stdio: 'pipe', env: {} });
  } catch {
    // Loaded one by one, the modules tell better what is wrong with them.
    return undefined;
  }
  return fresh();
};

/**
 * The URL of a program's bundle, made anew where a source has changed. Undefined for what is no such program, and where its
 * sources are watched: who starts it again needs to know them.
 */
export const bundleOf = (filename) => {
  const file = relative(root, filename);
  const name = Object.keys(programs).find((one) => programs[one] === file);
  if (name === undefined || process.env.WATCH_REPORT_DEPENDENCIES) return undefined;
  const folder = fresh() ?? made();
  return folder && pathToFileURL(join(folder, `${name}.mjs`)).href;
};
