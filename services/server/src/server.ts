import { once } from 'node:events';
import { serviceNames } from '@muster/contracts';
import { configFrom, createLogger, type EnvironmentVariables } from '@muster/nest-kit';
import { apiReference } from './api-reference.ts';
import { banner, writeDevEnv } from './banner.ts';
import { credentialsFor } from './credentials.ts';
import { holdDataDirectory } from './data-directory.ts';
import { keepToEngines } from './engines.ts';
import { alive, createListener, readiness } from './listener.ts';
import { inProcess, overNats } from './messaging.ts';
import { openPlatform } from './platform.ts';
import { freePort } from './port.ts';
import { referencePages } from './reference-pages.ts';
import { callerOf, plant, readSeed } from './seed/seed.ts';
import { assertDurable, leastDurability, storeUrlsIn } from './stores.ts';
import { endLongWork, startServices, stopServices } from './services.ts';

export type Server = {
  readonly url: string;
  readonly projectId: string;
  readonly banner: string;
  stop(): Promise<void>;
};

/** One process: all of Muster, which needs no server beside it, or one of its services. */
export const startServer = async (
  environment: EnvironmentVariables,
  seedName: string | undefined,
  { maintenance = false }: { readonly maintenance?: boolean } = {},
): Promise<Server> => {
  const production = environment.MUSTER_MODE === 'production';
  const seed = seedName ?? (production ? 'none' : 'demo');
  const planned = seed === 'none' ? null : readSeed(seed);
  const credentials = credentialsFor(environment);
  const port = await freePort(environment.PORT, environment.HOST);
  const url = `http://${environment.HOST === '0.0.0.0' ? '127.0.0.1' : environment.HOST}:${port}`;
  const { MUSTER_SERVICE: service } = environment;
  const isWhole = service === 'all';
  // Processes of one service share the directory: who starts them holds it.
  const hold =
    isWhole &&
    holdDataDirectory(environment.MUSTER_DATA_DIR, {
      pid: process.pid,
      url,
      mode: maintenance ? 'maintenance' : 'server',
    });
  const config = configFrom(environment, { ...credentials, listeningAt: url });
  const logger = createLogger(environment.MUSTER_LOG_LEVEL);
  const messaging = isWhole
    ? inProcess()
    : await overNats(environment.MUSTER_NATS_URL!, config.project.projectId, logger);
  const urls = storeUrlsIn(environment);
  keepToEngines(environment.MUSTER_DATA_DIR, urls);
  const platform = await openPlatform(config, {
    urls,
    messaging,
    masterKey: credentials.masterKey,
    clockFile: environment.MUSTER_TEST_CLOCK_FILE,
    logger,
    maintenance,
  });
  assertDurable(platform.log, leastDurability(environment));
  const [first] = await platform.log.readAll(0, 1);
  const isNew = first === undefined;
  const { projectId } = config.project;
  if (!isNew && first.metadata.projectId !== projectId)
    logger.warn(
      { projectId, began: first.metadata.projectId },
      'the log is of another project: see MUSTER_PROJECT_ID',
    );
  const services = await startServices(platform, isWhole ? serviceNames : [service]);
  const { applications } = services;

  let ready = false;
  let reference: Promise<object> | undefined;
  const listener = createListener(applications, {
    '/healthz': alive,
    '/readyz': readiness(
      () => ready,
      () => [messaging.problem()].filter((problem) => problem !== undefined),
    ),
    ...referencePages(() => (reference ??= apiReference(applications, config))),
  });
  listener.listen(port, environment.HOST);
  await once(listener, 'listening');
  const sow = isWhole && isNew && planned !== null && credentials.secret !== null;
  if (sow) await plant(planned, callerOf(url, projectId, credentials.secret!));
  const devEnv =
    credentials.secret === null || maintenance || !isWhole
      ? null
      : writeDevEnv(config, url, credentials.secret);
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
      if (hold) hold.letGo();
    },
  };
};
