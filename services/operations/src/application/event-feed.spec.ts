import { setImmediate as nextTurn } from 'node:timers/promises';
import { type PublicEvent, PublicEventMapper } from '@muster/contracts';
import { type EventLog, InMemoryEventLog } from '@muster/eventsourcing';
import { organizationId, otherOrganizationId, projectId } from '@muster/eventsourcing/testing';
import { append, countingReads, lockerEvents, opened, rented, returned } from '../testing/lockers.ts';
import { EventFeed, type FeedFilter, type FeedPage } from './event-feed.ts';

const everything: FeedFilter = { types: undefined, organizationId: undefined };
const feedOn = (log: EventLog, heartbeatMilliseconds?: number) => {
  const mapper = new PublicEventMapper([lockerEvents], { logId: log.logId, publicUrl: 'https://m.example' });
  return new EventFeed({
    log,
    mapper,
    projectId,
    ...(heartbeatMilliseconds === undefined ? {} : { heartbeatMilliseconds }),
  });
};
const positions = (events: readonly PublicEvent[]) => events.map(({ position }) => Number(position));
const never = new AbortController().signal;

describe('a page of the feed', () => {
  it('E34: holds public events in the order of the log, and says where to go on', async () => {
    const log = new InMemoryEventLog();
    await append(log, [rented('m1'), opened(), returned()]);
    await append(log, [rented('m2')]);
    const feed = feedOn(log);
    const first = await feed.read(0, everything, 2);
    expect([positions(first.events), first.next]).toEqual([[1, 3], 3]);
    const second = await feed.read(first.next, everything, 2);
    expect([positions(second.events), second.next, second.atEnd]).toEqual([[4], 4, true]);
  });

  it('E34: moves on past what the filter left out', async () => {
    const log = new InMemoryEventLog();
    await append(log, [rented('m1'), opened(), opened()]);
    const types = new Set(['locker.LockerReturned']);
    const page = await feedOn(log).read(0, { ...everything, types }, 10);
    expect(page).toEqual({ events: [], next: 3, atEnd: true });
  });

  it('reads only so much for one answer, however rare what is asked for', async () => {
    const log = new InMemoryEventLog();
    const many = Array.from({ length: 1_000 }, opened);
    for (let commit = 0; commit < 51; commit++) await append(log, many);
    const page = await feedOn(log).read(0, everything, 10);
    expect(page).toEqual({ events: [], next: 50_000, atEnd: false });
  });

  it('I2: shows nothing of another organization, nor of another project', async () => {
    const log = new InMemoryEventLog();
    const otherProject = 'project-test-019ab000-0000-7000-8000-000000000002';
    await append(log, [rented('m1')]);
    await append(log, [rented('m2')], { organizationId: otherOrganizationId });
    await append(log, [rented('m3')], { projectId: otherProject });
    const feed = feedOn(log);
    const own = await feed.read(0, { ...everything, organizationId }, 10);
    expect([positions(own.events), own.next]).toEqual([[1], 3]);
    expect(positions((await feed.read(0, everything, 10)).events)).toEqual([1, 2]);
  });

  it('E30: stops before an event it does not know, whatever is asked for: there is no hole', async () => {
    const log = new InMemoryEventLog();
    await append(log, [{ ...rented('m1'), type: 'locker.LockerPainted' }, rented('m2')]);
    const feed = feedOn(log);
    await expect(feed.read(0, everything, 10)).rejects.toThrow('the event feed is unavailable');
    const types = new Set(['locker.LockerRented']);
    await expect(feed.read(0, { ...everything, types }, 10)).rejects.toThrow('the event feed is unavailable');
  });

  it('E34: is the same bytes however often and in whatever pages it is asked for', async () => {
    const log = new InMemoryEventLog();
    for (let n = 0; n < 30; n++) await append(log, [rented(`m${n}`), opened(), returned()]);
    const feed = feedOn(log);
    const replay = async (limit: number) => {
      const events: PublicEvent[] = [];
      let page: FeedPage = { events: [], next: 0, atEnd: false };
      do {
        page = await feed.read(page.next, everything, limit);
        events.push(...page.events);
      } while (!page.atEnd);
      return JSON.stringify(events);
    };
    const whole = await replay(1_000);
    expect(JSON.parse(whole)).toHaveLength(60);
    for (const limit of [1, 7, 60, 61]) expect(await replay(limit)).toBe(whole);
  });
});

