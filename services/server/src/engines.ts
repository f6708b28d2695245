import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidConfiguration } from '@muster/nest-kit';
import type { StoreUrls } from './stores.ts';

/** What holds something, without where: `sqlite`, `kurrentdb`, `mongodb`. Safe to write down. */
type Engines = Readonly<Record<keyof StoreUrls, string>>;

const fileIn = (directory: string): string => join(directory, 'engines.json');

const engineOf = (url: string): string => /^[a-z]+/.exec(url)![0];

const enginesOf = ({ eventLog, readStore, keyStore, answerStore }: StoreUrls): Engines => ({
  eventLog: engineOf(eventLog),
  readStore: engineOf(readStore),
  keyStore: engineOf(keyStore),
  answerStore: engineOf(answerStore),
});

/** What a data directory's server keeps outside of it; undefined where that is nothing, or nobody ran there yet. */
const writtenIn = (directory: string): Engines | undefined =>
  existsSync(fileIn(directory))
    ? (JSON.parse(readFileSync(fileIn(directory), 'utf8')) as Engines)
    : undefined;

const truths = [
  { name: 'eventLog', variable: 'MUSTER_EVENT_LOG_URL', file: 'log.db', words: 'event log' },
  { name: 'keyStore', variable: 'MUSTER_KEY_STORE_URL', file: 'keys.db', words: 'keys' },
] as const;

/**
 * Log and keys are the two things that nothing can rebuild, so a server never begins new ones beside those its data
 * directory knows of. Remembers which engines they are, for commands that work on a stopped directory.
 * @throws InvalidConfiguration
 */
export const keepToEngines = (directory: string, urls: StoreUrls): void => {
  const engines = enginesOf(urls);
  const written = writtenIn(directory);
  const problems = truths.flatMap(({ name, variable, file, words }) => {
    const before = written?.[name] ?? (existsSync(join(directory, file)) ? 'sqlite' : undefined);
    return before === undefined || before === engines[name]
      ? []
      : [`${variable}: ${directory} has its ${words} in ${before}, and this names ${engines[name]}`];
  });
  if (problems.length > 0) throw new InvalidConfiguration(problems);
  const isAllHere = Object.values(engines).every((engine) => engine === 'sqlite');
  if (written || !isAllHere)
    writeFileSync(fileIn(directory), `${JSON.stringify(engines)}\n`, { mode: 0o600 });
};
