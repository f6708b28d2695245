import { created, given, update } from '../../../test/organization-facts.ts';

const magicLinksOnly = {
  type: 'AuthenticationPolicyChanged',
  data: { mode: 'RESTRICTED', allowed: ['magic_link'] },
} as const;

describe('the authentication policy', () => {
  it('R16: tightening is one fact about the policy and none about anybody', () =>
    given(created)
      .when(update({ authentication: { mode: 'RESTRICTED', allowed: ['magic_link', 'magic_link'] } }))
      .then(magicLinksOnly));

  it('RESTRICTED needs a method, also when the list is emptied later', () => {
    const error = 'allowed_auth_methods_required_for_restricted';
    given(created)
      .when(update({ authentication: { mode: 'RESTRICTED' } }))
      .thenRejects(error);
    given(created, magicLinksOnly)
      .when(update({ authentication: { allowed: [] } }))
      .thenRejects(error);
  });

  it('keeps a list that does not count yet, and overwrites it as a whole', () =>
    given(created, magicLinksOnly)
      .when(update({ authentication: { mode: 'ALL_ALLOWED', allowed: ['sso'] } }))
      .then({ type: 'AuthenticationPolicyChanged', data: { mode: 'ALL_ALLOWED', allowed: ['sso'] } }));
});

describe('the MFA policy', () => {
  it('RESTRICTED needs a method', () =>
    given(created)
      .when(update({ mfa: { mode: 'RESTRICTED' } }))
      .thenRejects('allowed_mfa_methods_required_for_restricted'));

  it('changes one part and keeps the others', () =>
    given(created, {
      type: 'MfaPolicyChanged',
      data: { requirement: 'OPTIONAL', mode: 'RESTRICTED', allowed: ['totp'] },
    })
      .when(update({ mfa: { requirement: 'REQUIRED_FOR_ALL' } }))
      .then({
        type: 'MfaPolicyChanged',
        data: { requirement: 'REQUIRED_FOR_ALL', mode: 'RESTRICTED', allowed: ['totp'] },
      }));
});
