import type { Reason, WireErrorType } from '@muster/contracts';
import { DomainError } from '@muster/kernel';
import { isOfMemberEpoch, isOfOrganizationEpoch } from '../../domain/ledger.ts';
import { REAUTHENTICATION, standingOf } from '../../domain/session/standing.ts';
import { type MintCheck, memberOf } from './mint-attempt.ts';

const refuse = (code: WireErrorType, reason: Pick<Reason, 'code' | 'message'>): never => {
  throw new DomainError<WireErrorType>(code, { reasons: [{ ...reason, details: {} }] });
};

/** S12: the facts are about the organization that was asked for, whatever name it was asked for by. */
export const targetOrganization: MintCheck = ({ request, facts }) => {
  if (facts.organization.organizationId !== request.organizationId)
    throw new DomainError<WireErrorType>('organization_not_found');
  return undefined;
};

/** R16: nothing that was proven in this organization before it was disabled counts in it again. */
export const organizationEpoch: MintCheck = ({ facts: { organization }, ledger }) =>
  ledger.every((entry) => isOfOrganizationEpoch(entry, organization))
    ? undefined
    : refuse('insufficient_factors', {
        code: 'organization_disabled_since_proof',
        message: 'The organization was disabled after this was proven.',
      });

/** The member exists, is of this very organization, and is active now. */
export const activeMember: MintCheck = ({ request, facts: { organization, member }, at }) => {
  const isOne =
    member?.memberId === request.memberId && member.wire.organization_id === organization.organizationId;
  if (!isOne || member.status !== 'active')
    return refuse('member_does_not_exist_in_organization', {
      code: 'member_not_active',
      message: 'The person is not an active member of the organization.',
    });
  if (member.expiresAt !== null && at >= member.expiresAt)
    return refuse('member_does_not_exist_in_organization', {
      code: 'membership_ended',
      message: 'The membership has ended.',
    });
  return undefined;
};

/** R16: nothing that this member proved here before being disabled counts again. */
export const memberEpoch: MintCheck = ({ facts, ledger }) =>
  ledger.every((entry) => isOfMemberEpoch(entry, facts.organization, memberOf(facts)))
    ? undefined
    : refuse('insufficient_factors', {
        code: 'member_disabled_since_proof',
        message: 'The member was disabled after this was proven.',
      });

/** R14, R16: a session that is gone on with counts itself; only for want of a fresh proof may it be mended. */
export const continuedSession: MintCheck = ({ request, session, facts, at }) => {
  if (request.continued === null) return undefined;
  if (!session) throw new DomainError<WireErrorType>('session_not_found');
  const { organization, member } = facts;
  const { activeAt } = request.continued;
  const standing = standingOf({ session, organization, member, activeAt, at });
  if (standing.live || standing.reason.code === REAUTHENTICATION) return undefined;
  return refuse('session_not_found', standing.reason);
};

/** R10: an address that an administrator wrote down and nobody proved lets nobody in. */
export const verifiedAddress: MintCheck = ({ facts }) =>
  memberOf(facts).emailVerified
    ? undefined
    : refuse('email_verification_required', {
        code: 'address_not_verified',
        message: 'The address of the member was never proven.',
      });
