import { join } from 'node:path';
import { SqliteEventLog, SqliteKeyStore } from '@muster/event-log-sqlite';
import { type AnyProjection, EventCodec, InProcessViewBuilder } from '@muster/eventsourcing';
import { Keyring } from '@muster/nest-kit';
import { SqliteReadStore } from '@muster/read-store-sqlite';
import { membersProjection } from '../../../services/organization/src/read-models/members/members.projection.ts';
import { openLoginsProjection } from '../../../services/session/src/read-models/open-logins/open-logins.projection.ts';
import { aggregates } from '../../history/aggregates.ts';
import { masterKeyIn } from '../data-directory.ts';

export type RebuildParameters = {
  readonly dataDirectory: string;
  readonly directory: string;
  readonly view: 'members' | 'open-logins';
};
/** Events of the whole log per second, and how many of them were the view's. */
export type RebuildResult = { readonly perSecond: number; readonly events: number };

/** A shadow of a view built from the whole log, as the rebuild in a thread of its own does it. */
export const run = async ({ dataDirectory, directory, view }: RebuildParameters): Promise<RebuildResult> => {
  const file = (name: string) => join(dataDirectory, name);
  const { lookupHash, wrappingKey } = new Keyring(masterKeyIn(dataDirectory));
  const log = await SqliteEventLog.open(file('log.db'));
  const keys = await SqliteKeyStore.open(file('keys.db'), { masterKey: wrappingKey });
  const store = SqliteReadStore.open(join(directory, 'views'));
  const codec = new EventCodec(keys, aggregates);
  const projection: AnyProjection = view === 'members' ? membersProjection(lookupHash) : openLoginsProjection;
  const builder = new InProcessViewBuilder(
    { sourceOf: () => ({ log, codec, store, projection }) },
    { alone: true },
  );
  const { name, version } = projection;
  const started = performance.now();
  const events = await builder.build({ name, version, slot: 'b' }, { signal: new AbortController().signal });
  const took = performance.now() - started;
  await Promise.all([log.close(), keys.close(), store.close()]);
  return { perSecond: (events / took) * 1_000, events };
};
