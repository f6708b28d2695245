import type { FactorMethod, WireFactor, WireMemberSession } from '@muster/contracts';
import type { Instant, JsonObject } from '@muster/kernel';
import type { LedgerEntry } from '../domain/ledger.ts';
import type { MemberPlace } from './ports.ts';
import type { FoundSession } from './session-lookup.ts';

/** How the wire calls the way a factor was delivered. */
const deliveries = { magic_link: 'email', email_otp: 'email' } as const satisfies Record<
  FactorMethod,
  string
>;

/** Only what the reference shows: trust scopes and other organizations' ids stay inside. */
export const wireFactor = ({ factor }: LedgerEntry): WireFactor => {
  const { method, order, subject, firstProvenAt, lastProvenAt } = factor;
  const detail: JsonObject =
    subject.kind === 'email'
      ? { email_factor: { email_id: subject.emailId, email_address: subject.address } }
      : {};
  return {
    type: method,
    delivery_method: deliveries[method],
    sequence_order: order,
    created_at: firstProvenAt,
    updated_at: lastProvenAt,
    last_authenticated_at: lastProvenAt,
    ...detail,
  };
};

/** A session with what is known about its member now, and until when it counts. */
export type LiveSession = FoundSession &
  MemberPlace & {
    readonly accessedAt: Instant;
    /** At the latest. */
    readonly expiresAt: Instant;
    /** If nobody uses it. */
    readonly endsAt: Instant;
  };

/** Roles are the member's of this moment: no factor there is yet adds one. */
export const wireSession = (live: LiveSession): WireMemberSession => ({
  member_session_id: live.sessionId,
  member_id: live.member.memberId,
  organization_id: live.organizationId,
  organization_slug: live.organization.slug,
  roles: live.member.roles,
  started_at: live.session.startedAt,
  last_accessed_at: live.accessedAt,
  expires_at: live.expiresAt,
  authentication_factors: live.session.ledger.map(wireFactor),
  custom_claims: live.session.customClaims,
});
