/** Why a group of methods is not there (yet). */
export const reasons = {
  sso: 'Connections of SAML and OIDC are not built yet.',
  directory: 'Directories (SCIM) are not built yet.',
  passwords: 'Passwords are not built yet.',
  second_factors: 'Second factors (TOTP, SMS, recovery codes) are not built yet.',
  oauth: 'Social login is not built yet.',
  provider: 'Muster is not an OAuth provider yet: no connected apps, no machine clients.',
  fraud: 'Device fingerprinting is a separate product of its vendor; Muster has none.',
  foreign_sessions: 'Sessions and tokens of other systems are not taken in yet.',
  impersonation: 'Impersonation is not built yet.',
  organization_roles: 'Roles of a single organization are not built yet; the project has one policy.',
} as const;

type Reason = keyof typeof reasons;

const group = (reason: Reason, prefix: string, names: string): readonly (readonly [string, Reason])[] =>
  names.split(' ').map((name) => [`${prefix}.${name}`, reason] as const);

/** Every method of the client that no test proves, with the reason. */
export const notSupported: ReadonlyMap<string, Reason> = new Map([
  ...group('provider', 'connectedApp.clients', 'get update delete search create'),
  ...group('provider', 'connectedApp.clients.secrets', 'rotateStart rotateCancel rotate'),
  ...group('fraud', 'fraud', 'fingerprint.lookup rules.set rules.list verdictReasons.override'),
  ...group('fraud', 'fraud', 'verdictReasons.list email.risk'),
  ...group('provider', 'idp', 'introspectTokenNetwork introspectTokenLocal'),
  ...group('provider', 'idp.oauth', 'authorizeStart authorize'),
  ...group('impersonation', 'impersonation', 'authenticate'),
  ...group('provider', 'm2m', 'token authenticateToken'),
  ...group('provider', 'm2m.clients', 'get search update delete create'),
  ...group('provider', 'm2m.clients.secrets', 'rotateStart rotateCancel rotate'),
  ...group('oauth', 'oauth', 'authenticate discovery.authenticate'),
  ...group('provider', 'organizations', 'connectedApps getConnectedApp'),
  ...group('provider', 'organizations.members', 'getConnectedApps connectedApps.revoke'),
  ...group('second_factors', 'organizations.members', 'deleteMFAPhoneNumber deleteTOTP'),
  ...group('passwords', 'organizations.members', 'deletePassword'),
  ...group('sso', 'organizations.members', 'oidcProviders'),
  ...group('oauth', 'organizations.members.oauthProviders', 'google microsoft slack hubspot github'),
  ...group('second_factors', 'otps.sms', 'send authenticate'),
  ...group('passwords', 'passwords', 'strengthCheck migrate authenticate'),
  ...group('passwords', 'passwords.email', 'resetStart reset requireReset'),
  ...group('passwords', 'passwords', 'sessions.reset existingPassword.reset'),
  ...group('passwords', 'passwords.discovery', 'authenticate email.resetStart email.reset'),
  ...group('organization_roles', 'rbac.organizations', 'setOrgPolicy'),
  ...group('second_factors', 'recoveryCodes', 'recover get rotate'),
  ...group('directory', 'scim.connection', 'create get update delete getGroups'),
  ...group('directory', 'scim.connection', 'rotateStart rotateComplete rotateCancel'),
  ...group('foreign_sessions', 'sessions', 'exchangeAccessToken attest migrate'),
  ...group('sso', 'sso', 'getConnections deleteConnection authenticate'),
  ...group('sso', 'sso.oidc', 'createConnection updateConnection'),
  ...group('sso', 'sso.saml', 'createConnection updateConnection updateByURL'),
  ...group('sso', 'sso.saml', 'deleteVerificationCertificate deleteEncryptionPrivateKey'),
  ...group('sso', 'sso.external', 'createConnection updateConnection'),
  ...group('second_factors', 'totps', 'create authenticate migrate'),
]);

/** Not supported, and refused by the SDK in its own words, whatever the server says. */
export const refusedBySdk: ReadonlySet<string> = new Set([
  'idp.introspectTokenNetwork',
  'idp.introspectTokenLocal',
  'm2m.authenticateToken',
]);
