import { adminRole, memberRole, type WireErrorType } from '@muster/contracts';
import { DomainError, type Instant, looksLikeId } from '@muster/kernel';
import type { Member } from './member.state.ts';

const NAME_LENGTH = 128;
const EXTERNAL_ID = /^[A-Za-z0-9._|-]{1,128}$/;
/** E.164: a country code that does not start with 0, fifteen digits at most. */
const PHONE_NUMBER = /^\+[1-9]\d{6,14}$/;

/** Says no, and where in the request the reason lies. */
export const refuse = (code: WireErrorType, pointer?: string): never => {
  throw new DomainError<WireErrorType>(code, pointer === undefined ? {} : { pointer });
};

/**
 * True where time alone has ended it: a pending member whose last link is void (R33), a membership granted for a time
 * (R34). From then on the member counts as deleted, whether or not somebody has written that down yet.
 */
export const hasLapsed = (
  member: Pick<Member, 'status' | 'expiresAt' | 'membershipEndsAt'>,
  at: Instant,
): boolean => {
  const { status, expiresAt, membershipEndsAt } = member;
  if (status === 'pending') return expiresAt !== null && expiresAt <= at;
  return status === 'active' && membershipEndsAt !== null && membershipEndsAt <= at;
};

/** True once there is nobody any more: `deleted` keeps who it was, `erased` does not. */
export const isGone = ({ status }: Pick<Member, 'status'>): boolean =>
  status === 'deleted' || status === 'erased';

/** True while there is somebody to speak of: neither absent, gone nor lapsed. */
export const isPresent = (member: Member, at: Instant): boolean =>
  member.status !== 'absent' && !isGone(member) && !hasLapsed(member, at);

/** R8: an active member who administers the organization by direct assignment. */
export const isSteward = ({ status, roles }: Pick<Member, 'status' | 'roles'>): boolean =>
  status === 'active' && roles.includes(adminRole);

/** @throws DomainError member_not_found: the same answer for absent, deleted and lapsed */
export const assertPresent = (member: Member, at: Instant): void => {
  if (!isPresent(member, at)) refuse('member_not_found');
};

export const checkName = (name: string): void => {
  if (name.length > NAME_LENGTH) refuse('member_name_too_long', '/name');
};

export const checkExternalId = (externalId: string): void => {
  if (!EXTERNAL_ID.test(externalId) || looksLikeId(externalId))
    refuse('invalid_member_external_id', '/external_id');
};

export const checkPhoneNumber = (phoneNumber: string): void => {
  if (!PHONE_NUMBER.test(phoneNumber)) refuse('invalid_phone_number', '/mfa_phone_number');
};

/**
 * The default role comes with being a member, and only roles of the project's policy can be given.
 * @throws DomainError cannot_assign_default_rbac_role_id, invalid_role
 */
export const checkAssignable = (roles: readonly string[], known: readonly string[]): void => {
  for (const [index, role] of roles.entries()) {
    if (role === memberRole) refuse('cannot_assign_default_rbac_role_id', `/roles/${index}`);
    if (!known.includes(role)) refuse('invalid_role', `/roles/${index}`);
  }
};

/** Each role once, in the order given. */
export const distinct = (roles: readonly string[]): readonly string[] => [...new Set(roles)];

export const sameSet = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((value) => b.includes(value));
