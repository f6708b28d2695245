import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidConfiguration, readEnvironment } from '@muster/nest-kit';
import { startStandalone } from './standalone.ts';

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

/**
 * Starts the same application as `npm start` does, for an operator's command: on the loopback, any port, with a secret
 * that nobody else knows, and without mail, reactors and seed (E25).
 * @param variables the environment the directory's own server has, as far as it is known: project, master key, mode
 * @throws InvalidConfiguration, DataDirectoryBusy
 */
export const startMaintenance = async (
  directory: string,
  variables: NodeJS.ProcessEnv,
): Promise<Maintenance> => {
  const production = variables['MUSTER_MODE'] === 'production';
  if (!production && !existsSync(join(directory, 'development.json')))
    throw new InvalidConfiguration([
      `${directory} was written in production: set MUSTER_MODE=production, MUSTER_PROJECT_ID and MUSTER_MASTER_KEY as its server has them`,
    ]);
  const secret = `secret-maintenance-${randomBytes(24).toString('base64url')}`;
  const { MUSTER_SECRET: _, ...kept } = variables;
  const environment = readEnvironment({
    MUSTER_LOG_LEVEL: 'error',
    ...(production ? unused : {}),
    ...kept,
    MUSTER_DATA_DIR: directory,
    MUSTER_SECRET_HASHES: createHash('sha256').update(secret).digest('hex'),
    HOST: '127.0.0.1',
    PORT: '0',
  });
  const standalone = await startStandalone(environment, 'none', { maintenance: true });
  const { url, projectId } = standalone;
  return { url, projectId, secret, stop: () => standalone.stop() };
};
