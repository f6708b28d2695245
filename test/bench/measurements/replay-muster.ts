import { join } from 'node:path';
import { SqliteEventLog, SqliteKeyStore } from '@muster/event-log-sqlite';
import { type AnyAggregateType, EventCodec } from '@muster/eventsourcing';
import { Keyring } from '@muster/nest-kit';
import { aggregates } from '../../history/aggregates.ts';
import { masterKeyIn } from '../data-directory.ts';

const PAGE = 5_000;

/** Every event of a log: read, decoded with its sealed fields opened, upcast, and folded into its aggregate's state. */
export const run = async ({ dataDirectory }: { readonly dataDirectory: string }) => {
  const file = (name: string) => join(dataDirectory, name);
  const log = await SqliteEventLog.open(file('log.db'));
  const { wrappingKey } = new Keyring(masterKeyIn(dataDirectory));
  const keys = await SqliteKeyStore.open(file('keys.db'), { masterKey: wrappingKey, cached: 100_000 });
  const codec = new EventCodec(keys, aggregates);
  const types = new Map<string, AnyAggregateType>(aggregates.map((type) => [type.category, type]));
  const states = new Map<string, unknown>();
  const started = performance.now();
  let position = 0;
  for (;;) {
    const page = await log.readAll(position, PAGE);
    if (page.length === 0) break;
    for (const { stream, category, event } of await codec.decode(page)) {
      const { initialState, evolve } = types.get(category)!.decider;
      states.set(stream, evolve(states.has(stream) ? states.get(stream) : initialState, event));
    }
    position = page.at(-1)!.position;
  }
  const took = performance.now() - started;
  await log.close();
  await keys.close();
  return { perSecond: (position / took) * 1_000, events: position, streams: states.size };
};
