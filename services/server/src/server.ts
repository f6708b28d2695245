import { serviceNames } from '@muster/contracts';
import { configFrom, createLogger, type EnvironmentVariables, type MusterConfig } from '@muster/nest-kit';
import { banner, writeDevEnv } from './banner.ts';
import { credentialsFor } from './credentials.ts';
import { holdDataDirectory } from './data-directory.ts';
import { drainSecondsIn } from './drain.ts';
import { keepToEngines } from './engines.ts';
import { Listener } from './listener.ts';
import { busIn, openMessaging } from './messaging.ts';
import { observabilitySettingsIn } from './observability.ts';
import { openPlatform, type ServerPlatform } from './platform.ts';
import type { Stage } from './readiness.ts';
import { readSeed } from './seed/seed.ts';
import { endLongWork, startServices, stopServices } from './services.ts';
import { answersOf, sow, type Start } from './start.ts';
import { assertDurable, leastDurabilityIn, storeUrlsIn } from './stores.ts';
import { TestWorld } from './test-control/test-world.ts';

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
  const seed = seedName ?? (environment.MUSTER_MODE === 'production' ? 'none' : 'demo');
  const planned = seed === 'none' ? null : readSeed(seed);
  const credentials = credentialsFor(environment);
  const { MUSTER_SERVICE: service } = environment;
  const names = service === 'all' ? serviceNames : [service];
  const isWhole = service === 'all';
  const opened = new AsyncDisposableStack();
  try {
    const start = { environment, maintenance, credentials, seed, planned, isWhole, names };
    return { ...(await open(start, opened)), stop: () => opened.disposeAsync() };
  } catch (error) {
    await opened.disposeAsync();
    throw error;
  }
};

/** Opens one thing after the other; they are closed in the opposite order, also where a later one cannot be opened. */
const open = async (start: Start, opened: AsyncDisposableStack): Promise<Omit<Server, 'stop'>> => {
  const { environment, maintenance, credentials, isWhole } = start;
  const listener = await Listener.listen(environment.PORT, environment.HOST);
  opened.defer(() => listener.close());
  const { url } = listener;
  // Processes of one service share the directory: who starts them holds it.
  if (isWhole) {
    const mode = maintenance ? 'maintenance' : 'server';
    const hold = holdDataDirectory(environment.MUSTER_DATA_DIR, { pid: process.pid, url, mode });
    opened.defer(() => hold.letGo());
  }
  const config = configFrom(environment, { ...credentials, listeningAt: url });
  const facts = { config, url };
  if (environment.MUSTER_TEST_CONTROL && !maintenance) {
    const world = await TestWorld.open(start, config, listener);
    opened.defer(() => world.close());
    return serving(start, facts, world.seeded);
  }
  const platform = await openServerPlatform(start, config);
  opened.defer(() => platform.close());
  const isNew = await isNewLog(platform);
  const services = await startServices(platform, start.names);
  opened.defer(() => stopServices(services));
  opened.defer(() => listener.close());
  opened.defer(() => endLongWork(services));
  let stage: Stage = 'starting';
  listener.serve(answersOf(start, services.applications, platform, () => stage));
  opened.defer(() => listener.drain(maintenance ? 0 : drainSecondsIn(environment)));
  opened.defer(() => void (stage = 'draining'));
  const sown = isNew && isWhole ? await sow(start, url, config.project.projectId) : null;
  stage = 'ready';
  return serving(start, facts, sown);
};

/** What is said of a server that is ready, here and in the file for its callers. */
const serving = (
  { credentials: { secret }, maintenance, isWhole }: Start,
  { config, url }: { readonly config: MusterConfig; readonly url: string },
  seeded: string | null,
): Omit<Server, 'stop'> => {
  const devEnv = secret === null || maintenance || !isWhole ? null : writeDevEnv(config, url, secret);
  const facts = { config, url, readyAfter: performance.now(), devEnv, seeded };
  return { url, projectId: config.project.projectId, banner: banner(facts) };
};

const openServerPlatform = async (
  { environment, credentials, maintenance, isWhole }: Start,
  config: MusterConfig,
): Promise<ServerPlatform> => {
  const logger = createLogger(environment.MUSTER_LOG_LEVEL);
  const bus = maintenance ? undefined : busIn(environment);
  const messaging = await openMessaging({ isWhole, bus }, config.project.projectId, logger);
  const urls = storeUrlsIn(environment);
  keepToEngines(environment.MUSTER_DATA_DIR, urls);
  const platform = await openPlatform(config, {
    urls,
    messaging,
    masterKey: credentials.masterKey,
    clockFile: environment.MUSTER_TEST_CLOCK_FILE,
    logger,
    maintenance,
    observability: observabilitySettingsIn(environment),
  });
  assertDurable(platform.log, leastDurabilityIn(environment));
  return platform;
};

const isNewLog = async ({ log, logger, config }: ServerPlatform): Promise<boolean> => {
  const [first] = await log.readAll(0, 1);
  const { projectId } = config.project;
  const began = first?.metadata.projectId;
  if (began !== undefined && began !== projectId)
    logger.warn({ projectId, began }, 'the log is of another project: see MUSTER_PROJECT_ID');
  return first === undefined;
};
