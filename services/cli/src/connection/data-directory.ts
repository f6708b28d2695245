import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const serverFile = z.object({
  pid: z.number().int(),
  url: z.url(),
  mode: z.enum(['server', 'maintenance']),
});

/** What the process that holds a data directory says of itself. */
export type ServerFile = z.infer<typeof serverFile>;

/** Whether there is anything of Muster's in it; a directory is never made by asking about it. */
export const holdsData = (directory: string): boolean =>
  existsSync(join(directory, 'log.db')) || existsSync(join(directory, 'engines.json'));

const enginesFile = z.object({ eventLog: z.string(), keyStore: z.string() });

/** What holds the log and the keys of the directory's server: `sqlite` where they are files of the directory. */
export const enginesIn = (directory: string): z.infer<typeof enginesFile> => {
  const file = join(directory, 'engines.json');
  if (!existsSync(file)) return { eventLog: 'sqlite', keyStore: 'sqlite' };
  return enginesFile.parse(JSON.parse(readFileSync(file, 'utf8')));
};

/** What `server.json` says; undefined where there is none, or it is not whole. */
export const serverIn = (directory: string): ServerFile | undefined => {
  try {
    return serverFile.parse(JSON.parse(readFileSync(join(directory, 'server.json'), 'utf8')));
  } catch {
    return undefined;
  }
};

/** The variables of `dev.env`, which a server in development leaves for its callers. */
export const devEnvIn = (directory: string): Readonly<Record<string, string>> => {
  const file = join(directory, 'dev.env');
  if (!existsSync(file)) return {};
  const lines = readFileSync(file, 'utf8').split('\n');
  const pairs = lines.map((line) => /^([A-Z_]+)=(.*)$/.exec(line.trim())).filter((found) => found !== null);
  return Object.fromEntries(pairs.map(([, name, value]) => [name!, value!]));
};

/** Whether a process of that id lives on this host. */
export const lives = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It lives, and is somebody else's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};