describe('a long poll', () => {
  const wait = (milliseconds: number, signal = never) => ({ milliseconds, signal });

  it('E34: answers as soon as there is something for it', async () => {
    const log = new InMemoryEventLog();
    const feed = feedOn(log);
    const polling = feed.poll(0, everything, 10, wait(30_000));
    await append(log, [opened()]);
    await append(log, [rented('m1')]);
    expect(positions((await polling).events)).toEqual([2]);
  });

  it('answers when time is up, and has moved on past what was nothing for it', async () => {
    const log = new InMemoryEventLog();
    await append(log, [opened()]);
    expect(await feedOn(log).poll(0, everything, 10, wait(20))).toEqual({ events: [], next: 1, atEnd: true });
  });

  it('does not wait where it was not asked to', async () => {
    const { log, reads } = countingReads(new InMemoryEventLog());
    expect((await feedOn(log).poll(0, everything, 10, wait(0))).events).toEqual([]);
    expect(reads.count).toBe(1);
  });

  it('ends with who waits for it, and with the server', async () => {
    const feed = feedOn(new InMemoryEventLog());
    const caller = new AbortController();
    const polling = feed.poll(0, everything, 10, wait(30_000, caller.signal));
    const another = feed.poll(0, everything, 10, wait(30_000));
    caller.abort();
    expect((await polling).events).toEqual([]);
    feed.stop();
    expect((await another).events).toEqual([]);
  });
});

describe('a stream of the feed', () => {
  it('E34: goes on from what is there to what comes', async () => {
    const log = new InMemoryEventLog();
    await append(log, [rented('m1')]);
    const pages = feedOn(log).follow(0, everything, never);
    expect(positions((await pages.next()).value!.events)).toEqual([1]);
    const coming = pages.next();
    await append(log, [rented('m2')]);
    expect(positions((await coming).value!.events)).toEqual([2]);
    await pages.return(undefined);
  });

  it('E35: reads no further than what was taken from it', async () => {
    const { log, reads } = countingReads(new InMemoryEventLog());
    for (let n = 0; n < 50; n++)
      await append(
        log,
        Array.from({ length: 100 }, () => rented('m')),
      );
    const pages = feedOn(log).follow(0, everything, never);
    await pages.next();
    await pages.next();
    expect(reads.count).toBe(2);
    await pages.return(undefined);
  });

  it('E35: leaves everybody else in after each page, however many replay at once', async () => {
    const { log, reads } = countingReads(new InMemoryEventLog());
    for (let n = 0; n < 20; n++)
      await append(
        log,
        Array.from({ length: 100 }, () => rented('m')),
      );
    const head = await log.head();
    const feed = feedOn(log);
    const replaying = Array.from({ length: 20 }, async () => {
      for await (const { next } of feed.follow(0, everything, never)) if (next === head) return;
    });
    let [most, seen, running] = [0, 0, true];
    const watching = (async () => {
      while (running) {
        await nextTurn();
        most = Math.max(most, reads.count - seen);
        seen = reads.count;
      }
    })();
    await Promise.all(replaying);
    running = false;
    await watching;
    expect(reads.count).toBeGreaterThan(300);
    expect(most).toBeLessThanOrEqual(2);
  });

  it('says now and then where it is, though there is nothing to tell', async () => {
    const log = new InMemoryEventLog();
    await append(log, [opened(), opened()]);
    const pages = feedOn(log, 10).follow(0, everything, never);
    expect((await pages.next()).value).toEqual({ events: [], next: 2, atEnd: true });
    await pages.return(undefined);
  });

  it('ends with who listens, and with the server', async () => {
    const feed = feedOn(new InMemoryEventLog());
    const listener = new AbortController();
    const left = feed.follow(0, everything, listener.signal).next();
    const another = feed.follow(0, everything, never).next();
    listener.abort();
    expect((await left).done).toBe(true);
    feed.stop();
    expect((await another).done).toBe(true);
  });
});
