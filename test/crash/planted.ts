import { fileURLToPath } from 'node:url';

/** Bugs that a run has to find, put into the server's process. What each does is in `planted.preload.ts`. */
export const plantedNames = [
  'skip-event',
  'double-mail',
  'rename-mail',
  'lose-checkpoint',
  'lose-write',
  'forget-command',
] as const;
export type PlantedName = (typeof plantedNames)[number];

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** What a server is started with so that it has the bug, without knowing of it. */
export const plantedEnvironment = (name: PlantedName): Readonly<Record<string, string>> => ({
  NODE_OPTIONS: `--import "${at('../../tools/register.mjs')}" --import "${at('./planted.preload.ts')}"`,
  PLANTED: name,
});
