import type { Event } from '@muster/eventsourcing';

/** Why a member is no steward any more. */
export type StewardRemovalCause = 'demoted' | 'left' | 'deactivated' | 'membership_ended';

/** An active member administers the organization by direct assignment from here on. */
export type StewardAdded = Event<'StewardAdded', { readonly memberId: string }>;

/** A member does so no longer. */
export type StewardRemoved = Event<
  'StewardRemoved',
  { readonly memberId: string; readonly cause: StewardRemovalCause }
>;

/** The last steward is gone: JIT doors pause, discovery says so, operators are alarmed (R8). */
export type OrganizationBecameOwnerless = Event<'OrganizationBecameOwnerless', Record<never, never>>;

/** Somebody with a proven address in a verified domain took over an ownerless organization (R8). */
export type OrganizationReclaimed = Event<
  'OrganizationReclaimed',
  { readonly memberId: string; readonly domain: string }
>;

export type StewardsEvent =
  | StewardAdded
  | StewardRemoved
  | OrganizationBecameOwnerless
  | OrganizationReclaimed;
