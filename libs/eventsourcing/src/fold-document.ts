import { isAged } from './ageing/retention.ts';
import type { EventCodec } from './event-codec.ts';
import type { EventLog } from './event-log.ts';
import type { Projection } from './projection.ts';
import type { Document } from './read-store.ts';
import { type AggregateId, streamName } from './stream-name.ts';

/** A document with the revision of the stream it was folded from. */
export type Folded<D extends Document> = { readonly document: D; readonly revision: number };

/**
 * What a view would say of one aggregate, straight from its stream: never behind, and as of any position (R51).
 * For views whose documents follow from one stream each. Undefined where there is none, where the projection removed it,
 * or where the stream belongs to another organization than the id says (I2).
 */
export const foldDocument = async <D extends Document>(
  { log, codec }: { readonly log: EventLog; readonly codec: EventCodec },
  projection: Projection<D>,
  id: AggregateId,
  options?: { readonly upTo?: number },
): Promise<Folded<D> | undefined> => {
  const recorded = await log.readStream(streamName(projection.categories[0]!, id), options);
  if (recorded.length === 0 || recorded.some(({ organizationId }) => organizationId !== id.organizationId))
    return undefined;
  const decoded = await codec.decode(recorded);
  const document = decoded.reduce<D | undefined>(
    (folded, event) => (isAged(event) ? folded : projection.apply(folded, event, id.id)),
    undefined,
  );
  return document && { document, revision: recorded.at(-1)!.revision };
};
