import type {
  AuthenticationPolicy,
  DoorSetting,
  EmailImplicitRoleAssignment,
  MfaPolicy,
  SessionPolicy,
} from '@muster/contracts';
import type { Command } from '@muster/eventsourcing';
import type { JsonObject } from '@muster/kernel';
import type { ConnectedAppsPolicy, CustomJitRule, JitDefaults } from './organization.events.ts';

/** What a caller wants an organization to be; what is not mentioned stays as it is. */
export type OrganizationSettings = {
  readonly name?: string;
  readonly slug?: string;
  readonly logoUrl?: string;
  readonly externalId?: string;
  readonly trustedMetadata?: JsonObject;
  readonly authentication?: Partial<AuthenticationPolicy>;
  readonly mfa?: Partial<MfaPolicy>;
  readonly emailInvites?: DoorSetting;
  readonly jitDefaults?: Partial<JitDefaults>;
  /** The whole list: domains not in it are struck off. */
  readonly emailDomains?: readonly string[];
  /** The whole list of those to be claimed. */
  readonly claimedDomains?: readonly string[];
  readonly implicitRoles?: readonly EmailImplicitRoleAssignment[];
  readonly firstPartyApps?: Partial<ConnectedAppsPolicy>;
  readonly thirdPartyApps?: Partial<ConnectedAppsPolicy>;
};

/** What is true outside of the organization, gathered for the decision. */
export type SettingFacts = {
  /** Of the domains named in the command, those where anybody gets an address. */
  readonly publicMailDomains: Readonly<Record<string, 'common' | 'disposable'>>;
  /** The ids of the project's roles. */
  readonly roles: readonly string[];
};

export type CreateOrganization = Command<
  'CreateOrganization',
  {
    readonly organizationId: string;
    readonly settings: OrganizationSettings & { readonly name: string; readonly slug: string };
    readonly facts: SettingFacts;
  }
>;
export type UpdateOrganization = Command<
  'UpdateOrganization',
  { readonly settings: OrganizationSettings; readonly facts: SettingFacts }
>;
export type RemoveExternalId = Command<'RemoveExternalId', null>;
export type DeleteOrganization = Command<'DeleteOrganization', null>;

/** The full form of the JIT rules. `expectedVersion`: null where the caller does not insist on one (If-Match). */
export type ReplaceJitRules = Command<
  'ReplaceJitRules',
  {
    readonly rules: readonly CustomJitRule[];
    readonly defaults: (Partial<JitDefaults> & { readonly emailInvites?: DoorSetting }) | null;
    readonly expectedVersion: number | null;
    readonly facts: SettingFacts;
  }
>;
export type SetSessionPolicy = Command<'SetSessionPolicy', SessionPolicy>;

export type ListEmailDomain = Command<
  'ListEmailDomain',
  { readonly domain: string; readonly facts: SettingFacts }
>;
/** `challenge`: fresh and unguessable. Verification already started keeps the one it has. */
export type StartDomainVerification = Command<
  'StartDomainVerification',
  { readonly domain: string; readonly challenge: string }
>;
/** `seenChallenge`: what the DNS showed; another one than the organization was given proves nothing. */
export type RecordDomainVerified = Command<
  'RecordDomainVerified',
  { readonly domain: string; readonly seenChallenge: string }
>;
export type ClaimEmailDomain = Command<'ClaimEmailDomain', { readonly domain: string }>;
export type RemoveEmailDomain = Command<'RemoveEmailDomain', { readonly domain: string }>;

export type OrganizationCommand =
  | CreateOrganization
  | UpdateOrganization
  | RemoveExternalId
  | DeleteOrganization
  | ReplaceJitRules
  | SetSessionPolicy
  | ListEmailDomain
  | StartDomainVerification
  | RecordDomainVerified
  | ClaimEmailDomain
  | RemoveEmailDomain;
