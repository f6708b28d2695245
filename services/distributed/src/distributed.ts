import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type ServiceName, serviceNames } from '@muster/contracts';
import { configFrom, type EnvironmentVariables, readEnvironment } from '@muster/nest-kit';
import {
  banner,
  callerOf,
  credentialsFor,
  freePort,
  holdDataDirectory,
  plant,
  readSeed,
  writeDevEnv,
} from '@muster/server';
import { createFront } from './front.ts';
import { type NatsProcess, startNats } from './nats-process.ts';
import type { Options } from './options.ts';
import { ServiceProcess } from './service-process.ts';

/** All of Muster as processes of this host. */
export type Distributed = {
  readonly url: string;
  readonly banner: string;
  stop(): Promise<void>;
};

/**
 * Starts NATS (unless one is named), a process for each service and one address before them, on one data directory, and
 * keeps them running: a process that ends is started again.
 * @throws InvalidConfiguration, DataDirectoryBusy, PortTaken, NoNatsServer
 */
export const startDistributed = async (
  variables: NodeJS.ProcessEnv,
  { seed: seedName, replicas }: Pick<Options, 'seed' | 'replicas'>,
): Promise<Distributed> => {
  const environment = readEnvironment(variables);
  const production = environment.MUSTER_MODE === 'production';
  const seed = seedName ?? (production ? 'none' : 'demo');
  const planned = seed === 'none' ? null : readSeed(seed);
  const credentials = credentialsFor(environment);
  const { HOST: host, MUSTER_DATA_DIR: dataDirectory } = environment;
  const isNew = !existsSync(join(dataDirectory, 'log.db'));
  const port = await freePort(environment.PORT, host);
  const url = `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`;
  const hold = holdDataDirectory(dataDirectory, { pid: process.pid, url, mode: 'server' });
  const config = configFrom(environment, { ...credentials, listeningAt: url });
  const nats = await natsFor(environment);
  const processes: ServiceProcess[] = [];
  const stopAll = async (): Promise<void> => {
    // Who asks stops before who is asked.
    for (const name of serviceNames.toReversed())
      await Promise.all(processes.filter(({ service }) => service === name).map((one) => one.stop()));
    await nats.stop();
    hold.letGo();
  };
  try {
    const settings = {
      ...variables,
      MUSTER_DATA_DIR: resolve(dataDirectory),
      MUSTER_NATS_URL: nats.url,
      MUSTER_PUBLIC_URL: config.publicUrl,
      HOST: '127.0.0.1',
    };
    for (const service of serviceNames)
      for (let replica = 0; replica < (replicas[service] ?? 1); replica++)
        processes.push(new ServiceProcess(service, await freePort(0, '127.0.0.1'), settings));
    // The first one makes the files that all share.
    await processes[0]!.start();
    await Promise.all(processes.slice(1).map((one) => one.start()));
    const addresses = (service: ServiceName) =>
      processes.filter((one) => one.service === service).map((one) => one.url);
    const front = await createFront(addresses);
    await front.listen({ port, host });
    const sow = isNew && planned !== null && credentials.secret !== null;
    if (sow) await plant(planned, callerOf(url, config.project.projectId, credentials.secret!));
    const devEnv = credentials.secret === null ? null : writeDevEnv(config, url, credentials.secret);
    const seeded = sow ? seed : null;
    return {
      url,
      banner:
        banner({ config, url, readyAfter: performance.now(), devEnv, seeded }) + listOf(processes, nats),
      stop: async () => {
        await front.close();
        await stopAll();
      },
    };
  } catch (error) {
    await stopAll();
    throw error;
  }
};

/** The one that is named, or one of our own. */
const natsFor = async (environment: EnvironmentVariables): Promise<NatsProcess> =>
  environment.MUSTER_NATS_URL === undefined
    ? startNats(await freePort(0, '127.0.0.1'), join(environment.MUSTER_DATA_DIR, 'nats'))
    : { url: environment.MUSTER_NATS_URL, stop: async () => {} };

const listOf = (processes: readonly ServiceProcess[], nats: NatsProcess): string =>
  `  Processes      nats ${nats.url}\n${processes
    .map(({ service, url, pid }) => `                 ${service} ${url} (${pid})\n`)
    .join('')}`;
