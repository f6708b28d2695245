import type { JsonObject } from '@muster/kernel';

export type AppendParameters = {
  readonly writers: number;
  readonly seconds: number;
  readonly directory: string;
};
/** One event per commit; p50 and p99 of a commit in milliseconds. */
export type AppendResult = { readonly perSecond: number; readonly p50: number; readonly p99: number };

/** So many events has a stream before the writer begins another one. */
export const EVENTS_PER_STREAM = 10;

/** About 215 bytes of JSON: an event of a membership. */
export const payload = (revision: number): JsonObject => ({
  memberId: 'member-test-01890000-0000-7000-8000-0000000000a1',
  organizationId: 'organization-test-01890000-0000-7000-8000-000000000001',
  roles: ['stytch_member', 'stytch_admin', 'editor'],
  cause: 'assigned',
  revision,
});
