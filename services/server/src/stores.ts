import { join } from 'node:path';
import { SqliteAnswerStore } from '@muster/answer-store-sqlite';
import {
  durabilities,
  type Durability,
  type EventLog,
  type KeyStore,
  type LogOperations,
  type ReadStore,
} from '@muster/eventsourcing';
import { SqliteEventLog, SqliteKeyStore } from '@muster/event-log-sqlite';
import { type AnswerStore, type EnvironmentVariables, InvalidConfiguration } from '@muster/nest-kit';
import type { Clock } from '@muster/kernel';
import { SqliteReadStore } from '@muster/read-store-sqlite';

/** Which engine holds what: one URL per port; `sqlite:` is a file in the data directory. */
export type StoreUrls = {
  readonly eventLog: string;
  readonly readStore: string;
  readonly keyStore: string;
  readonly answerStore: string;
};

export const storeUrlsIn = (environment: EnvironmentVariables): StoreUrls => ({
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

/** Log, keys and views as the configuration says: here, and nowhere else, an engine is chosen. */
export const openStores = async (
  { dataDirectory }: StoreSettings,
  { clock, wrappingKey }: { readonly clock: Clock; readonly wrappingKey: Uint8Array },
): Promise<Stores> => {
  const file = (name: string) => join(dataDirectory, name);
  const log = await SqliteEventLog.open(file('log.db'), { clock });
  const keys = await SqliteKeyStore.open(file('keys.db'), { masterKey: wrappingKey });
  return { log, keys, store: SqliteReadStore.open(file('views')) };
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

/** What repeated requests are answered from. */
export const openAnswerStore = ({ dataDirectory }: StoreSettings): Promise<AnswerStore> =>
  SqliteAnswerStore.open(join(dataDirectory, 'answers.db'));
