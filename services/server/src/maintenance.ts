import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidConfiguration, readEnvironment } from '@muster/nest-kit';
import { keepToEngines } from './engines.ts';
import { startServer } from './server.ts';
import { firstEventIn, storeUrlsIn, storeVariables } from './stores.ts';

/** A server for one operator, over a data directory that no other server runs on. */
export type Maintenance = {
  readonly url: string;
  readonly projectId: string;
  readonly secret: string;
  readonly stop: () => Promise<void>;
};

/** What production demands of a server that talks to the world; this one does not. */
const unused = {
  MUSTER_PUBLIC_URL: 'https://maintenance.invalid',
  MUSTER_SMTP_URL: 'smtp://maintenance.invalid',
};

/** Whose the log is, as its first event says: a restored directory has no other word for it. */
const firstProjectIn = async (
  dataDirectory: string,
  variables: NodeJS.ProcessEnv,
): Promise<string | undefined> => {
  const named = Object.fromEntries(storeVariables.map((name) => [name, variables[name]]));
  const urls = storeUrlsIn(readEnvironment(named));
  keepToEngines(dataDirectory, urls);
  return (await firstEventIn({ dataDirectory, urls }))?.metadata.projectId;
};

/**
 * Starts the same application as `npm start` does, for an operator's command: on the loopback, any port, with a secret
 * that nobody else knows, and without mail, reactors and seed (E25).
 * @param variables the environment the directory's own server has, as far as it is known: project (the log's own where not given), master key, mode
 * @throws InvalidConfiguration, DataDirectoryBusy
 */
export const startMaintenance = async (
  directory: string,
  variables: NodeJS.ProcessEnv,
): Promise<Maintenance> => {
  const production = variables['MUSTER_MODE'] === 'production';
  if (!production && !existsSync(join(directory, 'development.json')))
    throw new InvalidConfiguration([
      `${directory} was written in production: set MUSTER_MODE=production and MUSTER_MASTER_KEY as its server has them`,
    ]);
  const secret = `secret-maintenance-${randomBytes(24).toString('base64url')}`;
  const { MUSTER_SECRET: _, ...kept } = variables;
  const environment = readEnvironment({
    MUSTER_LOG_LEVEL: 'error',
    ...(production ? unused : {}),
    MUSTER_PROJECT_ID: await firstProjectIn(directory, variables),
    ...kept,
    MUSTER_DATA_DIR: directory,
    MUSTER_SECRET_HASHES: createHash('sha256').update(secret).digest('hex'),
    HOST: '127.0.0.1',
    PORT: '0',
  });
  const server = await startServer(environment, 'none', { maintenance: true });
  const { url, projectId } = server;
  return { url, projectId, secret, stop: () => server.stop() };
};
