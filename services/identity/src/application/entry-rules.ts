import type { EntryFacts, MemberFacts, Reason, WireErrorType } from '@muster/contracts';
import { DomainError, type Instant, type Json } from '@muster/kernel';
import type { Addressee } from '../domain/email-link/email-link.events.ts';

type EmailMethod = 'magic_link' | 'email_otp';

const reject = (code: WireErrorType, reasons: readonly Reason[]): never => {
  throw new DomainError<WireErrorType>(code, { reasons: reasons as readonly Json[] });
};

/** The organization's list of methods holds for everybody but breakglass members. */
export const assertMethodAllowed = ({ organization, member }: EntryFacts, method: EmailMethod): void => {
  const { mode, allowed } = organization.authentication;
  if (mode === 'ALL_ALLOWED' || allowed.includes(method) || member?.isBreakglass) return;
  reject('operation_restricted_by_organization_auth_methods', [
    {
      code: 'auth_method_not_allowed',
      message: 'The organization does not allow this authentication method.',
      details: { auth_method: method, allowed_auth_methods: allowed },
    },
  ]);
};

/** Why nobody is expected: the organization admits no one by e-mail domain, or not this address. */
export const refuseApplicant = ({ organization }: EntryFacts, reasons: readonly Reason[]): never => {
  const admitsByDomain = organization.jitRules.some(
    ({ matcher, mode }) =>
      mode !== 'off' && (matcher.type === 'email_domain' || matcher.type === 'any_listed_email_domain'),
  );
  return reject(
    admitsByDomain ? 'invalid_email_for_jit_provisioning' : 'email_jit_provisioning_not_allowed',
    reasons,
  );
};

/**
 * A member whose place is theirs already: active, invited, or made by the backend. Whoever is only pending because they
 * knocked before, or whose invitation has run out, is judged as an applicant again (R33).
 */
export const hasPlace = (member: MemberFacts | null, at: Instant): member is MemberFacts => {
  if (!member || member.status === 'deleted') return false;
  if (member.status === 'active') return true;
  const expired = member.expiresAt !== null && at >= member.expiresAt;
  return !expired && !(member.status === 'pending' && member.door === 'login_request');
};

/** The epochs a proof for this member depends on (R16). */
export const addresseeOf = ({ organization }: EntryFacts, member: MemberFacts): Addressee => ({
  memberId: member.memberId,
  memberEpoch: member.epoch,
  organizationEpoch: organization.epoch,
});
