import { assertNever, domainOf, type Instant } from '@muster/kernel';
import { mergeMetadata } from '../metadata.ts';
import type {
  ActivateMember,
  CreateMember,
  DeactivateMember,
  EraseMember,
  ExpectMember,
  InviteMember,
  LifecycleCommand,
} from './member.commands.ts';
import type { DeactivationCause, MemberCreated, MemberEvent } from './member.events.ts';
import {
  assertPresent,
  checkExternalId,
  checkName,
  checkPhoneNumber,
  distinct,
  hasLapsed,
  isGone,
  refuse,
} from './member.rules.ts';
import { renamed, trustedMetadataMerged, untrustedMetadataMerged } from './member-profile.ts';
import { type Member, noMember } from './member.state.ts';
import { newcomer } from './newcomer.ts';

/** Coming, staying and going (R33, R39, R16). */
export const decideLifecycle = (state: Member, command: LifecycleCommand): readonly MemberEvent[] => {
  switch (command.type) {
    case 'CreateMember':
      return create(state, command);
    case 'ExpectMember':
      return awaited(state, command);
    case 'InviteMember':
      return invite(state, command);
    case 'ActivateMember':
      return activate(state, command);
    case 'DeactivateMember':
      return deactivate(state, command);
    case 'EndLapsedMember':
      return endLapsed(state, command.at);
    case 'ReactivateMember':
      return reactivate(state, command.at);
    case 'EraseMember':
      return erase(state, command);
    case 'CompleteErasure':
      return state.erasure && !state.erasure.completed ? [{ type: 'MemberErasureCompleted', data: {} }] : [];
    default:
      return assertNever(command);
  }
};

const memberCreated = (data: Omit<MemberCreated['data'], 'domain'> & { address: string }): MemberCreated => ({
  type: 'MemberCreated',
  data: { ...data, domain: domainOf(data.address) },
});

const assertAbsent = (state: Member): void => {
  if (state.status !== 'absent') refuse('conflict');
};

/** Who was looked up by an address may have left it since. */
const assertStillAt = (state: Member, address: string): void => {
  if (state.status !== 'absent' && state.email.address !== address) refuse('conflict');
};

const create = (state: Member, { data }: CreateMember): readonly MemberEvent[] => {
  assertAbsent(state);
  const { pending, ...given } = data;
  checkName(given.name);
  if (given.externalId !== null) checkExternalId(given.externalId);
  if (given.mfaPhoneNumber !== null) checkPhoneNumber(given.mfaPhoneNumber);
  return [
    memberCreated({
      ...given,
      status: pending ? 'pending' : 'active',
      roles: distinct(given.roles),
      trustedMetadata: mergeMetadata({}, given.trustedMetadata, '/trusted_metadata'),
      untrustedMetadata: mergeMetadata({}, given.untrustedMetadata, '/untrusted_metadata'),
      expiresAt: null,
    }),
  ];
};

/** R33: pending, without role or proof, void with its last link. Whoever is known already stays as they are. */
const awaited = (state: Member, { data }: ExpectMember): readonly MemberEvent[] => {
  const { emailId, address, expiresAt } = data;
  if (state.status === 'absent')
    return [
      memberCreated({ ...newcomer, status: 'pending', door: 'login_request', emailId, address, expiresAt }),
    ];
  if (isGone(state)) return refuse('member_not_found');
  assertStillAt(state, address);
  const lastsLonger = state.expiresAt === null || state.expiresAt >= expiresAt;
  if (state.status !== 'pending' || lastsLonger) return [];
  return [{ type: 'MembershipRequestRenewed', data: { address, expiresAt } }];
};

const invite = (state: Member, { data }: InviteMember): readonly MemberEvent[] => {
  const { emailId, address, name, trustedMetadata, untrustedMetadata, ...invitation } = data;
  if (state.status === 'active') return refuse('user_already_invited');
  if (isGone(state)) return refuse('member_not_found');
  assertStillAt(state, address);
  const issued = { ...invitation, roles: distinct(invitation.roles) };
  const isNew = state.status === 'absent';
  const created = memberCreated({
    ...newcomer,
    status: 'pending',
    door: 'invite',
    emailId,
    address,
    expiresAt: null,
  });
  const known = isNew ? { ...noMember, email: { emailId, address, verified: false } } : state;
  return [
    ...(isNew ? [created] : []),
    state.status === 'invited'
      ? { type: 'InvitationRenewed', data: issued }
      : { type: 'MemberInvited', data: { ...issued, address } },
    ...(name === '' ? [] : renamed(known, name)),
    ...trustedMetadataMerged(known, trustedMetadata),
    ...untrustedMetadataMerged(known, untrustedMetadata),
  ];
};

const activate = (state: Member, { data, at }: ActivateMember): readonly MemberEvent[] => {
  assertPresent(state, at);
  const { door, address, membershipEndsAt } = data;
  // S15: an invitation is accepted from the mailbox it was sent to, never from another one.
  if (address !== state.email.address) refuse('admission_refused');
  if (state.status === 'active') return [];
  const promiseHolds = state.expiresAt === null || state.expiresAt > at;
  if (door === 'invite') {
    if (state.status === 'pending' && state.door === 'login_request') refuse('admission_refused');
    if (!promiseHolds) refuse('invite_expired');
  }
  const promised = promiseHolds ? state.roles.filter((role) => !data.withheldRoles.includes(role)) : [];
  const roles = distinct([...promised, ...data.roles]);
  return [{ type: 'MemberActivated', data: { door, address, roles, membershipEndsAt } }];
};

const deactivated = (state: Member, cause: DeactivationCause): readonly MemberEvent[] => {
  const emails = [state.email, ...state.retired, ...(state.inFlight ? [state.inFlight] : [])];
  const addresses = distinct(emails.map(({ address }) => address));
  return [{ type: 'MemberDeactivated', data: { cause, addresses, externalId: state.externalId } }];
};

const deactivate = (state: Member, { data }: DeactivateMember): readonly MemberEvent[] => {
  if (state.status === 'absent') refuse('member_not_found');
  if (isGone(state)) return [];
  return ended(state, data.cause);
};

/** Whoever was not active yet was only invited. */
const ended = (state: Member, cause: DeactivationCause): readonly MemberEvent[] =>
  deactivated(state, state.status === 'active' ? cause : 'invitation_revoked');

/** R54, from every status: a membership that lasts ends first, which frees all addresses and raises the epoch (R16). */
const erase = (state: Member, { data: { addressHashes } }: EraseMember): readonly MemberEvent[] => {
  if (state.status === 'absent') refuse('member_not_found');
  if (state.status === 'erased') return [];
  const erased: MemberEvent = { type: 'MemberErased', data: { addressHashes } };
  return state.status === 'deleted' ? [erased] : [...ended(state, 'deleted'), erased];
};

const endLapsed = (state: Member, at: Instant): readonly MemberEvent[] => {
  if (!hasLapsed(state, at)) return [];
  return deactivated(state, state.status === 'pending' ? 'never_joined' : 'membership_ended');
};

const reactivate = (state: Member, at: Instant): readonly MemberEvent[] => {
  const lapsed = endLapsed(state, at);
  const isDeleted = state.status === 'deleted' || lapsed.length > 0;
  if (!isDeleted || !state.wasActive) refuse('no_deleted_member_found_for_reactivation');
  if (!state.email.verified) refuse('email_unverified_for_reactivation');
  return [...lapsed, { type: 'MemberReactivated', data: { address: state.email.address } }];
};
