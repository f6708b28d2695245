import type { Instant, JsonObject } from '@muster/kernel';
import { v7 as uuidv7 } from 'uuid';
import type { Commit, CommitMetadata, Condition, NewEvent, StreamWrite } from '../event-log.ts';
import { categoryOf } from '../stream-name.ts';

export const projectId = 'project-test-019ab000-0000-7000-8000-000000000001';
export const organizationId = 'organization-test-019ab000-0000-7000-8000-00000000000a';
export const otherOrganizationId = 'organization-test-019ab000-0000-7000-8000-00000000000b';
export const noon: Instant = '2026-11-23T12:00:00.000Z';

/** The stream of a `door`, the aggregate of these examples. */
export const door = (id: string): string => `door-${projectId}.${id}`;

/** One event per value, to a stream of the organization; taken whatever the stream looks like unless `expect` says. */
export const writeTo = (stream: string, data: readonly JsonObject[], rest: Partial<StreamWrite> = {}) => ({
  stream,
  organizationId,
  expect: 'any' as const,
  events: data.map((datum): NewEvent => ({
    eventId: uuidv7(),
    type: `${categoryOf(stream)}.Opened`,
    schemaVersion: 1,
    data: datum,
  })),
  ...rest,
});

type Overrides = Partial<Omit<Commit, 'metadata'>> & { readonly metadata?: Partial<CommitMetadata> };

/** A commit with an id of its own; one event to a door of its own unless `writes` says otherwise. */
export const aCommit = ({ metadata, ...rest }: Overrides = {}): Commit => {
  const commitId = rest.commitId ?? uuidv7();
  const origin = { actor: `project:${projectId}`, correlationId: 'request-1', causationId: 'request-1' };
  return {
    commitId,
    commandHash: 'open',
    metadata: { projectId, ...origin, commandId: commitId, at: noon, ...metadata },
    writes: [writeTo(door(commitId), [{}])],
    conditions: [] satisfies Condition[],
    reservations: [],
    ...rest,
  };
};
