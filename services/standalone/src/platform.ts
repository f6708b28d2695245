import { join } from 'node:path';
import { SqliteAnswerStore } from '@muster/answer-store-sqlite';
import { ViewRegistry } from '@muster/eventsourcing';
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

/** The embedded adapters: log, keys and views in SQLite files, requests in process. */
export type EmbeddedPlatform = Platform & {
  readonly transport: InProcessTransport;
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
  return {
    config,
    log: reportingPositions(log),
    keys,
    store,
    views: new ViewRegistry(),
    answers,
    requester: transport,
    transport,
    clock,
    newId: newIdIn(config.project.environment),
    keyring,
    logger: options.logger,
    maintenance: options.maintenance,
    close: async () => {
      await purge.stop();
      await log.close();
      await Promise.all([keys.close(), store.close(), answers.close()]);
    },
  };
};
