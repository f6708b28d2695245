import {
  InMemoryEventLog,
  InMemoryKeyStore,
  InMemoryReadStore,
  sharingPages,
  ViewRegistry,
} from '@muster/eventsourcing';
import type { Clock, NewId } from '@muster/kernel';
import { InMemoryAnswerStore, Keyring, type MusterConfig, reportingPositions } from '@muster/nest-kit';
import type { Logger } from 'pino';
import { heavyWorkOn } from '../heavy/heavy-work.ts';
import type { Worker } from '../heavy/worker-adapters.ts';
import { inProcess } from '../messaging.ts';
import { observe, storesOf } from '../observability.ts';
import type { ServerPlatform } from '../platform.ts';

/** The truth of a server in memory: all else is made of it. */
export type Truth = { readonly log: InMemoryEventLog; readonly keys: InMemoryKeyStore };

/** As it is now, to go back to: what is written from now on is not in it. */
export const copyOf = ({ log, keys }: Truth): Truth => ({
  log: new InMemoryEventLog({ from: log }),
  keys: new InMemoryKeyStore({ from: keys }),
});

/** Nothing is traced. */
const observed = { service: 'all', mode: 'development', tracesEndpoint: undefined } as const;

type Parts = Truth & {
  readonly masterKey: Uint8Array;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly logger: Logger;
};

/** What all services are built on where nothing is to outlive the process, nor the next reset. */
export const inMemoryPlatform = async (
  config: MusterConfig,
  { log, keys, masterKey, clock, newId, logger }: Parts,
): Promise<ServerPlatform> => {
  const messaging = inProcess();
  const views = new ViewRegistry();
  const { projectId } = config.project;
  const sourceOf: ViewRegistry['sourceOf'] = (view) => views.sourceOf(view);
  const perform = heavyWorkOn({ log, keys, sourceOf, projectId }, { alone: false });
  const worker: Worker = {
    run: async <R>(...[job, { signal, onProgress = () => undefined }]: Parameters<Worker['run']>) =>
      (await perform(job, { signal, onProgress })) as R,
  };
  const store = new InMemoryReadStore();
  const observability = await observe(observed, { log, views, clock });
  observability.dependencies.add(...storesOf({ log, store }));
  return {
    config,
    log: reportingPositions(sharingPages(log)),
    keys,
    store,
    views,
    observability,
    dependencies: observability.dependencies,
    answers: new InMemoryAnswerStore(),
    requester: messaging.requester,
    messaging,
    worker,
    clock,
    newId,
    keyring: new Keyring(masterKey),
    logger,
    close: async () => {
      await log.close();
      await observability.close();
    },
  };
};
