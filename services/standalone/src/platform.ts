import { join } from 'node:path';
import { SqliteAnswerStore } from '@muster/answer-store-sqlite';
import { sharingPages, ViewRegistry } from '@muster/eventsourcing';
import { SqliteEventLog, SqliteKeyStore } from '@muster/event-log-sqlite';
import {
  AnswerPurge,
  InProcessTransport,
  Keyring,
  type MusterConfig,
  movableClock,
  newIdIn,
  type Platform,
  reportingPositions,
  systemClock,
} from '@muster/nest-kit';
import { SqliteReadStore } from '@muster/read-store-sqlite';
import type { Logger } from 'pino';
import { HeavyWorker } from './heavy/heavy-worker.ts';

/** The embedded adapters: log, keys and views in SQLite files, requests in process. */
export type EmbeddedPlatform = Platform & {
  readonly transport: InProcessTransport;
  readonly worker: HeavyWorker;
  close(): Promise<void>;
};

export const openEmbeddedPlatform = async (
  config: MusterConfig,
  options: {
    readonly masterKey: Uint8Array;
    readonly clockFile?: string | undefined;
    readonly logger: Logger;
    readonly maintenance: boolean;
  },
): Promise<EmbeddedPlatform> => {
  const file = (name: string) => join(config.dataDirectory, name);
  const keyring = new Keyring(options.masterKey);
  const clock = options.clockFile === undefined ? systemClock : movableClock(options.clockFile);
  const log = await SqliteEventLog.open(file('log.db'), { clock });
  const keys = await SqliteKeyStore.open(file('keys.db'), { masterKey: keyring.wrappingKey });
  const store = SqliteReadStore.open(file('views'));
  const answers = await SqliteAnswerStore.open(file('answers.db'));
  const purge = new AnswerPurge({ answers, clock, logger: options.logger });
  purge.start();
  const transport = new InProcessTransport();
  const worker = new HeavyWorker(
    {
      dataDirectory: config.dataDirectory,
      projectId: config.project.projectId,
      masterKey: options.masterKey,
      clockFile: options.clockFile,
    },
    options.logger,
  );
  return {
    config,
    log: reportingPositions(sharingPages(log)),
    keys,
    store,
    views: new ViewRegistry(),
    answers,
    requester: transport,
    transport,
    worker,
    clock,
    newId: newIdIn(config.project.environment),
    keyring,
    logger: options.logger,
    maintenance: options.maintenance,
    close: async () => {
      await worker.stop();
      await purge.stop();
      await log.close();
      await Promise.all([keys.close(), store.close(), answers.close()]);
    },
  };
};
