import { specFor } from '@muster/eventsourcing/testing';
import type {
  OrganizationCommand,
  OrganizationSettings,
  SettingFacts,
} from '../src/domain/organization/organization.commands.ts';
import { organizationDecider } from '../src/domain/organization/organization.decider.ts';
import type { CustomJitRule, OrganizationEvent } from '../src/domain/organization/organization.events.ts';

export const at = '2026-11-23T09:30:00.000Z';
export const acme = 'organization-test-01890000-0000-7000-8000-000000000001';

export const facts: SettingFacts = {
  publicMailDomains: { 'gmail.com': 'common', 'mailinator.com': 'disposable' },
  roles: ['stytch_member', 'stytch_admin', 'editor'],
};

export const created: OrganizationEvent = {
  type: 'OrganizationCreated',
  data: { organizationId: acme, name: 'Acme', slug: 'acme', logoUrl: '', externalId: null },
};

export const listed = (domain: string): OrganizationEvent => ({
  type: 'EmailDomainListed',
  data: { domain },
});
export const challenged = (domain: string, challenge = 'challenge-1'): OrganizationEvent => ({
  type: 'DomainVerificationStarted',
  data: { domain, challenge },
});
export const verified = (domain: string): OrganizationEvent => ({
  type: 'EmailDomainVerified',
  data: { domain },
});
export const claimed = (domain: string): OrganizationEvent => ({
  type: 'EmailDomainClaimed',
  data: { domain },
});

export const create = (settings: OrganizationSettings = {}): OrganizationCommand => ({
  type: 'CreateOrganization',
  data: { organizationId: acme, settings: { name: 'Acme', slug: 'acme', ...settings }, facts },
  at,
});
export const update = (settings: OrganizationSettings): OrganizationCommand => ({
  type: 'UpdateOrganization',
  data: { settings, facts },
  at,
});

/** A rule that asks people of one domain; tests say only what matters to them. */
export const rule = (change: Partial<CustomJitRule> = {}): CustomJitRule => ({
  ruleId: 'engineers',
  matcher: { type: 'email_domain', domain: 'acme.test', state: 'listed' },
  mode: 'ask',
  roles: [],
  membershipDays: null,
  cap: null,
  endsAt: null,
  ...change,
});

export const given = specFor(organizationDecider);

/** Does as `given(...)` and also tells which field was blamed. */
export const pointerOf = (history: readonly OrganizationEvent[], command: OrganizationCommand): unknown => {
  const { evolve, initialState, decide } = organizationDecider;
  try {
    decide(history.reduce(evolve, initialState), command);
  } catch (error) {
    return (error as { details?: { pointer?: unknown } }).details?.pointer;
  }
  return 'accepted';
};
