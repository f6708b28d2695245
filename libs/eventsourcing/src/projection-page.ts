import { UnavailableError } from '@muster/kernel';
import type { DecodedEvent, EventCodec } from './event-codec.ts';
import type { RecordedEvent } from './event-log.ts';
import { type AnyProjection, documentIdsOf } from './projection.ts';
import type {
  Document,
  DocumentChange,
  IndexEntries,
  ParkedStream,
  ReadStore,
  ViewSlot,
  ViewWrite,
} from './read-store.ts';

/** An event that a halting view cannot take (E22). */
export class PoisonEvent extends Error {
  constructor({ type, position, stream }: RecordedEvent, cause: unknown) {
    super(`${type} at ${position} in ${stream}: ${errorText(cause)}`, { cause });
    this.name = 'PoisonEvent';
  }
}

/** What is shown of an error in lists: no stack, no cause. */
export const errorText = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);

type Readable = { readonly event: DecodedEvent; readonly ids: readonly string[] };
type Prepared = { readonly recorded: RecordedEvent; readonly read: Readable | { readonly error: unknown } };

/**
 * What these events do to the view, to be written in one go: each document read once, the events applied in order,
 * each changed document written once. An event does all it does, or its stream is parked with nothing of it done.
 * @throws PoisonEvent where the projection halts instead; UnavailableError
 */
export const projectPage = async (
  {
    projection,
    slot,
    codec,
    store,
  }: {
    readonly projection: AnyProjection;
    readonly slot: ViewSlot;
    readonly codec: EventCodec;
    readonly store: ReadStore;
  },
  events: readonly RecordedEvent[],
): Promise<Pick<ViewWrite, 'changes' | 'park'>> => {
  const prepared = await prepare(projection, codec, events);
  const ids = new Set(prepared.flatMap(({ read }) => ('ids' in read ? read.ids : [])));
  const page = new Page(projection, await store.getMany(slot, [...ids]));
  for (const event of prepared) page.take(event);
  return { changes: [...page.changes.values()], park: [...page.parked.values()] };
};

const prepare = async (
  projection: AnyProjection,
  codec: EventCodec,
  events: readonly RecordedEvent[],
): Promise<readonly Prepared[]> => {
  if (events.length === 0) return [];
  try {
    const decoded = await codec.decode(events);
    return events.map((recorded, n) => {
      const event = decoded[n]!;
      return { recorded, read: { event, ids: documentIdsOf(projection, event) } };
    });
  } catch (error) {
    // The keys could not be asked for, which says nothing about the events. Anything else is one event's doing.
    if (error instanceof UnavailableError) throw error;
    if (events.length === 1) return [{ recorded: events[0]!, read: { error } }];
    const middle = events.length >> 1;
    return [
      ...(await prepare(projection, codec, events.slice(0, middle))),
      ...(await prepare(projection, codec, events.slice(middle))),
    ];
  }
};

class Page {
  readonly changes = new Map<string, DocumentChange>();
  readonly parked = new Map<string, ParkedStream>();

  constructor(
    private readonly projection: AnyProjection,
    private readonly stored: ReadonlyMap<string, Document>,
  ) {}

  take({ recorded, read }: Prepared): void {
    const { stream, position } = recorded;
    if (this.parked.has(stream)) return;
    try {
      if ('error' in read) throw read.error;
      for (const change of this.changesOf(read)) this.changes.set(change.id, change);
    } catch (error) {
      if (this.projection.onPoison === 'halt') throw new PoisonEvent(recorded, error);
      this.parked.set(stream, { stream, position, error: errorText(error) });
    }
  }

  private changesOf({ event, ids }: Readable): readonly DocumentChange[] {
    const changes: DocumentChange[] = [];
    for (const id of ids) {
      const before = this.changes.has(id) ? this.changes.get(id)!.document : this.stored.get(id);
      const document: Document | undefined = this.projection.apply(before, event, id);
      if (document === before) continue;
      if (!document) changes.push({ id, document: undefined });
      else changes.push({ id, document, indexes: this.projection.indexes(document) as IndexEntries });
    }
    return changes;
  }
}
