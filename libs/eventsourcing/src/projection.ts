import { isAged } from './ageing/retention.ts';
import type { DecodedEvent } from './event-codec.ts';
import type { Document, IndexEntries, ViewName } from './read-store.ts';

/**
 * How a view follows from events: a pure function per document. The same function serves the live view, a rebuild, and
 * a single document as of a position (R51).
 */
export type Projection<D extends Document> = ViewName & {
  /** Only events of these categories reach the view. */
  readonly categories: readonly string[];
  /**
   * What an event it cannot take does: `park` that stream, or `halt` the view (security views) (E22). A released stream
   * catches up after what other streams did meanwhile, so a view that joins streams in one document, and where their
   * order among one another matters, halts.
   */
  readonly onPoison: 'park' | 'halt';
  /** The documents an event touches; the aggregate's own id where not given. */
  readonly documentIds?: (event: DecodedEvent) => readonly string[];
  /** The document after the event; undefined removes it. Never looks anywhere but at its arguments. */
  readonly apply: (document: D | undefined, event: DecodedEvent, id: string) => D | undefined;
  readonly indexes: (document: D) => IndexEntries;
};

/** A projection whose documents do not matter to the reader. */
// oxlint-disable-next-line typescript/no-explicit-any -- runners take projections of every kind of document
export type AnyProjection = Projection<any>;

/** The documents an event touches, each once. One that lost its payload touches none: its flow was let go of (E13). */
export const documentIdsOf = <D extends Document>(
  projection: Projection<D>,
  event: DecodedEvent,
): readonly string[] => {
  if (isAged(event)) return [];
  return projection.documentIds ? [...new Set(projection.documentIds(event))] : [event.id.id];
};
