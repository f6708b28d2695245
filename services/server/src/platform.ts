import { sharingPages, ViewRegistry } from '@muster/eventsourcing';
import {
  AnswerPurge,
  Keyring,
  type MusterConfig,
  movableClock,
  newIdIn,
  type Platform,
  reportingPositions,
  systemClock,
} from '@muster/nest-kit';
import type { Logger } from 'pino';
import { tracedEventLog, tracedRequester } from '@muster/observability';
import { HeavyWorker } from './heavy/heavy-worker.ts';
import type { Messaging } from './messaging.ts';
import { type Observability, type ObservabilitySettings, observe, storesOf } from './observability.ts';
import { openAnswerStore, openStores, type StoreUrls } from './stores.ts';

/** What this process is built on. */
export type ServerPlatform = Platform & {
  readonly messaging: Messaging;
  readonly worker: HeavyWorker;
  readonly views: ViewRegistry;
  readonly observability: Observability;
  close(): Promise<void>;
};

export const openPlatform = async (
  config: MusterConfig,
  options: {
    readonly urls: StoreUrls;
    readonly messaging: Messaging;
    readonly masterKey: Uint8Array;
    readonly clockFile?: string | undefined;
    readonly logger: Logger;
    readonly maintenance: boolean;
    readonly observability: ObservabilitySettings;
  },
): Promise<ServerPlatform> => {
  const { messaging, masterKey, clockFile } = options;
  const { projectId } = config.project;
  const logger = options.logger.child({ project: projectId });
  const settings = { dataDirectory: config.dataDirectory, urls: options.urls };
  const keyring = new Keyring(masterKey);
  const clock = clockFile === undefined ? systemClock : movableClock(clockFile);
  const { log, keys, store } = await openStores(settings, { clock, wrappingKey: keyring.wrappingKey });
  const answers = await openAnswerStore(settings);
  const purge = new AnswerPurge({ answers, clock, logger });
  purge.start();
  const worker = new HeavyWorker({ ...settings, projectId, masterKey, clockFile }, logger);
  const views = new ViewRegistry();
  const observability = await observe(options.observability, { log, views, clock });
  const { metrics, dependencies } = observability;
  dependencies.add(...storesOf({ log, store }));
  return {
    config,
    log: reportingPositions(tracedEventLog(metrics.measuredLog(sharingPages(log)))),
    keys,
    store,
    views,
    dependencies,
    observability,
    answers,
    requester: tracedRequester(metrics.requests.measured(messaging.requester)),
    messaging,
    worker,
    clock,
    newId: newIdIn(config.project.environment),
    keyring,
    logger,
    maintenance: options.maintenance,
    close: async () => {
      await worker.stop();
      await purge.stop();
      await messaging.close();
      await log.close();
      await Promise.all([keys.close(), store.close(), answers.close()]);
      await observability.close();
    },
  };
};
