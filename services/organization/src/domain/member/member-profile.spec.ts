import { specFor } from '@muster/eventsourcing/testing';
import { awaited, created, deactivated, evening, invited, wish } from '../../../test/member-facts.ts';
import { memberDecider } from './member.decider.ts';
import type { MemberEvent } from './member.events.ts';
import { checkAssignable, isSteward } from './member.rules.ts';

const given = specFor(memberDecider);

describe('AssignRoles', () => {
  it('replaces all direct assignments', () =>
    given(created({ roles: ['editor'] }))
      .when(wish('AssignRoles', { roles: ['reader', 'stytch_admin', 'reader'] }))
      .then({ type: 'MemberRolesAssigned', data: { roles: ['reader', 'stytch_admin'] } }));
  it('stays quiet where the same roles are held, in whatever order', () =>
    given(created({ roles: ['editor', 'reader'] }))
      .when(wish('AssignRoles', { roles: ['reader', 'editor'] }))
      .thenNothing());
  it('takes all roles away', () =>
    given(created({ roles: ['editor'] }))
      .when(wish('AssignRoles', { roles: [] }))
      .then({ type: 'MemberRolesAssigned', data: { roles: [] } }));
  it('refuses for the deleted and the void', () => {
    given(created(), deactivated())
      .when(wish('AssignRoles', { roles: ['editor'] }))
      .thenRejects('member_not_found');
    given(awaited)
      .when(wish('AssignRoles', { roles: ['editor'] }, evening))
      .thenRejects('member_not_found');
  });

  const known = ['stytch_member', 'stytch_admin', 'editor'];
  it('gives only roles of the policy, and never the default one', () => {
    expect(() => checkAssignable(['editor', 'stytch_admin'], known)).not.toThrow();
    expect(() => checkAssignable(['editor', 'stytch_member'], known)).toThrow(
      expect.objectContaining({
        code: 'cannot_assign_default_rbac_role_id',
        details: { pointer: '/roles/1' },
      }),
    );
    expect(() => checkAssignable(['ghost'], known)).toThrow(
      expect.objectContaining({ code: 'invalid_role', details: { pointer: '/roles/0' } }),
    );
  });
});

describe('isSteward', () => {
  const roles = ['stytch_admin'];
  it('R8: an active member with the role assigned directly, nobody else', () => {
    expect(isSteward({ status: 'active', roles })).toBe(true);
    expect(isSteward({ status: 'active', roles: ['editor'] })).toBe(false);
    expect(isSteward({ status: 'invited', roles })).toBe(false);
    expect(isSteward({ status: 'pending', roles })).toBe(false);
    expect(isSteward({ status: 'deleted', roles })).toBe(false);
  });
});

describe('RenameMember, metadata', () => {
  it('renames, once', () => {
    given(created())
      .when(wish('RenameMember', { name: 'Ada' }))
      .then({ type: 'MemberRenamed', data: { name: 'Ada' } });
    given(created({ name: 'Ada' }))
      .when(wish('RenameMember', { name: 'Ada' }))
      .thenNothing();
  });

  it('merges top-level keys, deletes by null, replaces nested values whole', () =>
    given(created({ trustedMetadata: { plan: 'gold', seats: { used: 1, free: 2 }, old: true } }))
      .when(wish('MergeTrustedMetadata', { changes: { seats: { used: 2 }, old: null } }))
      .then({ type: 'TrustedMetadataSet', data: { metadata: { plan: 'gold', seats: { used: 2 } } } }));
  it('stays quiet where nothing changes', () =>
    given(created({ untrustedMetadata: { theme: 'dark' } }))
      .when(wish('MergeUntrustedMetadata', { changes: { theme: 'dark', gone: null } }))
      .thenNothing());
  it('refuses what grows past 4 KB with what is there already', () => {
    const half = 'x'.repeat(2_100);
    given(created({ untrustedMetadata: { a: half } }))
      .when(wish('MergeUntrustedMetadata', { changes: { b: half } }))
      .thenRejects('metadata_too_large');
    given(created({ untrustedMetadata: { a: half } }))
      .when(wish('MergeUntrustedMetadata', { changes: { a: half } }))
      .thenNothing();
  });
});

