import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SqliteEventLog, SqliteKeyStore } from '@muster/event-log-sqlite';
import { formatId, type Instant, millisecondsOf } from '@muster/kernel';
import { Keyring } from '@muster/nest-kit';
import { HistoryWriter } from './history-writer.ts';
import { Random } from './random.ts';
import { Timeline } from './timeline.ts';
import { World } from './world.ts';

export type HistoryOptions = {
  /** A new or empty directory; afterwards a data directory of a standalone server. */
  readonly dataDirectory: string;
  readonly seed: number;
  readonly onProgress?: (events: number) => void;
};

export type History = {
  readonly projectId: string;
  readonly secret: string;
  readonly events: number;
  readonly commits: number;
};

const fromSeed = (seed: number, what: string): Buffer =>
  createHash('sha256').update(`muster history ${seed} ${what}`).digest();

/** Credentials that follow from the seed: whoever knows it knows them. For generated data only. */
const credentialsFrom = (seed: number) => ({
  projectId: formatId('project', 'test', new Random(seed).uuidAt(millisecondsOf('2025-01-01T00:00:00.000Z'))),
  secret: `secret-test-${fromSeed(seed, 'secret').subarray(0, 24).toString('base64url')}`,
  masterKey: fromSeed(seed, 'master key').toString('base64'),
});

/**
 * Opens an empty data directory, has its history told, and closes it. The same seed gives the same events with the same
 * ids at the same times; event ids, sealing keys and nonces are drawn anew, as they have to be.
 * @throws Error where the directory holds a log already
 */
export const writeHistory = async (
  { dataDirectory, seed, onProgress }: HistoryOptions,
  tell: (world: World, writer: HistoryWriter, pause: () => Promise<void>) => Promise<void>,
): Promise<History> => {
  const file = (name: string) => join(dataDirectory, name);
  mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
  if (existsSync(file('log.db'))) throw new Error(`${dataDirectory} holds a log already`);
  const credentials = credentialsFrom(seed);
  writeFileSync(file('development.json'), `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 });
  const { projectId, secret } = credentials;
  const keyring = new Keyring(Buffer.from(credentials.masterKey, 'base64'));
  const clock = { now: (): Instant => '' };
  const log = await SqliteEventLog.open(file('log.db'), { clock: () => clock.now() });
  const keys = await SqliteKeyStore.open(file('keys.db'), {
    masterKey: keyring.wrappingKey,
    cached: 100_000,
  });
  try {
    const { lookupHash } = keyring;
    const writer = new HistoryWriter({ log, keys, lookupHash, projectId, clock });
    const world = new World(projectId, new Random(seed), new Timeline(), lookupHash, writer);
    const pause = async () => {
      if (!writer.isFull) return;
      await writer.flush();
      onProgress?.(writer.events);
    };
    await tell(world, writer, pause);
    await writer.flush();
    return { projectId, secret, events: writer.events, commits: writer.commits };
  } finally {
    await log.close();
    await keys.close();
  }
};
