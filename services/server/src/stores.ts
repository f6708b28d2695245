import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SqliteAnswerStore } from '@muster/answer-store-sqlite';
import {
  durabilities,
  type Durability,
  type EventLog,
  type KeyStore,
  type LogOperations,
  type ReadStore,
  type RecordedEvent,
} from '@muster/eventsourcing';
import { SqliteEventLog, SqliteKeyStore } from '@muster/event-log-sqlite';
import { type AnswerStore, type EnvironmentVariables, InvalidConfiguration } from '@muster/nest-kit';
import type { Clock } from '@muster/kernel';
import { SqliteReadStore } from '@muster/read-store-sqlite';

/** Which engine holds what: one URL per port; `sqlite:` is a file in the data directory. They may hold passwords. */
export type StoreUrls = {
  readonly eventLog: string;
  readonly readStore: string;
  readonly keyStore: string;
  readonly answerStore: string;
};

export const storeVariables = [
  'MUSTER_EVENT_LOG_URL',
  'MUSTER_READ_STORE_URL',
  'MUSTER_KEY_STORE_URL',
  'MUSTER_ANSWER_STORE_URL',
] as const;

export const storeUrlsIn = (
  environment: Pick<EnvironmentVariables, (typeof storeVariables)[number]>,
): StoreUrls => ({
  eventLog: environment.MUSTER_EVENT_LOG_URL,
  readStore: environment.MUSTER_READ_STORE_URL,
  keyStore: environment.MUSTER_KEY_STORE_URL,
  answerStore: environment.MUSTER_ANSWER_STORE_URL,
});

/** Plain data, so that a worker thread can open the same stores for itself. */
export type StoreSettings = { readonly dataDirectory: string; readonly urls: StoreUrls };

type Stores = {
  readonly log: EventLog & LogOperations;
  readonly keys: KeyStore;
  readonly store: ReadStore;
};

const IN_DATA_DIRECTORY = 'sqlite:';

/** Log, keys and views as the configuration says. Here, and nowhere else, an engine is chosen; only that one is loaded. */
export const openStores = async (
  settings: StoreSettings,
  { clock, wrappingKey }: { readonly clock: Clock; readonly wrappingKey: Uint8Array },
): Promise<Stores> => {
  const log = await openEventLog(settings, clock);
  const keys = await openKeyStore(settings, wrappingKey);
  return { log, keys, store: await openReadStore(settings) };
};

/** @throws InvalidConfiguration where the server is not one that can keep a log */
export const openEventLog = async (
  { dataDirectory, urls: { eventLog: url } }: StoreSettings,
  clock?: Clock,
): Promise<EventLog & LogOperations> => {
  const options = clock ? { clock } : {};
  if (url === IN_DATA_DIRECTORY) return SqliteEventLog.open(join(dataDirectory, 'log.db'), options);
  const { KurrentDbEventLog, ServerUnfit } = await import('@muster/event-log-kurrentdb');
  return KurrentDbEventLog.open(url, options).catch((error: unknown) => {
    if (!(error instanceof ServerUnfit)) throw error;
    throw new InvalidConfiguration([`MUSTER_EVENT_LOG_URL: ${error.message}`]);
  });
};

const openKeyStore = async (
  { dataDirectory, urls: { keyStore: url } }: StoreSettings,
  masterKey: Uint8Array,
): Promise<KeyStore> => {
  if (url === IN_DATA_DIRECTORY) return SqliteKeyStore.open(join(dataDirectory, 'keys.db'), { masterKey });
  const { MongoKeyStore } = await import('@muster/key-store-mongo');
  return MongoKeyStore.open(url, { masterKey });
};

const openReadStore = async ({
  dataDirectory,
  urls: { readStore: url },
}: StoreSettings): Promise<ReadStore> => {
  if (url === IN_DATA_DIRECTORY) return SqliteReadStore.open(join(dataDirectory, 'views'));
  const { MongoReadStore } = await import('@muster/read-store-mongo');
  return MongoReadStore.open(url);
};

/** What repeated requests are answered from. */
export const openAnswerStore = async ({
  dataDirectory,
  urls: { answerStore: url },
}: StoreSettings): Promise<AnswerStore> => {
  if (url === IN_DATA_DIRECTORY) return SqliteAnswerStore.open(join(dataDirectory, 'answers.db'));
  const { MongoAnswerStore } = await import('@muster/answer-store-mongo');
  return MongoAnswerStore.open(url);
};

/** Whether nothing was ever written to the log. A file is not made by asking about it. */
export const isNewLog = async (settings: StoreSettings): Promise<boolean> => {
  if (settings.urls.eventLog === IN_DATA_DIRECTORY)
    return !existsSync(join(settings.dataDirectory, 'log.db'));
  return (await firstEventIn(settings)) === undefined;
};

/** The first event of the log, which says whose it is. */
export const firstEventIn = async (settings: StoreSettings): Promise<RecordedEvent | undefined> => {
  const log = await openEventLog(settings);
  try {
    return (await log.readAll(0, 1))[0];
  } finally {
    await log.close();
  }
};

/** What an acknowledged write must have survived: in production a crash of the machine, unless more is asked for (E7). */
export const leastDurabilityIn = (
  environment: Pick<EnvironmentVariables, 'MUSTER_MODE' | 'MUSTER_DURABILITY'>,
): Durability =>
  environment.MUSTER_DURABILITY ?? (environment.MUSTER_MODE === 'production' ? 'fsync' : 'memory');

/** @throws InvalidConfiguration where the log promises less than is asked for (E7) */
export const assertDurable = ({ durability }: Pick<EventLog, 'durability'>, least: Durability): void => {
  if (durabilities.indexOf(durability) < durabilities.indexOf(least))
    throw new InvalidConfiguration([
      `MUSTER_DURABILITY is ${least}: this event log acknowledges at ${durability}`,
    ]);
};
