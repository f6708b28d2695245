import type { Door } from '@muster/contracts';
import type { Command } from '@muster/eventsourcing';
import type { Instant, JsonObject } from '@muster/kernel';

/** Addresses in commands are canonical already; ids were drawn by the application. */
export type CreateMember = Command<
  'CreateMember',
  {
    readonly door: Door;
    readonly pending: boolean;
    readonly emailId: string;
    readonly address: string;
    readonly emailVerified: boolean;
    readonly name: string;
    readonly roles: readonly string[];
    readonly isBreakglass: boolean;
    readonly externalId: string | null;
    readonly trustedMetadata: JsonObject;
    readonly untrustedMetadata: JsonObject;
    readonly mfaPhoneNumber: string | null;
    readonly mfaEnrolled: boolean;
    readonly membershipEndsAt: Instant | null;
  }
>;

/** Somebody asked to log in with this address and is eligible, but has proven nothing yet (R33). */
export type ExpectMember = Command<
  'ExpectMember',
  { readonly emailId: string; readonly address: string; readonly expiresAt: Instant }
>;

export type InviteMember = Command<
  'InviteMember',
  {
    readonly emailId: string;
    readonly address: string;
    readonly name: string;
    readonly roles: readonly string[];
    readonly trustedMetadata: JsonObject;
    readonly untrustedMetadata: JsonObject;
    readonly invitedByMemberId: string | null;
    readonly grantedByMemberId: string | null;
    readonly expiresAt: Instant;
  }
>;

export type ActivateMember = Command<
  'ActivateMember',
  {
    readonly door: Door;
    /** The address the admitted person stands for: nobody accepts for another mailbox. */
    readonly address: string;
    readonly roles: readonly string[];
    /** Promised by an invitation whose author may not give them any more. */
    readonly withheldRoles: readonly string[];
    readonly membershipEndsAt: Instant | null;
  }
>;

export type ProveAddress = Command<'ProveAddress', { readonly address: string }>;

export type ReplaceAddress = Command<
  'ReplaceAddress',
  { readonly emailId: string; readonly address: string; readonly unlinkPrevious: boolean }
>;

export type StartEmailUpdate = Command<
  'StartEmailUpdate',
  { readonly emailId: string; readonly address: string; readonly until: Instant }
>;

/** By id, by address, or by both, which must then agree. */
export type UnlinkRetiredEmail = Command<
  'UnlinkRetiredEmail',
  { readonly emailId: string | null; readonly address: string | null }
>;

export type AssignRoles = Command<'AssignRoles', { readonly roles: readonly string[] }>;
export type RenameMember = Command<'RenameMember', { readonly name: string }>;
/** `null` removes a top-level key; nested values are replaced whole. */
export type MergeTrustedMetadata = Command<'MergeTrustedMetadata', { readonly changes: JsonObject }>;
export type MergeUntrustedMetadata = Command<'MergeUntrustedMetadata', { readonly changes: JsonObject }>;
export type AssignExternalId = Command<'AssignExternalId', { readonly externalId: string }>;
export type RemoveExternalId = Command<'RemoveExternalId', Record<never, never>>;
export type SetBreakglass = Command<'SetBreakglass', { readonly isBreakglass: boolean }>;
export type SetMfaPhoneNumber = Command<'SetMfaPhoneNumber', { readonly phoneNumber: string }>;
export type SetMfaEnrolment = Command<'SetMfaEnrolment', { readonly enrolled: boolean }>;
export type ChooseDefaultMfaMethod = Command<'ChooseDefaultMfaMethod', { readonly method: string }>;

export type DeactivateMember = Command<
  'DeactivateMember',
  { readonly cause: 'deleted' | 'left' | 'deprovisioned' }
>;
/** Writes down that a pending member's time, or a membership granted for a time, is over. */
export type EndLapsedMember = Command<'EndLapsedMember', Record<never, never>>;
export type ReactivateMember = Command<'ReactivateMember', Record<never, never>>;

/** R54. The hashes are of every address in the member's stream. */
export type EraseMember = Command<'EraseMember', { readonly addressHashes: readonly string[] }>;
export type CompleteErasure = Command<'CompleteErasure', Record<never, never>>;

export type LifecycleCommand =
  | CreateMember
  | ExpectMember
  | InviteMember
  | ActivateMember
  | DeactivateMember
  | EndLapsedMember
  | ReactivateMember
  | EraseMember
  | CompleteErasure;
export type EmailCommand = ProveAddress | ReplaceAddress | StartEmailUpdate | UnlinkRetiredEmail;
export type ProfileCommand =
  | AssignRoles
  | RenameMember
  | MergeTrustedMetadata
  | MergeUntrustedMetadata
  | AssignExternalId
  | RemoveExternalId
  | SetBreakglass
  | SetMfaPhoneNumber
  | SetMfaEnrolment
  | ChooseDefaultMfaMethod;

export type MemberCommand = LifecycleCommand | EmailCommand | ProfileCommand;
