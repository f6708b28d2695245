import type { OrganizationFacts } from '@muster/contracts';
import { effectiveJitRules } from '../../domain/organization/default-jit-rules.ts';
import { toWire } from './organization.wire.ts';
import type { OrganizationDocument } from './organizations.projection.ts';

/** What the other services decide by. `revision`: of the organization's stream as it was folded (R36). */
export const toFacts = (
  document: OrganizationDocument,
  revision: number,
  { ownerless }: { readonly ownerless: boolean },
): OrganizationFacts => ({
  organizationId: document.organizationId,
  slug: document.slug,
  revision,
  epoch: document.epoch,
  authentication: document.authentication,
  mfa: document.mfa,
  session: document.session,
  emailInvites: document.emailInvites,
  emailDomains: document.domains.map(({ domain, state }) => ({ domain, state })),
  jitRules: effectiveJitRules(document.customJitRules, document.jitDefaults),
  jitRulesVersion: document.jitRulesVersion,
  ownerless,
  wire: toWire(document),
});
