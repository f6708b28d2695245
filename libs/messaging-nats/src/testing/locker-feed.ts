import { randomUUID } from 'node:crypto';
import { PublicEventMapper, publicEventsOf } from '@muster/contracts';
import type { EventLog, NewEvent } from '@muster/eventsourcing';
import { aCommit, lockerAggregate, noon } from '@muster/eventsourcing/testing';
import { v7 as uuidv7 } from 'uuid';

/** Renting a locker is told to others; opening it is not. */
const source = publicEventsOf(lockerAggregate, {
  LockerRented: {
    as: 'muster.organization.renamed.v1',
    data: ({ organizationId }) => ({ organization_id: organizationId }),
  },
  LockerOpened: 'internal',
  LockerReturned: 'internal',
});

export const anOrganization = (): string => `organization-test-${randomUUID()}`;
export const aProject = (): string => `project-test-${randomUUID()}`;

/** A log of one project, to which public and internal events are added. */
export class LockerFeed {
  readonly mapper: PublicEventMapper;

  constructor(
    readonly log: EventLog,
    readonly projectId = aProject(),
  ) {
    this.mapper = new PublicEventMapper([source], { logId: log.logId, publicUrl: 'https://muster.example' });
  }

  /** Adds that many public events of an organization in one commit; gives the position of the last. */
  tell(organizationId: string | null, count = 1): Promise<number> {
    return this.add('LockerRented', organizationId, count);
  }

  /** Adds events that nobody outside may know of. */
  keep(organizationId: string, count = 1): Promise<number> {
    return this.add('LockerOpened', organizationId, count);
  }

  /** Adds an event that this version does not know. */
  puzzle(organizationId: string): Promise<number> {
    return this.add('LockerPainted', organizationId, 1);
  }

  private async add(type: string, organizationId: string | null, count: number): Promise<number> {
    const { projectId } = this;
    const stream = `locker-${projectId}.session-test-${randomUUID()}`;
    const events = Array.from({ length: count }, (): NewEvent => {
      const data = { holderId: 'member-1', label: 'A7' };
      return { eventId: uuidv7(), type: `locker.${type}`, schemaVersion: 1, data };
    });
    const writes = [{ stream, organizationId, expect: 'any' as const, events }];
    const { position } = await this.log.append(aCommit({ writes, metadata: { projectId, at: noon } }));
    return position;
  }
}
