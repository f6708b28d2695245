import type { Commit, NewEvent } from './event-log.ts';
import { LimitExceeded, OrganizationMismatch } from './log-errors.ts';
import { categoryOf } from './stream-name.ts';

/** The same in every adapter, checked before any I/O (E9). Bytes are those of the events' JSON in UTF-8. */
export const limits = {
  eventsPerCommit: 1_000,
  conditionsPerCommit: 1_000,
  reservationsPerCommit: 1_000,
  bytesPerCommit: 900 * 1_024,
  streamName: 200,
  commitId: 200,
  reservationKey: 512,
} as const;

const STREAM = /^[a-z][A-Za-z0-9]*-[A-Za-z0-9_.-]+$/;
const EVENT_TYPE = /^[a-z][A-Za-z0-9]*\.[A-Z][A-Za-z0-9]*$/;
const SCOPE = /^[A-Za-z0-9_.-]{1,200}$/;
const PRINTABLE = /^[\x21-\x7e]+$/;
const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const refuse = (problem: string): never => {
  throw new LimitExceeded(problem);
};

const atMost = (limit: number, count: number, what: string): void => {
  if (count > limit) refuse(`${count} ${what} in a commit; at most ${limit}`);
};

/**
 * Throws where no adapter would take the commit (E9, E10). Gives each event's data as JSON, in the commit's order:
 * the bytes that were counted are the bytes to be stored.
 */
export const checkCommit = (commit: Commit): readonly string[] => {
  const events = commit.writes.flatMap((write) => write.events);
  if (events.length === 0) refuse('a commit needs at least one event');
  atMost(limits.eventsPerCommit, events.length, 'events');
  atMost(limits.conditionsPerCommit, commit.conditions.length, 'conditions');
  atMost(limits.reservationsPerCommit, commit.reservations.length, 'reservations');

  const payloads = events.map(({ data }) => JSON.stringify(data));
  atMost(
    limits.bytesPerCommit,
    payloads.reduce((bytes, payload) => bytes + Buffer.byteLength(payload), 0),
    'bytes',
  );
  checkNames(commit);
  checkStreams(commit);
  checkOrganizations(commit);
  return payloads;
};

const checkNames = ({ commitId, reservations }: Commit): void => {
  if (commitId.length > limits.commitId || !PRINTABLE.test(commitId)) refuse('not a commit id');
  for (const { key } of reservations)
    if (key.length > limits.reservationKey || !PRINTABLE.test(key)) refuse('not a reservation key');
};

const checkStreams = ({ writes, conditions, metadata }: Commit): void => {
  const streams = [...writes, ...conditions].map(({ stream }) => stream);
  // KurrentDB takes names that differ in case only for one stream, within an append.
  if (new Set(streams.map((stream) => stream.toLowerCase())).size !== streams.length)
    refuse('a commit names each stream once: written or checked');
  for (const stream of streams) {
    if (stream.length > limits.streamName || !STREAM.test(stream))
      refuse(`not a stream name: ${stream.slice(0, limits.streamName)}`);
    if (!stream.startsWith(`${metadata.projectId}.`, stream.indexOf('-') + 1))
      refuse(`stream ${stream} is not of project ${metadata.projectId}`);
  }
  for (const { stream, events } of writes) {
    if (events.length === 0) refuse(`nothing is written to ${stream}`);
    for (const event of events) checkEvent(event, categoryOf(stream));
  }
};

const checkEvent = ({ eventId, type, schemaVersion }: NewEvent, category: string): void => {
  if (!UUID_V7.test(eventId)) refuse(`not a UUIDv7 event id: ${eventId}`);
  if (!EVENT_TYPE.test(type) || !type.startsWith(`${category}.`))
    refuse(`not an event type of ${category}: ${type}`);
  if (!Number.isSafeInteger(schemaVersion) || schemaVersion < 1) refuse(`not a schema version of ${type}`);
};

const checkOrganizations = ({ writes, metadata }: Commit): void => {
  if (!SCOPE.test(metadata.projectId)) refuse('not a project id');
  let organization: string | null = null;
  for (const { stream, organizationId } of writes) {
    if (organizationId === null) continue;
    if (!SCOPE.test(organizationId)) refuse('not an organization id');
    if (organization !== null && organizationId !== organization) throw new OrganizationMismatch(stream);
    organization = organizationId;
  }
};
