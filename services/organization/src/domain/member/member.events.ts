import type { Door, MfaMethod } from '@muster/contracts';
import type { Event, Personal } from '@muster/eventsourcing';
import type { Instant, JsonObject } from '@muster/kernel';

/** Why a membership ended. */
export type DeactivationCause =
  | 'deleted'
  | 'left'
  | 'deprovisioned'
  | 'invitation_revoked'
  | 'never_joined'
  | 'membership_ended';

/** There is a member. A `pending` one holds no role and counts for nothing until it is activated (R33). */
export type MemberCreated = Event<
  'MemberCreated',
  {
    readonly door: Door;
    readonly status: 'pending' | 'active';
    readonly emailId: string;
    readonly address: Personal<string>;
    readonly domain: string;
    readonly emailVerified: boolean;
    readonly name: Personal<string>;
    readonly roles: readonly string[];
    readonly isBreakglass: boolean;
    readonly externalId: string | null;
    readonly trustedMetadata: Personal<JsonObject>;
    readonly untrustedMetadata: Personal<JsonObject>;
    readonly mfaPhoneNumber: Personal<string> | null;
    readonly mfaEnrolled: boolean;
    /** A pending member is void, and blocks its address no longer, from this instant on. */
    readonly expiresAt: Instant | null;
    /** An active membership ends at this instant (R34). */
    readonly membershipEndsAt: Instant | null;
  }
>;

/** Somebody asked again to log in with a pending member's address, so it stays a while longer. */
export type MembershipRequestRenewed = Event<
  'MembershipRequestRenewed',
  { readonly address: Personal<string>; readonly expiresAt: Instant }
>;

/** Somebody who may said: this address is welcome, with these roles. The latest invitation is the one that counts. */
export type MemberInvited = Event<
  'MemberInvited',
  {
    readonly address: Personal<string>;
    readonly roles: readonly string[];
    /** Named by the caller, for the mail. */
    readonly invitedByMemberId: string | null;
    /** By whose rights it was issued: asked again when it is accepted. Null: the application's backend. */
    readonly grantedByMemberId: string | null;
    readonly expiresAt: Instant;
  }
>;

/** An invitation was issued anew: new roles, new end. */
export type InvitationRenewed = Event<'InvitationRenewed', Omit<MemberInvited['data'], 'address'>>;

/** The first successful login, or an admission: from here on the member counts. */
export type MemberActivated = Event<
  'MemberActivated',
  {
    readonly door: Door;
    readonly address: Personal<string>;
    readonly roles: readonly string[];
    readonly membershipEndsAt: Instant | null;
  }
>;

/** The member proved control of their current address. Only a redeemed proof leads here. */
export type MemberEmailVerified = Event<
  'MemberEmailVerified',
  { readonly emailId: string; readonly domain: string }
>;

/** The member's address is another one now. Unproven unless the member proved it themselves. */
export type MemberEmailReplaced = Event<
  'MemberEmailReplaced',
  {
    readonly emailId: string;
    readonly address: Personal<string>;
    readonly domain: string;
    readonly emailVerified: boolean;
    /** Until when a pending member holds it. */
    readonly heldUntil: Instant | null;
  }
>;

/** A former address: nobody else of the organization may take it until it is unlinked or the member is deleted. */
export type MemberEmailRetired = Event<
  'MemberEmailRetired',
  { readonly emailId: string; readonly address: Personal<string> }
>;

/** A former address is free for others again. */
export type RetiredEmailUnlinked = Event<
  'RetiredEmailUnlinked',
  { readonly emailId: string; readonly address: Personal<string> }
>;

/** The member wants to move to an address; it is kept for them until they prove it or time is up. */
export type EmailUpdateStarted = Event<
  'EmailUpdateStarted',
  {
    readonly emailId: string;
    readonly address: Personal<string>;
    readonly until: Instant;
    /** The address is a retired one of the same member: its key is held already, and for longer. */
    readonly heldAsRetired: boolean;
  }
>;

/** An unfinished move to another address is off. */
export type EmailUpdateAbandoned = Event<
  'EmailUpdateAbandoned',
  { readonly emailId: string; readonly address: Personal<string>; readonly heldAsRetired: boolean }
