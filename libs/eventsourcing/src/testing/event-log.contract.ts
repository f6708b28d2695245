import type { Instant } from '@muster/kernel';
import type { EventLog } from '../event-log.ts';
import { aCommit, door, writeTo } from './commits.ts';
import { commitsContract } from './event-log-commits.contract.ts';
import { limitsContract } from './event-log-limits.contract.ts';
import { orderContract } from './event-log-order.contract.ts';
import { readingContract } from './event-log-reading.contract.ts';

export type OpenedLog = {
  readonly log: EventLog;
  /** Closes the log and opens it again; adapters that keep nothing have none. */
  readonly reopen?: () => Promise<EventLog>;
};

/** Opens an empty log. `clock` is what the log is to take `recordedAt` from, where it takes it from this process. */
export type OpenLog = (options: { readonly clock?: () => Instant }) => Promise<OpenedLog>;

/**
 * What every event log does, whatever it is made of.
 *
 * @example
 * eventLogContract('InMemoryEventLog', async (options) => ({ log: new InMemoryEventLog(options) }));
 */
export const eventLogContract = (name: string, open: OpenLog): void => {
  describe(`${name} as an event log`, () => {
    let now: Instant;
    let opened: OpenedLog;
    let current: EventLog;
    beforeEach(async () => {
      now = '2026-11-23T12:00:01.000Z';
      opened = await open({ clock: () => now });
      current = opened.log;
    });
    afterEach(() => current.close());

    const log = () => current;
    commitsContract(log);
    limitsContract(log);
    orderContract(log, (instant) => void (now = instant));
    readingContract(log);

    it('E7: what was acknowledged is there after a restart, under the same log id', async () => {
      if (!opened.reopen) return expect(current.durability).toBe('memory');
      const { logId, durability } = current;
      const stream = door('front');
      await current.append(aCommit({ commitId: 'first', writes: [writeTo(stream, [{ n: 1 }, { n: 2 }])] }));
      const before = await current.readAll(0, 10);

      current = await opened.reopen();

      expect(durability).not.toBe('memory');
      expect(current.logId).toBe(logId);
      expect(await current.readAll(0, 10)).toStrictEqual(before);
      expect(await current.append(aCommit({ writes: [writeTo(stream, [{ n: 3 }])] }))).toMatchObject({
        position: 3,
      });
    });
  });
};
