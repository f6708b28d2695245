import { createHash } from 'node:crypto';
import type { Commit } from '../event-log.ts';
import { v7 as uuidv7 } from 'uuid';
import { categoryOf, streamName } from '../stream-name.ts';
import type { Ageing } from './log-operations.ts';
import { agedCategories } from './retention.ts';

/** Payloads of a permanent category were to be dropped: nothing was (E13). */
export class PermanentStream extends Error {
  constructor(readonly stream: string) {
    super(`${categoryOf(stream)} is permanent: payloads of ${stream} are never dropped`);
    this.name = 'PermanentStream';
  }
}

/** The event that says which payloads were dropped: what is missing without one was taken by hand. */
export const PAYLOADS_DROPPED = 'ageing.PayloadsDropped';

/**
 * The commit that records an ageing, for every adapter: it expects each stream as it was judged, so that none that was
 * written meanwhile loses anything.
 * @throws PermanentStream
 */
export const ageingCommit = ({ commitId, metadata, before, streams }: Ageing): Commit => {
  for (const { stream } of streams)
    if (!agedCategories.has(categoryOf(stream))) throw new PermanentStream(stream);
  const positions = rangesOf(streams.flatMap((stream) => stream.positions));
  const { projectId } = metadata;
  return {
    commitId,
    commandHash: createHash('sha256').update(`age ${before} ${positions}`).digest('base64url'),
    metadata,
    writes: [
      {
        stream: streamName('ageing', { projectId, organizationId: null, id: 'log' }),
        organizationId: null,
        expect: 'any',
        events: [
          {
            eventId: uuidv7(),
            type: PAYLOADS_DROPPED,
            schemaVersion: 1,
            data: { before, streams: streams.length, positions },
          },
        ],
      },
    ],
    conditions: streams.map(({ stream, revision }) => ({ stream, expect: { revision } })),
    reservations: [],
  };
};

/** Positions as a person writes them: `3-5,9`. */
export const rangesOf = (positions: readonly number[]): string => {
  const ranges: { first: number; last: number }[] = [];
  for (const position of positions.toSorted((a, b) => a - b)) {
    const range = ranges.at(-1);
    if (range && position <= range.last + 1) range.last = position;
    else ranges.push({ first: position, last: position });
  }
  return ranges.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`)).join(',');
};

/** First and last of each range; what is not one is left out. */
export const positionsIn = (ranges: string): readonly (readonly [first: number, last: number])[] =>
  [...ranges.matchAll(/(\d+)(?:-(\d+))?/g)].map(([, first, last]) => [Number(first), Number(last ?? first)]);