>;

/** All roles the member holds by direct assignment; a role not named is taken away. */
export type MemberRolesAssigned = Event<'MemberRolesAssigned', { readonly roles: readonly string[] }>;

/** The member goes by another name. */
export type MemberRenamed = Event<'MemberRenamed', { readonly name: Personal<string> }>;

/** The backend's data about the member, whole. */
export type TrustedMetadataSet = Event<'TrustedMetadataSet', { readonly metadata: Personal<JsonObject> }>;

/** Data a frontend may write about the member, whole: nothing to rely on. */
export type UntrustedMetadataSet = Event<'UntrustedMetadataSet', { readonly metadata: Personal<JsonObject> }>;

/** The application knows the member by this id of its own, in place of `previous`. */
export type ExternalIdAssigned = Event<
  'ExternalIdAssigned',
  { readonly externalId: string; readonly previous: string | null }
>;

/** The application's own id for the member is free again. */
export type ExternalIdRemoved = Event<'ExternalIdRemoved', { readonly externalId: string }>;

/** For emergencies: the member may log in by methods the organization does not allow. */
export type BreakglassGranted = Event<'BreakglassGranted', Record<never, never>>;

/** The exemption for emergencies is over. */
export type BreakglassWithdrawn = Event<'BreakglassWithdrawn', Record<never, never>>;

/** Where codes by SMS would go. Not proven by being set. */
export type MfaPhoneNumberSet = Event<'MfaPhoneNumberSet', { readonly phoneNumber: Personal<string> }>;

/** The member does MFA at every login, whatever the organization demands. */
export type MfaEnrolled = Event<'MfaEnrolled', Record<never, never>>;

/** The member does MFA only where the organization demands it. */
export type MfaUnenrolled = Event<'MfaUnenrolled', Record<never, never>>;

/** Which second factor is asked for first. */
export type DefaultMfaMethodChosen = Event<'DefaultMfaMethodChosen', { readonly method: MfaMethod }>;

/**
 * The membership is over: roles, factors and external id are gone, all addresses are free, and what depends on the
 * member's epoch is dead (R16).
 */
export type MemberDeactivated = Event<
  'MemberDeactivated',
  {
    readonly cause: DeactivationCause;
    /** Current, retired and in-flight: what is given back. */
    readonly addresses: Personal<readonly string[]>;
    readonly externalId: string | null;
  }
>;

/** The member is back with their address, and with nothing else. */
export type MemberReactivated = Event<'MemberReactivated', { readonly address: Personal<string> }>;

/**
 * The person is to be unreadable from here on (R54): the member's key goes, and all that is left is that there was
 * somebody. `addressHashes`: of every address they ever had here, keyed like the reservations, by which others find what
 * they keep of the person under other ids.
 */
export type MemberErased = Event<'MemberErased', { readonly addressHashes: readonly string[] }>;

/** The key is destroyed, and nothing readable of the person is kept by any service: the erasure is done. */
export type MemberErasureCompleted = Event<'MemberErasureCompleted', Record<never, never>>;

/** Becoming a member, and ceasing to be one. */
export type MembershipEvent =
  | MemberCreated
  | MembershipRequestRenewed
  | MemberInvited
  | InvitationRenewed
  | MemberActivated
  | MemberDeactivated
  | MemberReactivated
  | MemberErased
  | MemberErasureCompleted;

/** Which addresses are the member's. */
export type MemberEmailEvent =
  | MemberEmailVerified
  | MemberEmailReplaced
  | MemberEmailRetired
  | RetiredEmailUnlinked
  | EmailUpdateStarted
  | EmailUpdateAbandoned;

/** What is said about a member, and what they may do. */
export type MemberProfileEvent =
  | MemberRolesAssigned
  | MemberRenamed
  | TrustedMetadataSet
  | UntrustedMetadataSet
  | ExternalIdAssigned
  | ExternalIdRemoved
  | BreakglassGranted
  | BreakglassWithdrawn
  | MfaPhoneNumberSet
  | MfaEnrolled
  | MfaUnenrolled
  | DefaultMfaMethodChosen;

export type MemberEvent = MembershipEvent | MemberEmailEvent | MemberProfileEvent;
