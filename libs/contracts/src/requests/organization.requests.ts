import type { Instant, JsonObject } from '@muster/kernel';
import type { Door, EntryFacts } from '../entry-facts.ts';
import type { WireMember } from '../wire/member.ts';
import type { WireOrganization } from '../wire/organization.ts';
import { request } from './request.ts';

/** What the organization service answers to the other services. */
export const organizationRequests = {
  /**
   * Facts about entering: the organization by id, slug or external id, and its member by id (or external id) or by
   * current address; `domain` is answered where an address is given. `organization_not_found` where there is none.
   */
  entry: request<{ organization: string; memberId?: string; address?: string }, EntryFacts>(
    'organization.entry',
  ),

  /**
   * All organizations a proven address has to do with: those where it is a member's current address (not deleted), and
   * (`includeEligible`) those with a JIT rule for its domain. `claimedBy`: who claimed the domain (R6).
   */
  discover: request<
    { address: string; includeEligible: boolean },
    { entries: readonly EntryFacts[]; claimedBy: string | null }
  >('organization.discover'),

  /**
   * Somebody not yet a member asked to log in with an eligible address, not yet proven: a pending member without role,
   * void from `expiresAt` unless asked for again (R33).
   */
  expectMember: request<
    { commandId: string; organizationId: string; address: string; expiresAt: Instant },
    { memberId: string; created: boolean }
  >('organization.expect_member'),

  /** An invitation: a new or pending member becomes `invited`. Checks `email_invites` (R30). */
  inviteMember: request<
    {
      commandId: string;
      organizationId: string;
      address: string;
      name: string;
      roles: readonly string[];
      trustedMetadata: JsonObject;
      untrustedMetadata: JsonObject;
      invitedByMemberId: string | null;
      expiresAt: Instant;
    },
    { memberId: string }
  >('organization.invite_member'),

  /**
   * Creates or activates the member an admission was granted to, on condition that the organization is still at
   * `organizationRevision`; else nothing happens and the answer is `policy_changed` (R36). Command id: the admission's.
   */
  admitMember: request<
    {
      admissionId: string;
      organizationId: string;
      organizationRevision: number;
      memberId: string;
      address: string;
      door: Door;
      roles: readonly string[];
      expiresAt: Instant | null;
    },
    { outcome: 'admitted' | 'policy_changed' }
  >('organization.admit_member'),

  /**
   * A member proved control of an address: marks the current address verified, or completes the e-mail update that was
   * under way for it. Already so: nothing happens.
   */
  proveAddress: request<
    { commandId: string; organizationId: string; memberId: string; address: string },
    { emailId: string }
  >('organization.prove_address'),

  /**
   * A new organization with its first member, who proved `address` just now and becomes its steward (R6: refused where
   * another organization claimed the domain). `settings` are the wire fields of a create call.
   */
  createWithMember: request<
    { commandId: string; address: string; settings: JsonObject },
    { organizationId: string; memberId: string }
  >('organization.create_with_member'),

  /** A steward approved a join request, or the backend did: who may. `forbidden` where the caller may not. */
  describe: request<
    { organizationId: string; memberId: string },
    { organization: WireOrganization; member: WireMember }
  >('organization.describe'),
} as const;
