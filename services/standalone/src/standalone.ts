import { once } from 'node:events';
import { configFrom, createLogger, type EnvironmentVariables } from '@muster/nest-kit';
import { apiReference } from './api-reference.ts';
import { banner, writeDevEnv } from './banner.ts';
import { credentialsFor } from './credentials.ts';
import { holdDataDirectory } from './data-directory.ts';
import { createListener, health } from './listener.ts';
import { openEmbeddedPlatform } from './platform.ts';
import { freePort } from './port.ts';
import { referencePages } from './reference-pages.ts';
import { callerOf, plant, readSeed } from './seed/seed.ts';
import { endLongWork, startServices, stopServices } from './services.ts';

export type Standalone = {
  readonly url: string;
  readonly projectId: string;
  readonly banner: string;
  stop(): Promise<void>;
};

/** All of Muster in one process on embedded adapters: one listener, one data directory, no server beside it. */
export const startStandalone = async (
  environment: EnvironmentVariables,
  seedName: string | undefined,
  { maintenance = false }: { readonly maintenance?: boolean } = {},
): Promise<Standalone> => {
  const production = environment.MUSTER_MODE === 'production';
  const seed = seedName ?? (production ? 'none' : 'demo');
  const planned = seed === 'none' ? null : readSeed(seed);
  const credentials = credentialsFor(environment);
  const port = await freePort(environment.PORT, environment.HOST);
  const url = `http://${environment.HOST === '0.0.0.0' ? '127.0.0.1' : environment.HOST}:${port}`;
  const hold = holdDataDirectory(environment.MUSTER_DATA_DIR, {
    pid: process.pid,
    url,
    mode: maintenance ? 'maintenance' : 'server',
  });
  const config = configFrom(environment, { ...credentials, listeningAt: url });
  const logger = createLogger(environment.MUSTER_LOG_LEVEL);
  const platform = await openEmbeddedPlatform(config, {
    masterKey: credentials.masterKey,
    clockFile: environment.MUSTER_TEST_CLOCK_FILE,
    logger,
    maintenance,
  });
  const [first] = await platform.log.readAll(0, 1);
  const isNew = first === undefined;
  const { projectId } = config.project;
  if (!isNew && first.metadata.projectId !== projectId)
    logger.warn(
      { projectId, began: first.metadata.projectId },
      'the log is of another project: see MUSTER_PROJECT_ID',
    );
  const services = await startServices(platform);
  const { applications } = services;

  let ready = false;
  let reference: Promise<object> | undefined;
  const listener = createListener(applications, {
    '/healthz': health(() => true),
    '/readyz': health(() => ready),
    ...referencePages(() => (reference ??= apiReference(applications, config))),
  });
  listener.listen(port, environment.HOST);
  await once(listener, 'listening');
  const sow = isNew && planned !== null && credentials.secret !== null;
  if (sow) await plant(planned, callerOf(url, projectId, credentials.secret!));
  const devEnv =
    credentials.secret === null || maintenance ? null : writeDevEnv(config, url, credentials.secret);
  ready = true;

  return {
    url,
    projectId,
    banner: banner({ config, url, readyAfter: performance.now(), devEnv, seeded: sow ? seed : null }),
    stop: async () => {
      ready = false;
      await endLongWork(services);
      listener.close();
      listener.closeIdleConnections();
      await Promise.race([
        once(listener, 'close'),
        new Promise((resolve) => setTimeout(resolve, 5_000).unref()),
      ]);
      listener.closeAllConnections();
      await stopServices(services);
      await platform.close();
      hold.letGo();
    },
  };
};
