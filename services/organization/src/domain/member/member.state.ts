import type { Door, MemberStatus, MfaMethod } from '@muster/contracts';
import { readable } from '@muster/eventsourcing';
import { assertNever, type Instant, type JsonObject } from '@muster/kernel';
import type { MemberCreated, MemberEmailEvent, MemberEvent, MemberProfileEvent } from './member.events.ts';

export type MemberEmail = { readonly emailId: string; readonly address: string };

/** What the next decision needs to know of a member. */
export type Member = {
  /** The wire has no word for `erased`: there, it is `deleted`. */
  readonly status: 'absent' | MemberStatus | 'erased';
  readonly door: Door;
  /** How often the member was deactivated: what recorded a lower one is dead (R16). */
  readonly epoch: number;
  /** A revoked invitation was never a membership and cannot come back. */
  readonly wasActive: boolean;
  readonly email: MemberEmail & { readonly verified: boolean };
  readonly retired: readonly MemberEmail[];
  readonly inFlight: (MemberEmail & { readonly until: Instant; readonly heldAsRetired: boolean }) | null;
  readonly externalId: string | null;
  readonly roles: readonly string[];
  readonly name: string;
  readonly isBreakglass: boolean;
  readonly trustedMetadata: JsonObject;
  readonly untrustedMetadata: JsonObject;
  readonly mfa: {
    readonly phoneNumber: string | null;
    readonly enrolled: boolean;
    readonly defaultMethod: MfaMethod | null;
  };
  /** When a pending member is void, or an invitation cannot be accepted any more. */
  readonly expiresAt: Instant | null;
  readonly membershipEndsAt: Instant | null;
  readonly grantedByMemberId: string | null;
  /** Of an erased member only: what is still to be found by it, and whether that is done (R54). */
  readonly erasure?: { readonly addressHashes: readonly string[]; readonly completed: boolean };
};

const noMfa: Member['mfa'] = { phoneNumber: null, enrolled: false, defaultMethod: null };

export const noMember: Member = {
  status: 'absent',
  door: 'admin_api',
  epoch: 0,
  wasActive: false,
  email: { emailId: '', address: '', verified: false },
  retired: [],
  inFlight: null,
  externalId: null,
  roles: [],
  name: '',
  isBreakglass: false,
  trustedMetadata: {},
  untrustedMetadata: {},
  mfa: noMfa,
  expiresAt: null,
  membershipEndsAt: null,
  grantedByMemberId: null,
};

const created = ({ data }: MemberCreated): Member => ({
  ...noMember,
  status: data.status,
  door: data.door,
  wasActive: data.status === 'active',
  email: { emailId: data.emailId, address: readable(data.address) ?? '', verified: data.emailVerified },
  externalId: data.externalId,
  roles: data.roles,
  name: readable(data.name) ?? '',
  isBreakglass: data.isBreakglass,
  trustedMetadata: readable(data.trustedMetadata) ?? {},
  untrustedMetadata: readable(data.untrustedMetadata) ?? {},
  mfa: {
    ...noMfa,
    phoneNumber: data.mfaPhoneNumber === null ? null : (readable(data.mfaPhoneNumber) ?? null),
    enrolled: data.mfaEnrolled,
  },
  expiresAt: data.expiresAt,
  membershipEndsAt: data.membershipEndsAt,
});

const without = (emails: readonly MemberEmail[], emailId: string): readonly MemberEmail[] =>
  emails.filter((email) => email.emailId !== emailId);

const withoutUpdate = (inFlight: Member['inFlight'], emailId: string): Member['inFlight'] =>
  inFlight?.emailId === emailId ? null : inFlight;

/** What a deactivated member keeps: who they were, so that they can come back with that and nothing else. */
const deactivated = (state: Member): Member => ({
  ...state,
  status: 'deleted',
  epoch: state.epoch + 1,
  retired: [],
  inFlight: null,
  externalId: null,
  roles: [],
  isBreakglass: false,
  mfa: noMfa,
  expiresAt: null,
  membershipEndsAt: null,
  grantedByMemberId: null,
});

/**
 * R54: nothing that was ever sealed is in it, so that it is the same whether the facts before it could still be read or
 * not (E24). The epoch stays: what depended on the member is dead for good (R16).
 */
