import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type ServiceName, serviceNames } from '@muster/contracts';
import { configFrom, type EnvironmentVariables, readEnvironment } from '@muster/nest-kit';
import {
  banner,
  callerOf,
  credentialsFor,
  freePort,
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
  { seed: seedName, replicas }: Pick<Options, 'seed' | 'replicas'>,
): Promise<Distributed> => {
  const environment = readEnvironment(variables);
  const seed = seedName ?? (environment.MUSTER_MODE === 'production' ? 'none' : 'demo');
  const planned = seed === 'none' ? null : readSeed(seed);
  const credentials = credentialsFor(environment);
  const { HOST: host, MUSTER_DATA_DIR: dataDirectory } = environment;
  const isNew = await isNewLog({ dataDirectory, urls: storeUrlsIn(environment) });
  const port = await freePort(environment.PORT, host);
  const url = `http://${host === '0.0.0.0' ? LOOPBACK : host}:${port}`;
  const hold = holdDataDirectory(dataDirectory, { pid: process.pid, url, mode: 'server' });
  const config = configFrom(environment, { ...credentials, listeningAt: url });
  const nats = await ownNats(environment);
  const settings = {
    ...variables,
    MUSTER_DATA_DIR: resolve(dataDirectory),
    MUSTER_NATS_URL: nats?.url ?? environment.MUSTER_NATS_URL,
    MUSTER_PUBLIC_URL: config.publicUrl,
    HOST: LOOPBACK,
  };
  const services = await servicesOf(replicas, settings);
  const processes = nats ? [nats, ...services] : services;
  // Who asks stops before who is asked.
  const stop = async (): Promise<void> => {
    for (const name of [...serviceNames.toReversed(), 'nats'])
      await Promise.all(processes.filter((one) => one.name === name).map((one) => one.stop()));
    hold.letGo();
  };
  try {
    await startAll(processes, join(dataDirectory, 'processes.json'));
    let seeded = false;
    const addresses = (service: ServiceName) =>
      services.filter(({ name }) => name === service).map((one) => one.url);
    const front = await createFront(addresses, () => seeded);
    await front.listen({ port, host });
    const sow = isNew && planned !== null && credentials.secret !== null;
    if (sow) await plant(planned, callerOf(url, config.project.projectId, credentials.secret!));
    const devEnv = credentials.secret === null ? null : writeDevEnv(config, url, credentials.secret);
    seeded = true;
    const facts = { config, url, readyAfter: performance.now(), devEnv, seeded: sow ? seed : null };
    return { url, banner: banner(facts) + listOf(processes), stop: () => front.close().then(stop) };
  } catch (error) {
    await stop();
    throw error;
  }
};

/** Undefined where another one is named. */
const ownNats = async (environment: EnvironmentVariables): Promise<KeptProcess | undefined> =>
  environment.MUSTER_NATS_URL === undefined
    ? natsProcess(await freePort(0, LOOPBACK), join(environment.MUSTER_DATA_DIR, 'nats'))
    : undefined;

const servicesOf = async (
  replicas: Replicas,
  settings: NodeJS.ProcessEnv,
): Promise<readonly KeptProcess[]> => {
  const names = serviceNames.flatMap((name) => Array<ServiceName>(replicas[name] ?? 1).fill(name));
  const ports = new Set<number>();
  while (ports.size < names.length) ports.add(await freePort(0, LOOPBACK));
  return [...ports].map((port, n) => serviceProcess(names[n]!, port, settings));
};

/** What all need comes first: NATS, and the files that the first service makes. */
const startAll = async (processes: readonly KeptProcess[], file: string): Promise<void> => {
  const tell = () =>
    writeFileSync(file, JSON.stringify(processes.map(({ name, url, pid }) => ({ name, url, pid }))));
  const [first, ...others] = processes.filter(({ name }) => name !== 'nats');
  for (const one of processes.filter(({ name }) => name === 'nats')) await one.start(tell).catch(explained);
  await first!.start(tell);
  await Promise.all(others.map((one) => one.start(tell)));
};

const explained = (error: unknown): never => {
  throw (error as NodeJS.ErrnoException).code === 'ENOENT' ? new NoNatsServer(error) : error;
};

const listOf = (processes: readonly KeptProcess[]): string =>
  `  Processes      ${processes.map(({ name, url, pid }) => `${name} ${url} (${pid})`).join('\n                 ')}\n`;
