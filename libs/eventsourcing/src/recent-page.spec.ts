import type { RecordedEvent } from './event-log.ts';
import { InMemoryEventLog } from './in-memory/in-memory.event-log.ts';
import { RecentPage, sharingPages } from './recent-page.ts';
import { aCommit } from './testing/commits.ts';

const eventsAfter = (after: number, count: number) =>
  Array.from({ length: count }, (_, n) => ({ position: after + 1 + n }) as RecordedEvent);

const positions = (page: readonly RecordedEvent[] | undefined) => page?.map(({ position }) => position);

describe('the page that was read last', () => {
  it('is given again to who asks for the same', () => {
    const recent = new RecentPage(() => 0);
    recent.keep(4, 500, eventsAfter(4, 2));
    expect(positions(recent.page(4, 500))).toEqual([5, 6]);
    expect(recent.page(5, 500)).toBeUndefined();
  });

  it('is given to who asks for more where the log ended there, and cut for who asks for less', () => {
    const recent = new RecentPage(() => 0);
    recent.keep(4, 500, eventsAfter(4, 3));
    expect(positions(recent.page(4, 5_000))).toEqual([5, 6, 7]);
    expect(positions(recent.page(4, 2))).toEqual([5, 6]);
  });

  it('E2: a page that ended at its limit is no answer to who asks for more', () => {
    const recent = new RecentPage(() => 0);
    recent.keep(4, 3, eventsAfter(4, 3));
    expect(positions(recent.page(4, 3))).toEqual([5, 6, 7]);
    expect(recent.page(4, 4)).toBeUndefined();
  });

  it('is forgotten after an append, and an empty one is not kept: nobody is told that there is nothing', () => {
    const recent = new RecentPage(() => 0);
    recent.keep(4, 500, eventsAfter(4, 2));
    recent.forget();
    expect(recent.page(4, 500)).toBeUndefined();
    recent.keep(4, 500, []);
    expect(recent.page(4, 500)).toBeUndefined();
  });

  it('is not kept for long, since other processes append, too', () => {
    let now = 0;
    const recent = new RecentPage(() => now);
    recent.keep(4, 500, eventsAfter(4, 2));
    now = 10;
    expect(recent.page(4, 500)).toHaveLength(2);
    now = 11;
    expect(recent.page(4, 500)).toBeUndefined();
  });

  it('is not kept where it is large: nobody else is that far behind', () => {
    const recent = new RecentPage(() => 0);
    recent.keep(0, 500, eventsAfter(0, 300));
    expect(recent.page(0, 500)).toBeUndefined();
  });
});

describe('a log whose followers share pages', () => {
  it('reads a page once for all who ask for it, and again after an append', async () => {
    let reads = 0;
    const counting = new InMemoryEventLog();
    const readAll = counting.readAll.bind(counting);
    counting.readAll = (...asked) => (reads++, readAll(...asked));
    await counting.append(aCommit());
    const shared = sharingPages(counting, () => 0);
    const pages = [await shared.readAll(0, 500), await shared.readAll(0, 500), await shared.readAll(0, 9)];
    expect([reads, ...pages.map((page) => page.length)]).toEqual([1, 1, 1, 1]);
    await shared.append(aCommit());
    expect((await shared.readAll(0, 500)).length).toBe(2);
    expect(reads).toBe(2);
  });

  it('E2: a follower that was waiting is given what it was woken for', async () => {
    const shared = sharingPages(new InMemoryEventLog());
    const seen: number[] = [];
    const ended = new AbortController();
    const following = (async () => {
      while (seen.length < 20) {
        const page = await shared.readAll(seen.at(-1) ?? 0, 500);
        seen.push(...page.map(({ position }) => position));
        if (page.length === 0) await shared.changed(seen.at(-1) ?? 0, ended.signal);
      }
    })();
    for (let n = 0; n < 20; n++) await shared.append(aCommit());
    await following;
    expect(seen).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
  });
});
