import type { DecodedEvent } from './event-codec.ts';
import type { Document, IndexEntries, ViewName } from './read-store.ts';

/**
 * How a view follows from events: a pure function per document. The same function serves the live view, a rebuild, and
 * a single document as of a position (R51).
 */
export type Projection<D extends Document> = ViewName & {
  /** Only events of these categories reach the view. */
  readonly categories: readonly string[];
  /** What an event it cannot take does: `park` that stream, or `halt` the view (security views) (E22). */
  readonly onPoison: 'park' | 'halt';
  /** The documents an event touches; the aggregate's own id where not given. */
  readonly documentIds?: (event: DecodedEvent) => readonly string[];
  /** The document after the event; undefined removes it. Never looks anywhere but at its arguments. */
  readonly apply: (document: D | undefined, event: DecodedEvent, id: string) => D | undefined;
  readonly indexes: (document: D) => IndexEntries;
};

export const documentIdsOf = <D extends Document>(
  projection: Projection<D>,
  event: DecodedEvent,
): readonly string[] => projection.documentIds?.(event) ?? [event.id.id];
