import { requireDurability, tail } from './event-log.ts';
import { InMemoryEventLog } from './in-memory/in-memory.event-log.ts';
import { aCommit } from './testing/index.ts';

describe('requireDurability', () => {
  it('E7: lets a log pass that promises as much as is asked, and stops start-up below', () => {
    const log = new InMemoryEventLog();
    expect(() => requireDurability(log, 'memory')).not.toThrow();
    expect(() => requireDurability(log, 'fsync')).toThrow("at 'memory', 'fsync' is required");
    const quorum = Object.assign(new InMemoryEventLog(), { durability: 'quorum' as 'memory' });
    expect(() => requireDurability(quorum, 'fsync')).not.toThrow();
  });
});

describe('tail', () => {
  it('E2: begins after a position, gives full pages first and ends with its signal', async () => {
    const log = new InMemoryEventLog();
    for (let n = 0; n < 5; n++) await log.append(aCommit());
    const done = new AbortController();
    const pages: number[][] = [];
    for await (const page of tail(log, 1, done.signal, 2)) {
      pages.push(page.map(({ position }) => position));
      if (pages.length === 2) await log.append(aCommit());
      if (pages.length === 3) done.abort();
    }
    expect(pages).toStrictEqual([[2, 3], [4, 5], [6]]);
  });
});
