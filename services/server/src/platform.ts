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
import { HeavyWorker } from './heavy/heavy-worker.ts';
import type { Messaging } from './messaging.ts';
import { openAnswerStore, openStores, type StoreUrls } from './stores.ts';

/** What this process is built on. */
export type ServerPlatform = Platform & {
  readonly messaging: Messaging;
  readonly worker: HeavyWorker;
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
  },
): Promise<ServerPlatform> => {
  const { messaging, logger, masterKey, clockFile } = options;
  const settings = { dataDirectory: config.dataDirectory, urls: options.urls };
  const keyring = new Keyring(masterKey);
  const clock = clockFile === undefined ? systemClock : movableClock(clockFile);
  const { log, keys, store } = await openStores(settings, { clock, wrappingKey: keyring.wrappingKey });
  const answers = await openAnswerStore(settings);
  const purge = new AnswerPurge({ answers, clock, logger });
  purge.start();
  const { projectId } = config.project;
  const worker = new HeavyWorker({ ...settings, projectId, masterKey, clockFile }, logger);
  return {
    config,
    log: reportingPositions(sharingPages(log)),
    keys,
    store,
    views: new ViewRegistry(),
    answers,
    requester: messaging.requester,
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
    },
  };
};
