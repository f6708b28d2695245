import { publicEventsOf } from '@muster/contracts';
import type { EventLog, NewEvent, RecordedEvent } from '@muster/eventsourcing';
import { aCommit, lockerAggregate, organizationId, projectId } from '@muster/eventsourcing/testing';
import { v7 as uuidv7 } from 'uuid';

/** Public events for tests of what makes them public: renting a locker adds a steward, opening it is nobody's business. */
export const lockerEvents = publicEventsOf(lockerAggregate, {
  LockerRented: {
    as: 'muster.organization.steward-added.v1',
    data: ({ data, organizationId: organization_id }) => ({ organization_id, member_id: data.holderId }),
  },
  LockerOpened: 'internal',
  LockerReturned: {
    as: 'muster.organization.renamed.v1',
    data: ({ organizationId: organization_id }) => ({ organization_id }),
  },
});

export const rented = (member: string): NewEvent => ({
  eventId: uuidv7(),
  type: 'locker.LockerRented',
  schemaVersion: 1,
  data: { holderId: member, label: 'A7' },
});
export const opened = (): NewEvent => ({
  eventId: uuidv7(),
  type: 'locker.LockerOpened',
  schemaVersion: 1,
  data: { times: 1 },
});
export const returned = (): NewEvent => ({
  eventId: uuidv7(),
  type: 'locker.LockerReturned',
  schemaVersion: 1,
  data: { label: 'A7' },
});

type Of = { readonly projectId?: string; readonly organizationId?: string };

/** Appends events to a locker of its own, in one commit. */
export const append = (log: EventLog, events: readonly NewEvent[], of: Of = {}) => {
  const id = uuidv7();
  const stream = `locker-${of.projectId ?? projectId}.${id}`;
  return log.append(
    aCommit({
      metadata: { projectId: of.projectId ?? projectId },
      writes: [{ stream, organizationId: of.organizationId ?? organizationId, expect: 'noStream', events }],
    }),
  );
};

/** The same log, and how often it was read. */
export const countingReads = (log: EventLog) => {
  const reads = { count: 0 };
  const counting = new Proxy(log, {
    get: (target, property) => {
      const value: unknown = Reflect.get(target, property, target);
      if (property !== 'readAll') return typeof value === 'function' ? value.bind(target) : value;
      return (after: number, limit: number): Promise<readonly RecordedEvent[]> => {
        reads.count += 1;
        return target.readAll(after, limit);
      };
    },
  });
  return { log: counting, reads };
};

/** The same log, and how many wait for its head to move. */
export const watchingWaits = (log: EventLog) => {
  const waiting = { count: 0 };
  const watched = new Proxy(log, {
    get: (target, property) => {
      const value: unknown = Reflect.get(target, property, target);
      if (property !== 'changed') return typeof value === 'function' ? value.bind(target) : value;
      return async (...of: Parameters<EventLog['changed']>): Promise<void> => {
        waiting.count += 1;
        await target.changed(...of);
        waiting.count -= 1;
      };
    },
  });
  return { watched, waiting };
};
