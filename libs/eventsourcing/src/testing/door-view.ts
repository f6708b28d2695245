import type { JsonObject } from '@muster/kernel';
import { defineAggregate } from '../aggregate.ts';
import type { Command, Event } from '../decider.ts';
import { EventCodec } from '../event-codec.ts';
import type { Appended, EventLog } from '../event-log.ts';
import { InMemoryKeyStore } from '../in-memory/in-memory.key-store.ts';
import type { Projection } from '../projection.ts';
import type { ReadStore, ViewSlot } from '../read-store.ts';
import { aCommit, door, writeTo } from './commits.ts';

/** What a `door` event does to the view of doors: to its own document and, `also`, to another one. */
type Opened = Event<'Opened', { also?: string; remove?: boolean; poison?: string; note?: string }>;

const doorAggregate = defineAggregate<Command, Opened, null>({
  category: 'door',
  retention: 'permanent',
  decider: { initialState: null, evolve: () => null, decide: () => [] },
  events: { Opened: { version: 1, sealed: ['note'] } },
});

/** A codec that knows doors. */
export const doorCodec = (keys = new InMemoryKeyStore()): EventCodec => new EventCodec(keys, [doorAggregate]);

export type DoorDocument = { readonly count: number; readonly positions: readonly number[] };

/**
 * Per door, the positions of all that touched it: an event lost, doubled or out of order is seen at once. An event
 * whose `poison` names a document cannot be taken by that document.
 */
export const doorView: Projection<DoorDocument> = {
  name: 'doors',
  version: 1,
  categories: ['door'],
  onPoison: 'park',
  documentIds: ({ id, event }) => {
    const { also } = event.data as Opened['data'];
    return also === undefined ? [id.id] : [id.id, also];
  },
  apply: (document, { event, id: { id: own }, position }, id) => {
    const { remove, poison } = event.data as Opened['data'];
    if (poison === id) throw new RangeError('no such handle');
    if (remove && id === own) return undefined;
    const { count, positions } = document ?? { count: 0, positions: [] };
    return { count: count + 1, positions: [...positions, position] };
  },
  indexes: ({ count }) => ({ parity: [count % 2 === 0 ? 'even' : 'odd'] }),
};

/** The copy that is live where nobody swapped. */
export const doorSlot: ViewSlot = { name: 'doors', version: 1, slot: 'a' };

/** One commit per datum, each one event of that door. */
export const openDoor = async (
  log: EventLog,
  id: string,
  ...data: readonly JsonObject[]
): Promise<number> => {
  let appended: Appended | undefined;
  for (const datum of data.length > 0 ? data : [{}])
    appended = await log.append(aCommit({ writes: [writeTo(door(id), [datum])] }));
  return appended!.position;
};

/** An event of a type that no codec here knows. */
export const openDoorOfUnknownType = async (log: EventLog, id: string): Promise<number> => {
  const write = writeTo(door(id), [{}]);
  const events = write.events.map((event) => ({ ...event, type: 'door.Painted' }));
  return (await log.append(aCommit({ writes: [{ ...write, events }] }))).position;
};

/** The whole of a copy, as text, so that equal means byte-equal (R50). */
export const contentsOf = async (store: ReadStore, slot: ViewSlot = doorSlot): Promise<readonly string[]> => {
  const documents = await store.find(slot, { where: [], limit: 1_000_000 });
  return documents.map(({ id, document }) => `${id} ${JSON.stringify(document)}`);
};
