import type { Instant } from '@muster/kernel';
import type { EmailDomain, JitRule } from './jit-rule.ts';
import type { AuthenticationPolicy, MfaPolicy, SessionPolicy } from './policy.ts';
import type { MemberStatus, WireMember } from './wire/member.ts';
import type { DoorSetting, WireOrganization } from './wire/organization.ts';

/** By which door a member came in (R30). */
export type Door = 'admin_api' | 'invite' | 'jit_rule' | 'scim' | 'import' | 'creator' | 'login_request';

export type OrganizationFacts = {
  readonly organizationId: string;
  readonly slug: string;
  /** Of the organization's stream; a member is admitted only at this revision (R36). */
  readonly revision: number;
  /** Raised by disabling, never lowered (R16). */
  readonly epoch: number;
  readonly authentication: AuthenticationPolicy;
  readonly mfa: MfaPolicy;
  readonly session: SessionPolicy;
  readonly emailInvites: DoorSetting;
  readonly emailDomains: readonly EmailDomain[];
  readonly jitRules: readonly JitRule[];
  readonly jitRulesVersion: number;
  readonly ownerless: boolean;
  readonly wire: WireOrganization;
};

export type MemberFacts = {
  readonly memberId: string;
  readonly status: MemberStatus;
  readonly epoch: number;
  readonly door: Door;
  readonly address: string;
  readonly emailId: string;
  readonly emailVerified: boolean;
  readonly isBreakglass: boolean;
  readonly mfaEnrolled: boolean;
  /** All roles the member may have, with sources; a session picks what its factors entitle it to. */
  readonly roles: readonly string[];
  /** The invitation or the pending membership is void from this instant on; null: never. */
  readonly expiresAt: Instant | null;
  readonly wire: WireMember;
};

/** What is true of an applicant's e-mail domain when they knock. */
export type DomainFacts = {
  readonly domain: string;
  /** The organization has a member with a proven address in this domain (R33). */
  readonly provenColleague: boolean;
  /** Another organization has claimed the domain (R6). */
  readonly claimedElsewhere: boolean;
};

/** All that the organization service knows about one person entering one organization, read from the aggregates (E27). */
export type EntryFacts = {
  readonly organization: OrganizationFacts;
  readonly member: MemberFacts | null;
  readonly domain: DomainFacts | null;
};
