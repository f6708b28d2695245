import { once } from 'node:events';
import { renameSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { type ServiceName, serviceNames } from '@muster/contracts';
import { configFrom, type EnvironmentVariables, readEnvironment } from '@muster/nest-kit';
import {
  banner,
  callerOf,
  claiming,
  credentialsFor,
  holdDataDirectory,
  isNewLog,
  plant,
  readSeed,
  storeUrlsIn,
  writeDevEnv,
} from '@muster/server';
import { createFront } from './front.ts';
import type { KeptProcess } from './kept-process.ts';
import { natsProcess, NoNatsServer } from './nats-process.ts';
import type { Options, Replicas } from './options.ts';
import { serviceProcess } from './service-process.ts';

/** All of Muster as processes of this host. */
export type Distributed = {
  readonly url: string;
  readonly banner: string;
  stop(): Promise<void>;
};

const LOOPBACK = '127.0.0.1';

/**
 * Starts NATS (unless one is named), a process for each service and one address before them, on one data directory, and
 * keeps them running: a process that ends is started again. `processes.json` in the data directory tells which there are.
 * @throws InvalidConfiguration, DataDirectoryBusy, PortTaken, NoNatsServer
 */
export const startDistributed = async (
  variables: NodeJS.ProcessEnv,
  options: Asked,
): Promise<Distributed> => {
  const opened = new AsyncDisposableStack();
  try {
    return { ...(await open(variables, options, opened)), stop: () => opened.disposeAsync() };
  } catch (error) {
    await opened.disposeAsync();
    throw error;
  }
};

type Asked = Pick<Options, 'seed' | 'replicas'>;

/** Opens one thing after the other; they are closed in the opposite order, also where a later one cannot be opened. */
const open = async (
  variables: NodeJS.ProcessEnv,
  { seed: seedName, replicas }: Asked,
  opened: AsyncDisposableStack,
): Promise<Omit<Distributed, 'stop'>> => {
  const environment = readEnvironment(variables);
  const seed = seedName ?? (environment.MUSTER_MODE === 'production' ? 'none' : 'demo');
  const planned = seed === 'none' ? null : readSeed(seed);
  const credentials = credentialsFor(environment);
  const { HOST: host, PORT: port, MUSTER_DATA_DIR: dataDirectory } = environment;
  const isNew = await isNewLog({ dataDirectory, urls: storeUrlsIn(environment) });

  let services: readonly KeptProcess[] = [];
  let isSeeded = false;
  const front = await createFront(
    (service) => services.filter(({ name }) => name === service).map((one) => one.url),
    () => isSeeded,
  );
  const url = await claiming(port, host, () => front.listen({ port, host }));
  opened.defer(() => front.close());
  const hold = holdDataDirectory(dataDirectory, { pid: process.pid, url, mode: 'server' });
  opened.defer(() => hold.letGo());
  const config = configFrom(environment, { ...credentials, listeningAt: url });
  const nats = await ownNats(environment);
  services = servicesOf(replicas, {
    ...variables,
    MUSTER_DATA_DIR: resolve(dataDirectory),
    MUSTER_NATS_URL: nats?.url ?? environment.MUSTER_NATS_URL,
    MUSTER_PUBLIC_URL: config.publicUrl,
    HOST: LOOPBACK,
  });
  const processes = nats ? [nats, ...services] : services;
  opened.defer(() => stopAll(processes));
  opened.defer(() => front.close());
  await startAll(processes, { isNew, file: join(dataDirectory, 'processes.json') });
  const sow = isNew && planned !== null && credentials.secret !== null;
  if (sow) await plant(planned, callerOf(url, config.project.projectId, credentials.secret!));
  const devEnv = credentials.secret === null ? null : writeDevEnv(config, url, credentials.secret);
  isSeeded = true;
  const facts = { config, url, readyAfter: performance.now(), devEnv, seeded: sow ? seed : null };
  return { url, banner: banner(facts) + listOf(processes) };
};

/** Undefined where another one is named. */
const ownNats = async (environment: EnvironmentVariables): Promise<KeptProcess | undefined> =>
  environment.MUSTER_NATS_URL === undefined
    ? natsProcess(await anyPort(), join(environment.MUSTER_DATA_DIR, 'nats'))
    : undefined;

/** NATS does not tell its port over a channel, so it is told one that was free a moment ago. */
const anyPort = async (): Promise<number> => {
  const probe = createServer().listen(0, LOOPBACK);
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
};

const servicesOf = (replicas: Replicas, settings: NodeJS.ProcessEnv): readonly KeptProcess[] =>
  serviceNames
    .flatMap((name) => Array<ServiceName>(replicas[name] ?? 1).fill(name))
    .map((name) => serviceProcess(name, settings));

/** Who asks stops before who is asked. */
const stopAll = async (processes: readonly KeptProcess[]): Promise<void> => {
  for (const name of [...serviceNames.toReversed(), 'nats'])
    await Promise.all(processes.filter((one) => one.name === name).map((one) => one.stop()));
};

/** What all need comes first: NATS, and in a new directory the files that the first service makes. */
const startAll = async (
  processes: readonly KeptProcess[],
  { isNew, file }: { readonly isNew: boolean; readonly file: string },
): Promise<void> => {
  const tell = () => {
    // Who reads it at this moment finds the whole of the one or of the other.
    writeFileSync(`${file}.new`, JSON.stringify(processes.map(({ name, url, pid }) => ({ name, url, pid }))));
    renameSync(`${file}.new`, file);
  };
  const [first, ...others] = processes.filter(({ name }) => name !== 'nats');
  for (const one of processes.filter(({ name }) => name === 'nats')) await one.start(tell).catch(explained);
  if (isNew) await first!.start(tell);
  await Promise.all((isNew ? others : [first!, ...others]).map((one) => one.start(tell)));
};

const explained = (error: unknown): never => {
  throw (error as NodeJS.ErrnoException).code === 'ENOENT' ? new NoNatsServer(error) : error;
};

const listOf = (processes: readonly KeptProcess[]): string =>
  `  Processes      ${processes.map(({ name, url, pid }) => `${name} ${url} (${pid})`).join('\n                 ')}\n`;
