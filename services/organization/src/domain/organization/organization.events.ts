import type {
  AuthenticationPolicy,
  DoorSetting,
  EmailImplicitRoleAssignment,
  JitRule,
  MfaPolicy,
  SessionPolicy,
} from '@muster/contracts';
import type { Event, Personal } from '@muster/eventsourcing';
import type { JsonObject } from '@muster/kernel';

/** A rule as its author wrote it. Those behind the flat fields are derived, never stored (R35). */
export type CustomJitRule = Omit<JitRule, 'source'>;

/** The flat JIT fields of the wire: what the fixed block of default rules follows from (R35). */
export type JitDefaults = {
  readonly ssoJitProvisioning: DoorSetting;
  readonly ssoAllowedConnections: readonly string[];
  readonly emailJitProvisioning: 'RESTRICTED' | 'NOT_ALLOWED';
  readonly oauthTenantJitProvisioning: 'RESTRICTED' | 'NOT_ALLOWED';
  /** Tenant ids by provider. */
  readonly allowedOauthTenants: Readonly<Record<string, readonly string[]>>;
};

/** Which OAuth clients may act for members; `allowed` counts only with RESTRICTED. */
export type ConnectedAppsPolicy = { readonly mode: DoorSetting; readonly allowed: readonly string[] };

/** A customer of the application exists, with the reference's default policy. */
export type OrganizationCreated = Event<
  'OrganizationCreated',
  {
    readonly organizationId: string;
    readonly name: string;
    readonly slug: string;
    readonly logoUrl: string;
    readonly externalId: string | null;
  }
>;
/** The organization goes by another name. */
export type OrganizationRenamed = Event<'OrganizationRenamed', { readonly name: string }>;
/** The organization is found under another slug; the previous one is free again. */
export type OrganizationSlugChanged = Event<
  'OrganizationSlugChanged',
  { readonly slug: string; readonly previousSlug: string }
>;
/** The organization shows another logo. */
export type OrganizationLogoReplaced = Event<'OrganizationLogoReplaced', { readonly logoUrl: string }>;
/** The application gave the organization an id of its own; a previous one is free again. */
export type OrganizationExternalIdAssigned = Event<
  'OrganizationExternalIdAssigned',
  { readonly externalId: string; readonly previousExternalId: string | null }
>;
/** The application took its own id back. */
export type OrganizationExternalIdRemoved = Event<
  'OrganizationExternalIdRemoved',
  { readonly externalId: string }
>;
/** The application keeps other data with the organization. Sealed: it may be personal. */
export type OrganizationMetadataReplaced = Event<
  'OrganizationMetadataReplaced',
  { readonly trustedMetadata: Personal<JsonObject> }
>;
/** Members log in by other primary methods from now on (R16). */
export type AuthenticationPolicyChanged = Event<'AuthenticationPolicyChanged', AuthenticationPolicy>;
/** Second factors are demanded otherwise from now on (R16). */
export type MfaPolicyChanged = Event<'MfaPolicyChanged', MfaPolicy>;
/** Sessions in this organization last, idle or stay fresh for another time (R14). */
export type SessionPolicyChanged = Event<'SessionPolicyChanged', SessionPolicy>;
/** Other people may be invited (R30). */
export type InvitePolicyChanged = Event<'InvitePolicyChanged', { readonly emailInvites: DoorSetting }>;
/** The author's own JIT rules were replaced as a whole (R31). `version`: of the effective list afterwards. */
export type JitRulesReplaced = Event<
  'JitRulesReplaced',
  { readonly rules: readonly CustomJitRule[]; readonly version: number }
>;
/** The fixed block of default rules follows from other flat fields (R35). */
export type DefaultJitRulesChanged = Event<
  'DefaultJitRulesChanged',
  { readonly defaults: JitDefaults; readonly version: number }
>;
/** The organization wrote a domain down as its own. */
export type EmailDomainListed = Event<'EmailDomainListed', { readonly domain: string }>;
/** The organization was told what to publish in the DNS to prove a domain. */
export type DomainVerificationStarted = Event<
  'DomainVerificationStarted',
  { readonly domain: string; readonly challenge: string }
>;
/** The organization proved a domain by DNS. */
export type EmailDomainVerified = Event<'EmailDomainVerified', { readonly domain: string }>;
/** The organization keeps a domain for itself: no new admissions or organizations for it elsewhere (R6). */
export type EmailDomainClaimed = Event<'EmailDomainClaimed', { readonly domain: string }>;
/** The organization no longer keeps the domain for itself; it is still proven. */
export type EmailDomainClaimReleased = Event<'EmailDomainClaimReleased', { readonly domain: string }>;
/** The organization struck a domain off its list, and with it proof and claim. */
export type EmailDomainUnlisted = Event<'EmailDomainUnlisted', { readonly domain: string }>;
/** Other roles come with an address in a domain. */
export type EmailImplicitRolesReplaced = Event<
  'EmailImplicitRolesReplaced',
  { readonly assignments: readonly EmailImplicitRoleAssignment[] }
>;
/** Other OAuth clients may act for members. */
export type ConnectedAppsPolicyChanged = Event<
  'ConnectedAppsPolicyChanged',
  { readonly firstParty: ConnectedAppsPolicy; readonly thirdParty: ConnectedAppsPolicy }
>;
/** The organization is gone, with all its members; its names and claims are free again. */
export type OrganizationDeleted = Event<
  'OrganizationDeleted',
  {
    readonly slug: string;
    readonly externalId: string | null;
    readonly claimedDomains: readonly string[];
  }
>;

export type OrganizationEvent =
  | OrganizationCreated
  | OrganizationRenamed
  | OrganizationSlugChanged
  | OrganizationLogoReplaced
  | OrganizationExternalIdAssigned
  | OrganizationExternalIdRemoved
  | OrganizationMetadataReplaced
  | AuthenticationPolicyChanged
  | MfaPolicyChanged
  | SessionPolicyChanged
  | InvitePolicyChanged
  | JitRulesReplaced
  | DefaultJitRulesChanged
  | EmailDomainListed
  | DomainVerificationStarted
  | EmailDomainVerified
  | EmailDomainClaimed
  | EmailDomainClaimReleased
  | EmailDomainUnlisted
  | EmailImplicitRolesReplaced
  | ConnectedAppsPolicyChanged
  | OrganizationDeleted;
