import { type BusPlace, exampleEvent, type PublicEvent } from '@muster/contracts';
import { type BusMessage, type EventBus, Overtaken } from '../relay/event-bus.ts';
import { anOrganization } from './locker-feed.ts';

export type BusUnderTest = {
  /** Of one empty bus; each call is another process that uses it. */
  readonly open: () => EventBus;
};

/** A message for a bus of a project. */
export const messageAt = (position: number, organizationid: string, projectid: string): BusMessage => {
  const event = { ...exampleEvent('muster.member.activated.v1'), projectid, organizationid };
  const placed = { ...event, id: `log-1:${position}`, position: String(position) } as PublicEvent;
  const place: BusPlace = { logId: 'log-1', position, previous: position - 1 };
  return { event: placed, place };
};

/** What the relay relies on, whatever the bus. */
export const eventBusContract = (name: string, make: (projectId: string) => Promise<BusUnderTest>): void => {
  describe(`${name} as a bus`, () => {
    const [a, b] = [anOrganization(), anOrganization()];
    const newBus = async () => {
      const projectId = `project-test-${crypto.randomUUID()}`;
      const { open } = await make(projectId);
      const message = (position: number, organizationId = a) =>
        messageAt(position, organizationId, projectId);
      return { open, message };
    };

    it('begins empty', async () => {
      const { open } = await newBus();
      expect(await open().end()).toEqual({ sequence: 0, last: undefined });
      expect(await open().lastOf(a)).toBeUndefined();
    });

    it('ends with what was published last, for every process', async () => {
      const { open, message } = await newBus();
      const bus = open();
      const { sequence } = await bus.end();
      expect(await bus.publish([message(3), message(5), message(8)], sequence)).toBe(3);
      const end = { sequence: 3, last: { logId: 'log-1', position: 8 } };
      expect(await bus.end()).toMatchObject(end);
      expect(await open().end()).toMatchObject(end);
    });

    it('knows what an organization was last told', async () => {
      const { open, message } = await newBus();
      const bus = open();
      await bus.end();
      await bus.publish([message(3, a), message(5, b), message(8, a), message(9, b)], 0);
      expect(await bus.lastOf(a)).toBe(8);
      expect(await bus.lastOf(b)).toBe(9);
      expect(await bus.lastOf(anOrganization())).toBeUndefined();
    });

    it('E30: of two that follow the same end, one is overtaken and leaves nothing behind', async () => {
      const { open, message } = await newBus();
      const [one, two] = [open(), open()];
      await one.end();
      await one.publish([message(1)], 0);
      await expect(two.publish([message(2), message(3)], 0)).rejects.toBeInstanceOf(Overtaken);
      expect(await one.end()).toMatchObject({ sequence: 1, last: { position: 1 } });
    });

    it('E30: of two that publish the same, one is overtaken, and it is there once', async () => {
      const { open, message } = await newBus();
      const [one, two] = [open(), open()];
      await one.end();
      const outcomes = await Promise.allSettled(
        [one, two].map((bus) => bus.publish([message(1), message(2), message(3)], 0)),
      );
      const rejected = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
      expect(rejected).toEqual([expect.any(Overtaken)]);
      expect(await one.end()).toMatchObject({ sequence: 3, last: { position: 3 } });
    });

    it('E30: refuses what would follow a hole', async () => {
      const { open, message } = await newBus();
      const bus = open();
      await bus.end();
      await bus.publish([message(1)], 0);
      await expect(bus.publish([message(3)], 2)).rejects.toBeInstanceOf(Overtaken);
    });
  });
};
