import {
  age,
  type AnyAggregateType,
  type AnyProjection,
  EventCodec,
  type EventLog,
  InProcessViewBuilder,
  type KeyStore,
  type LogOperations,
  UnknownView,
  type ViewName,
  type ViewSource,
} from '@muster/eventsourcing';
import * as identity from '@muster/identity';
import { Keyring, movableClock, systemClock } from '@muster/nest-kit';
import * as organization from '@muster/organization';
import * as provisioning from '@muster/provisioning';
import * as session from '@muster/session';
import { openStores } from '../stores.ts';
import type { Job, WorkerSettings } from './jobs.ts';

type Options = {
  readonly signal: AbortSignal;
  readonly onProgress: (position: number, head: number) => void;
};

type HeavyWork = (job: Job, options: Options) => Promise<unknown>;

/** What heavy work is done on. */
type Workplace = {
  readonly log: EventLog & LogOperations;
  readonly keys: KeyStore;
  readonly sourceOf: (view: ViewName) => ViewSource;
  readonly projectId: string;
};

/** Opens the data directory once more, beside whoever serves from it, and does what is asked with it. */
export const openHeavyWork = async (settings: WorkerSettings): Promise<HeavyWork> => {
  const { projectId } = settings;
  return heavyWorkOn({ ...(await open(settings)), projectId }, { alone: true });
};

/** Does what is asked in the calling thread. @param alone whether nothing else is done in it */
export const heavyWorkOn = (
  { log, keys, sourceOf, projectId }: Workplace,
  { alone }: { readonly alone: boolean },
): HeavyWork => {
  const builder = new InProcessViewBuilder({ sourceOf }, { alone });
  const aggregates = services.flatMap((service) => service.aggregates as readonly AnyAggregateType[]);
  return async (job, { signal, onProgress }) => {
    const following = {
      signal,
      onProgress: (to: { readonly position: number; readonly head: number }) =>
        onProgress(to.position, to.head),
    };
    switch (job.kind) {
      case 'build':
        return builder.build(job.slot, {
          ...following,
          ...(job.upTo === undefined ? {} : { upTo: job.upTo }),
        });
      case 'compare':
        return builder.compare(job.live, job.other, following);
      case 'checksum':
        return builder.checksum(job.slot, following);
      case 'verifyLog':
        return log.verify(stopping(signal, onProgress));
      case 'countLog':
        return log.stats(stopping(signal, onProgress));
      case 'ageLog':
        return age(
          { log, keys, aggregates },
          {
            ...job.request,
            projectId,
            signal,
            onProgress: ({ looked }) => onProgress(looked, 0),
          },
        );
    }
  };
};

const services = [organization, identity, provisioning, session];

const open = async ({ masterKey, clockFile, ...settings }: WorkerSettings) => {
  const keyring = new Keyring(masterKey);
  const clock = clockFile === undefined ? systemClock : movableClock(clockFile);
  const { log, keys, store } = await openStores(settings, { clock, wrappingKey: keyring.wrappingKey });
  const sources = new Map<string, ViewSource>();
  for (const { aggregates, projections } of services) {
    const codec = new EventCodec(keys, aggregates);
    for (const projection of projections(keyring.lookupHash) as readonly AnyProjection[])
      sources.set(projection.name, { log, store, codec, projection });
  }
  const sourceOf = ({ name }: ViewName): ViewSource => {
    const source = sources.get(name);
    if (!source) throw new UnknownView(name);
    return source;
  };
  return { log, keys, sourceOf };
};

/** A walk that knows no signal is ended from its own reports. */
const stopping =
  (signal: AbortSignal, onProgress: Options['onProgress']) =>
  (position: number, head: number): void => {
    signal.throwIfAborted();
    onProgress(position, head);
  };
