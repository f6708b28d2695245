import { exitCodes } from '../exit-codes.ts';
import { Failure } from '../failure.ts';
import type { Target } from './api.ts';
import { devEnvIn, holdsData, lives, serverIn } from './data-directory.ts';

/** Where commands look, as options and environment say it. */
export type Whereabouts = {
  readonly url: string | undefined;
  readonly dataDir: string | undefined;
  readonly environment: NodeJS.ProcessEnv;
};

/** A server to ask, and how to let go of it. */
export type Connection = {
  /** `server`: one that runs anyway. `maintenance`: one this command started on a stopped data directory. */
  readonly kind: 'server' | 'maintenance';
  readonly target: Target;
  /** What was used, in words. */
  readonly said: string;
  close(): Promise<void>;
};

const DEFAULT_DIRECTORY = '.muster';

/** The data directory that is meant where no server is named. */
export const dataDirectoryOf = ({ dataDir, environment }: Whereabouts): string =>
  dataDir ?? environment['MUSTER_DATA_DIR'] ?? DEFAULT_DIRECTORY;

/**
 * The server that is named (`--url`, else `--data-dir`, else `MUSTER_URL`, else the default data directory); where a data
 * directory's server does not run, one of our own over that directory, for as long as the command takes.
 * @throws Failure
 */
export const connect = async (where: Whereabouts): Promise<Connection> => {
  const named = where.url ?? (where.dataDir === undefined ? where.environment['MUSTER_URL'] : undefined);
  if (named !== undefined) return toServer(targetAt(named, where, false), `using the server at ${named}`);
  const directory = dataDirectoryOf(where);
  const server = serverIn(directory);
  if (server && lives(server.pid) && server.mode === 'server' && (await answers(server.url)))
    return toServer(
      targetAt(server.url, where, true),
      `using the server at ${server.url} (process ${server.pid})`,
    );
  if (!holdsData(directory))
    throw new Failure(
      exitCodes.usage,
      'no_data',
      `${directory} holds no data of Muster's, and no server is named`,
      'Name a server with --url or MUSTER_URL, or a data directory with --data-dir.',
    );
  // Only here, because it brings the whole server with it.
  const { startMaintenance } = await import('./maintenance.ts');
  return startMaintenance(directory, where.environment);
};

const toServer = (target: Target, said: string): Connection => ({
  kind: 'server',
  target,
  said,
  close: async () => undefined,
});

/** A named server is called with the environment's credentials, a data directory's with those it left there. */
const targetAt = (url: string, where: Whereabouts, inDirectory: boolean): Target => {
  const left = devEnvIn(dataDirectoryOf(where));
  const credentials = inDirectory ? { ...where.environment, ...left } : { ...left, ...where.environment };
  const { MUSTER_PROJECT_ID: projectId, MUSTER_SECRET: secret } = credentials;
  if (!projectId || !secret)
    throw new Failure(
      exitCodes.usage,
      'no_credentials',
      'there are no credentials to call the server with',
      'Set MUSTER_PROJECT_ID and MUSTER_SECRET (a server in development leaves them in <data directory>/dev.env).',
    );
  return { url: withoutSlash(url), projectId, secret };
};

const withoutSlash = (url: string): string => {
  if (!URL.canParse(url))
    throw new Failure(
      exitCodes.usage,
      'invalid_url',
      `${url} is not a URL`,
      'It looks like http://127.0.0.1:4100.',
    );
  return url.replace(/\/+$/, '');
};

const answers = async (url: string): Promise<boolean> => {
  try {
    const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(3_000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
};