describe('external id', () => {
  it('is assigned in place of a former one', () =>
    given(created({ externalId: 'crm-7' }))
      .when(wish('AssignExternalId', { externalId: 'crm-8' }))
      .then({ type: 'ExternalIdAssigned', data: { externalId: 'crm-8', previous: 'crm-7' } }));
  it('stays quiet where it is the same', () =>
    given(created({ externalId: 'crm-7' }))
      .when(wish('AssignExternalId', { externalId: 'crm-7' }))
      .thenNothing());
  it('may not look like an id of ours', () =>
    given(created())
      .when(wish('AssignExternalId', { externalId: 'member-7' }))
      .thenRejects('invalid_member_external_id'));
  it('is removed, once', () => {
    given(created({ externalId: 'crm-7' }))
      .when(wish('RemoveExternalId', {}))
      .then({ type: 'ExternalIdRemoved', data: { externalId: 'crm-7' } });
    given(created()).when(wish('RemoveExternalId', {})).thenNothing();
  });
});

describe('breakglass and MFA', () => {
  const phone: MemberEvent = { type: 'MfaPhoneNumberSet', data: { phoneNumber: '+4915112345678' } };

  it('grants and withdraws the exemption', () => {
    given(created())
      .when(wish('SetBreakglass', { isBreakglass: true }))
      .then({ type: 'BreakglassGranted', data: {} });
    given(created({ isBreakglass: true }))
      .when(wish('SetBreakglass', { isBreakglass: false }))
      .then({ type: 'BreakglassWithdrawn', data: {} });
    given(created())
      .when(wish('SetBreakglass', { isBreakglass: false }))
      .thenNothing();
  });
  it('enrols and unenrols', () => {
    given(created())
      .when(wish('SetMfaEnrolment', { enrolled: true }))
      .then({ type: 'MfaEnrolled', data: {} });
    given(created({ mfaEnrolled: true }))
      .when(wish('SetMfaEnrolment', { enrolled: false }))
      .then({ type: 'MfaUnenrolled', data: {} });
    given(created({ mfaEnrolled: true }))
      .when(wish('SetMfaEnrolment', { enrolled: true }))
      .thenNothing();
  });
  it('sets a phone number, and never replaces one', () => {
    given(created())
      .when(wish('SetMfaPhoneNumber', { phoneNumber: '+4915112345678' }))
      .then(phone);
    given(created(), phone)
      .when(wish('SetMfaPhoneNumber', { phoneNumber: '+4915112345678' }))
      .thenNothing();
    given(created(), phone)
      .when(wish('SetMfaPhoneNumber', { phoneNumber: '+4915187654321' }))
      .thenRejects('member_phone_number_already_set');
    given(created())
      .when(wish('SetMfaPhoneNumber', { phoneNumber: '0151' }))
      .thenRejects('invalid_phone_number');
  });
  it('chooses a default method the member has', () => {
    const chosen: MemberEvent = { type: 'DefaultMfaMethodChosen', data: { method: 'sms_otp' } };
    given(created(), phone)
      .when(wish('ChooseDefaultMfaMethod', { method: 'sms_otp' }))
      .then(chosen);
    given(created(), phone, chosen)
      .when(wish('ChooseDefaultMfaMethod', { method: 'sms_otp' }))
      .thenNothing();
    given(created())
      .when(wish('ChooseDefaultMfaMethod', { method: 'sms_otp' }))
      .thenRejects('default_mfa_member_missing_factor');
    given(created(), phone)
      .when(wish('ChooseDefaultMfaMethod', { method: 'totp' }))
      .thenRejects('default_mfa_member_missing_factor');
    given(created(), phone)
      .when(wish('ChooseDefaultMfaMethod', { method: 'carrier_pigeon' }))
      .thenRejects('invalid_mfa_default_method');
  });
  it('R33: an invited member can be written to before they accept', () =>
    given(awaited, invited())
      .when(wish('SetBreakglass', { isBreakglass: true }, evening))
      .then({ type: 'BreakglassGranted', data: {} }));
});