const tombstone = ({ epoch, door }: Member, addressHashes: readonly string[]): Member => ({
  ...noMember,
  status: 'erased',
  door,
  epoch,
  erasure: { addressHashes, completed: false },
});

export const evolveMember = (state: Member, event: MemberEvent): Member => {
  switch (event.type) {
    case 'MemberCreated':
      return created(event);
    case 'MembershipRequestRenewed':
      return { ...state, expiresAt: event.data.expiresAt };
    case 'MemberInvited':
    case 'InvitationRenewed': {
      const { roles, grantedByMemberId, expiresAt } = event.data;
      return { ...state, status: 'invited', roles, grantedByMemberId, expiresAt };
    }
    case 'MemberActivated': {
      const { door, roles, membershipEndsAt } = event.data;
      const settled = { expiresAt: null, grantedByMemberId: null, wasActive: true } as const;
      return { ...state, ...settled, status: 'active', door, roles, membershipEndsAt };
    }
    case 'MemberDeactivated':
      return deactivated(state);
    case 'MemberReactivated':
      return { ...state, status: 'active' };
    case 'MemberErased':
      return tombstone(state, event.data.addressHashes);
    case 'MemberErasureCompleted':
      return state.erasure ? { ...state, erasure: { ...state.erasure, completed: true } } : state;
    default:
      return evolveAddresses(state, event);
  }
};

const evolveAddresses = (state: Member, event: MemberEmailEvent | MemberProfileEvent): Member => {
  switch (event.type) {
    case 'MemberEmailVerified':
      return { ...state, email: { ...state.email, verified: true } };
    case 'MemberEmailReplaced': {
      const { emailId, emailVerified: verified } = event.data;
      const email = { emailId, address: readable(event.data.address) ?? '', verified };
      const retired = without(state.retired, emailId);
      return { ...state, email, retired, inFlight: withoutUpdate(state.inFlight, emailId) };
    }
    case 'MemberEmailRetired': {
      const { emailId, address } = event.data;
      return { ...state, retired: [...state.retired, { emailId, address: readable(address) ?? '' }] };
    }
    case 'RetiredEmailUnlinked':
      return { ...state, retired: without(state.retired, event.data.emailId) };
    case 'EmailUpdateStarted': {
      const { emailId, until, heldAsRetired } = event.data;
      const address = readable(event.data.address) ?? '';
      return { ...state, inFlight: { emailId, address, until, heldAsRetired } };
    }
    case 'EmailUpdateAbandoned':
      return { ...state, inFlight: withoutUpdate(state.inFlight, event.data.emailId) };
    default:
      return evolveProfile(state, event);
  }
};

const evolveProfile = (state: Member, event: MemberProfileEvent): Member => {
  switch (event.type) {
    case 'MemberRolesAssigned':
      return { ...state, roles: event.data.roles };
    case 'MemberRenamed':
      return { ...state, name: readable(event.data.name) ?? '' };
    case 'TrustedMetadataSet':
      return { ...state, trustedMetadata: readable(event.data.metadata) ?? {} };
    case 'UntrustedMetadataSet':
      return { ...state, untrustedMetadata: readable(event.data.metadata) ?? {} };
    case 'ExternalIdAssigned':
      return { ...state, externalId: event.data.externalId };
    case 'ExternalIdRemoved':
      return { ...state, externalId: null };
    case 'BreakglassGranted':
      return { ...state, isBreakglass: true };
    case 'BreakglassWithdrawn':
      return { ...state, isBreakglass: false };
    case 'MfaPhoneNumberSet':
      return { ...state, mfa: { ...state.mfa, phoneNumber: readable(event.data.phoneNumber) ?? null } };
    case 'MfaEnrolled':
      return { ...state, mfa: { ...state.mfa, enrolled: true } };
    case 'MfaUnenrolled':
      return { ...state, mfa: { ...state.mfa, enrolled: false } };
    case 'DefaultMfaMethodChosen':
      return { ...state, mfa: { ...state.mfa, defaultMethod: event.data.method } };
    default:
      return assertNever(event);
  }
};
