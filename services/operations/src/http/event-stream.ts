import { Readable } from 'node:stream';
import type { PublicEvent } from '@muster/contracts';
import type { FeedPage } from '../application/event-feed.ts';

const RECONNECT_AFTER_MILLISECONDS = 1_000;

const block = (event: PublicEvent): string => `id: ${event.position}\ndata: ${JSON.stringify(event)}\n\n`;

/**
 * A block without data is no event, but its id still counts as the last one: a subscriber whom nothing concerns for long
 * reconnects from where the feed is, not from where it last heard of something.
 */
const heartbeat = ({ next }: FeedPage): string => `: still here\nid: ${next}\n\n`;

async function* blocks(pages: AsyncIterable<FeedPage>): AsyncGenerator<string> {
  // Said at once, so that the subscriber knows that the stream is open.
  yield `retry: ${RECONNECT_AFTER_MILLISECONDS}\n\n`;
  for await (const page of pages)
    yield page.events.length === 0 ? heartbeat(page) : page.events.map(block).join('');
}

/** Pages of the feed as server-sent events. Pulled by who writes it out: a page is made once the last one was taken. */
export const eventStream = (pages: AsyncIterable<FeedPage>): Readable =>
  Readable.from(blocks(pages), { objectMode: false, highWaterMark: 1 });
