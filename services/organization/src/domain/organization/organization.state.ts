import {
  type AuthenticationPolicy,
  type DoorSetting,
  type EmailDomainState,
  type EmailImplicitRoleAssignment,
  type MfaPolicy,
  noSessionPolicy,
  type SessionPolicy,
} from '@muster/contracts';
import type { Personal } from '@muster/eventsourcing';
import { assertNever, type JsonObject } from '@muster/kernel';
import type {
  ConnectedAppsPolicy,
  CustomJitRule,
  JitDefaults,
  OrganizationEvent,
} from './organization.events.ts';

/** A domain of the organization; `challenge` is what its DNS must show, once verification was started. */
export type HeldDomain = {
  readonly domain: string;
  readonly state: EmailDomainState;
  readonly challenge: string | null;
};

export type Organization = {
  readonly status: 'absent' | 'existing' | 'deleted';
  readonly organizationId: string;
  readonly name: string;
  readonly slug: string;
  readonly logoUrl: string;
  readonly externalId: string | null;
  readonly trustedMetadata: Personal<JsonObject>;
  readonly authentication: AuthenticationPolicy;
  readonly mfa: MfaPolicy;
  readonly session: SessionPolicy;
  readonly emailInvites: DoorSetting;
  readonly jitDefaults: JitDefaults;
  readonly customJitRules: readonly CustomJitRule[];
  readonly jitRulesVersion: number;
  /** In the order in which they were listed. */
  readonly domains: readonly HeldDomain[];
  readonly implicitRoles: readonly EmailImplicitRoleAssignment[];
  readonly firstPartyApps: ConnectedAppsPolicy;
  readonly thirdPartyApps: ConnectedAppsPolicy;
  /** Raised by deletion, never lowered (R16). */
  readonly epoch: number;
};

/** Nothing yet; its policy is what a new organization has where the creator says nothing (R30: the safe defaults). */
export const noOrganization: Organization = {
  status: 'absent',
  organizationId: '',
  name: '',
  slug: '',
  logoUrl: '',
  externalId: null,
  trustedMetadata: {},
  authentication: { mode: 'ALL_ALLOWED', allowed: [] },
  mfa: { requirement: 'OPTIONAL', mode: 'ALL_ALLOWED', allowed: [] },
  session: noSessionPolicy,
  emailInvites: 'ALL_ALLOWED',
  jitDefaults: {
    ssoJitProvisioning: 'ALL_ALLOWED',
    ssoAllowedConnections: [],
    emailJitProvisioning: 'NOT_ALLOWED',
    oauthTenantJitProvisioning: 'NOT_ALLOWED',
    allowedOauthTenants: {},
  },
  customJitRules: [],
  jitRulesVersion: 1,
  domains: [],
  implicitRoles: [],
  firstPartyApps: { mode: 'ALL_ALLOWED', allowed: [] },
  thirdPartyApps: { mode: 'ALL_ALLOWED', allowed: [] },
  epoch: 0,
};

const withDomain = (state: Organization, domain: string, change: Partial<HeldDomain>): Organization => ({
  ...state,
  domains: state.domains.map((held) => (held.domain === domain ? { ...held, ...change } : held)),
});

/** What a fact makes of the organization. */
export const evolve = (state: Organization, { type, data }: OrganizationEvent): Organization => {
  switch (type) {
    case 'OrganizationCreated':
      return { ...state, ...data, status: 'existing' };
    case 'OrganizationRenamed':
    case 'OrganizationLogoReplaced':
    case 'OrganizationMetadataReplaced':
    case 'InvitePolicyChanged':
      return { ...state, ...data };
    case 'OrganizationSlugChanged':
      return { ...state, slug: data.slug };
    case 'OrganizationExternalIdAssigned':
      return { ...state, externalId: data.externalId };
    case 'OrganizationExternalIdRemoved':
      return { ...state, externalId: null };
    case 'AuthenticationPolicyChanged':
      return { ...state, authentication: data };
    case 'MfaPolicyChanged':
      return { ...state, mfa: data };
    case 'SessionPolicyChanged':
      return { ...state, session: data };
    case 'JitRulesReplaced':
      return { ...state, customJitRules: data.rules, jitRulesVersion: data.version };
    case 'DefaultJitRulesChanged':
      return { ...state, jitDefaults: data.defaults, jitRulesVersion: data.version };
    case 'EmailDomainListed':
      return {
        ...state,
        domains: [...state.domains, { domain: data.domain, state: 'listed', challenge: null }],
      };
    case 'DomainVerificationStarted':
      return withDomain(state, data.domain, { challenge: data.challenge });
    case 'EmailDomainVerified':
    case 'EmailDomainClaimReleased':
      return withDomain(state, data.domain, { state: 'verified' });
    case 'EmailDomainClaimed':
      return withDomain(state, data.domain, { state: 'claimed' });
    case 'EmailDomainUnlisted':
      return { ...state, domains: state.domains.filter(({ domain }) => domain !== data.domain) };
    case 'EmailImplicitRolesReplaced':
      return { ...state, implicitRoles: data.assignments };
    case 'ConnectedAppsPolicyChanged':
      return { ...state, firstPartyApps: data.firstParty, thirdPartyApps: data.thirdParty };
    case 'OrganizationDeleted':
      return { ...state, status: 'deleted', epoch: state.epoch + 1 };
    default:
      return assertNever(type);
  }
};
