import { parseArgs } from 'node:util';
import { type ServiceName, serviceNames } from '@muster/contracts';

export const usage = `Muster as processes of their own on this host: NATS, one process for each service, one address before them.

  npm run start:distributed -- [--seed demo|none|<file>] [--replicas session=2,identity=2] [--help]

  --seed      what a new data directory starts with, as for npm start
  --replicas  how many processes of a service; 1 where it is not named
  --help      this text

NATS: MUSTER_NATS_URL, else nats-server from the PATH is started with its data in the data directory.
All other settings are those of npm start (npm start -- --help), and go to every process.
`;

export type Replicas = Readonly<Partial<Record<ServiceName, number>>>;

export type Options = {
  readonly help: boolean;
  readonly seed: string | undefined;
  readonly replicas: Replicas;
};

/** @throws TypeError for an option there is not, or a service there is not */
export const readOptions = (arguments_: readonly string[]): Options => {
  const { values } = parseArgs({
    args: [...arguments_],
    options: {
      help: { type: 'boolean', default: false },
      seed: { type: 'string' },
      replicas: { type: 'string', default: '' },
    },
    strict: true,
  });
  return { help: values.help, seed: values.seed, replicas: replicasIn(values.replicas) };
};

const replicasIn = (text: string): Replicas =>
  Object.fromEntries(
    text
      .split(',')
      .filter(Boolean)
      .map((item) => {
        const [, service, count] = /^([a-z]+)=([1-9]\d?)$/.exec(item.trim()) ?? [];
        if (!serviceNames.includes(service as ServiceName))
          throw new TypeError(`--replicas ${item}: must be <service>=<count>; ${serviceNames.join(', ')}`);
        return [service, Number(count)];
      }),
  );
