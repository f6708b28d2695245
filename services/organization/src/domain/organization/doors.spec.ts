import { created, given, listed, update } from '../../../test/organization-facts.ts';

const saml = 'saml-connection-test-01890000-0000-7000-8000-00000000000a';
const closedInvites = { type: 'InvitePolicyChanged', data: { emailInvites: 'NOT_ALLOWED' } } as const;

describe('the flat door fields', () => {
  it('R35: may not all be shut', () => {
    given(created)
      .when(update({ emailInvites: 'NOT_ALLOWED', jitDefaults: { ssoJitProvisioning: 'NOT_ALLOWED' } }))
      .thenRejects('invalid_organization_auth_factor_setting');
    given(created, closedInvites)
      .when(update({ jitDefaults: { ssoJitProvisioning: 'NOT_ALLOWED' } }))
      .thenRejects('invalid_organization_auth_factor_setting');
  });

  it('R30: each can be shut while another one is open', () => {
    given(created)
      .when(update({ emailInvites: 'NOT_ALLOWED' }))
      .then(closedInvites);
    given(created)
      .when(update({ jitDefaults: { ssoJitProvisioning: 'NOT_ALLOWED' } }))
      .then({
        type: 'DefaultJitRulesChanged',
        data: {
          defaults: {
            ssoJitProvisioning: 'NOT_ALLOWED',
            ssoAllowedConnections: [],
            emailJitProvisioning: 'NOT_ALLOWED',
            oauthTenantJitProvisioning: 'NOT_ALLOWED',
            allowedOauthTenants: {},
          },
          version: 2,
        },
      });
  });

  it('RESTRICTED e-mail settings need a domain, also when the last one would go', () => {
    const error = 'invalid_restricted_email_setting';
    given(created)
      .when(update({ emailInvites: 'RESTRICTED' }))
      .thenRejects(error);
    given(created)
      .when(update({ jitDefaults: { emailJitProvisioning: 'RESTRICTED' } }))
      .thenRejects(error);
    const restricted = { type: 'InvitePolicyChanged', data: { emailInvites: 'RESTRICTED' } } as const;
    given(created, listed('acme.test'), restricted)
      .when(update({ emailDomains: [] }))
      .thenRejects(error);
  });

  it('RESTRICTED SSO JIT needs a connection', () => {
    given(created)
      .when(update({ jitDefaults: { ssoJitProvisioning: 'RESTRICTED' } }))
      .thenRejects('invalid_restricted_sso_setting');
    given(created)
      .when(update({ jitDefaults: { ssoJitProvisioning: 'RESTRICTED', ssoAllowedConnections: ['okta'] } }))
      .thenRejects('bad_request');
  });

  it('RESTRICTED tenant JIT needs a tenant of a provider that has tenants', () => {
    const restricted = (allowedOauthTenants: Record<string, string[]>) =>
      update({ jitDefaults: { oauthTenantJitProvisioning: 'RESTRICTED', allowedOauthTenants } });
    given(created).when(restricted({})).thenRejects('invalid_restricted_oauth_tenants_setting');
    given(created)
      .when(restricted({ slack: [] }))
      .thenRejects('invalid_restricted_oauth_tenants_setting');
    given(created)
      .when(restricted({ google: ['T1'] }))
      .thenRejects('bad_request');
    given(created)
      .when(restricted({ slack: ['not a tenant'] }))
      .thenRejects('bad_request');
  });

  it('e-mail JIT needs a method by which an address is proven', () => {
    const jit = { emailJitProvisioning: 'RESTRICTED' } as const;
    const error = 'invalid_organization_auth_factor_setting_for_email_jit_provisioning';
    given(created, listed('acme.test'))
      .when(
        update({ jitDefaults: jit, authentication: { mode: 'RESTRICTED', allowed: ['sso', 'password'] } }),
      )
      .thenRejects(error);
    const ssoOnly = {
      type: 'AuthenticationPolicyChanged',
      data: { mode: 'RESTRICTED', allowed: ['sso'] },
    } as const;
    given(created, listed('acme.test'), ssoOnly)
      .when(update({ jitDefaults: jit }))
      .thenRejects(error);
  });

  it('a setting equal to the present one is no fact, and the same connection counts once', () => {
    given(created)
      .when(
        update({ jitDefaults: { ssoJitProvisioning: 'ALL_ALLOWED', emailJitProvisioning: 'NOT_ALLOWED' } }),
      )
      .thenNothing();
    given(created)
      .when(
        update({ jitDefaults: { ssoJitProvisioning: 'RESTRICTED', ssoAllowedConnections: [saml, saml] } }),
      )
      .then({
        type: 'DefaultJitRulesChanged',
        data: {
          defaults: {
            ssoJitProvisioning: 'RESTRICTED',
            ssoAllowedConnections: [saml],
            emailJitProvisioning: 'NOT_ALLOWED',
            oauthTenantJitProvisioning: 'NOT_ALLOWED',
            allowedOauthTenants: {},
          },
          version: 2,
        },
      });
  });
});
