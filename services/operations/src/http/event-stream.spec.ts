import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { exampleEvent } from '@muster/contracts';
import type { FeedPage } from '../application/event-feed.ts';
import { eventStream } from './event-stream.ts';

const event = { ...exampleEvent('muster.organization.renamed.v1'), position: '42' };
const page: FeedPage = { events: [event], next: 42, atEnd: false };

async function* only(...pages: readonly FeedPage[]) {
  yield* pages;
}

const written = async (...pages: readonly FeedPage[]): Promise<string> =>
  (await eventStream(only(...pages)).toArray()).join('');

describe('events as a stream of the server', () => {
  it('E34: are one block each: the position as id, the envelope as data', async () => {
    expect(await written(page)).toBe(`retry: 1000\n\nid: 42\ndata: ${JSON.stringify(event)}\n\n`);
  });

  it('say where they are by an id without data, which is no event', async () => {
    expect(await written({ events: [], next: 99, atEnd: true })).toBe(
      'retry: 1000\n\n: still here\nid: 99\n\n',
    );
  });

  it('E35: are made only as they are read', async () => {
    let made = 0;
    async function* endless() {
      for (;;) {
        made += 1;
        yield page;
      }
    }
    const stream = eventStream(endless());
    await once(stream, 'readable');
    await nextTurn();
    expect(made).toBeLessThanOrEqual(1);
    stream.read();
    await once(stream, 'readable');
    await nextTurn();
    expect(made).toBeLessThanOrEqual(2);
    stream.destroy();
  });
});
