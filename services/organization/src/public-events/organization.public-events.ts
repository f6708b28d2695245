import { type ClearEvent, publicEventsOf } from '@muster/contracts';
import type { JsonObject } from '@muster/kernel';
import { organizationAggregate } from '../domain/organization/organization.aggregate.ts';

const of = ({ organizationId }: Pick<ClearEvent<JsonObject>, 'organizationId'>) => ({
  organization_id: organizationId,
});

const aboutDomain = ({
  data,
  organizationId,
}: {
  readonly data: { readonly domain: string };
  readonly organizationId: string;
}) => ({ organization_id: organizationId, email_domain: data.domain });

/** What others may know of an organization and its policy. Names, slugs, external ids and metadata are read by id. */
export const organizationPublicEvents = publicEventsOf(organizationAggregate, {
  OrganizationCreated: { as: 'muster.organization.created.v1', data: of },
  OrganizationRenamed: { as: 'muster.organization.renamed.v1', data: of },
  OrganizationSlugChanged: { as: 'muster.organization.slug-changed.v1', data: of },
  OrganizationLogoReplaced: { as: 'muster.organization.logo-replaced.v1', data: of },
  OrganizationExternalIdAssigned: { as: 'muster.organization.external-id-assigned.v1', data: of },
  OrganizationExternalIdRemoved: { as: 'muster.organization.external-id-removed.v1', data: of },
  OrganizationMetadataReplaced: { as: 'muster.organization.metadata-replaced.v1', data: of },
  AuthenticationPolicyChanged: {
    as: 'muster.organization.authentication-policy-changed.v1',
    data: ({ data, ...event }) => ({
      ...of(event),
      auth_methods: data.mode,
      allowed_auth_methods: data.allowed,
    }),
  },
  MfaPolicyChanged: {
    as: 'muster.organization.mfa-policy-changed.v1',
    data: ({ data, ...event }) => ({
      ...of(event),
      mfa_policy: data.requirement,
      mfa_methods: data.mode,
      allowed_mfa_methods: data.allowed,
    }),
  },
  SessionPolicyChanged: {
    as: 'muster.organization.session-policy-changed.v1',
    data: ({ data, ...event }) => ({
      ...of(event),
      maximum_duration_minutes: data.maximumDurationMinutes,
      idle_timeout_minutes: data.idleTimeoutMinutes,
      reauthentication_interval_minutes: data.reauthenticationIntervalMinutes,
    }),
  },
  InvitePolicyChanged: {
    as: 'muster.organization.invite-policy-changed.v1',
    data: ({ data, ...event }) => ({ ...of(event), email_invites: data.emailInvites }),
  },
  JitRulesReplaced: {
    as: 'muster.organization.jit-rules-replaced.v1',
    data: ({ data, ...event }) => ({
      ...of(event),
      jit_rules_version: data.version,
      rule_ids: data.rules.map(({ ruleId }) => ruleId),
    }),
  },
  DefaultJitRulesChanged: {
    as: 'muster.organization.default-jit-rules-changed.v1',
    data: ({ data, ...event }) => ({
      ...of(event),
      jit_rules_version: data.version,
      sso_jit_provisioning: data.defaults.ssoJitProvisioning,
      email_jit_provisioning: data.defaults.emailJitProvisioning,
      oauth_tenant_jit_provisioning: data.defaults.oauthTenantJitProvisioning,
    }),
  },
  EmailDomainListed: { as: 'muster.organization.email-domain-listed.v1', data: aboutDomain },
  // What to publish in the DNS is between the organization and Muster.
  DomainVerificationStarted: 'internal',
  EmailDomainVerified: { as: 'muster.organization.email-domain-verified.v1', data: aboutDomain },
  EmailDomainClaimed: { as: 'muster.organization.email-domain-claimed.v1', data: aboutDomain },
  EmailDomainClaimReleased: { as: 'muster.organization.email-domain-claim-released.v1', data: aboutDomain },
  EmailDomainUnlisted: { as: 'muster.organization.email-domain-unlisted.v1', data: aboutDomain },
  EmailImplicitRolesReplaced: {
    as: 'muster.organization.email-implicit-roles-replaced.v1',
    data: ({ data, ...event }) => ({
      ...of(event),
      assignments: data.assignments.map(({ domain, role_id }) => ({ email_domain: domain, role_id })),
    }),
  },
  ConnectedAppsPolicyChanged: {
    as: 'muster.organization.connected-apps-policy-changed.v1',
    data: ({ data, ...event }) => ({
      ...of(event),
      first_party_connected_apps_allowed_type: data.firstParty.mode,
      third_party_connected_apps_allowed_type: data.thirdParty.mode,
    }),
  },
  OrganizationDeleted: { as: 'muster.organization.deleted.v1', data: of },
});
