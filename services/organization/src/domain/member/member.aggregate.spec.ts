import { memberAggregate } from './member.aggregate.ts';

const nothing: readonly string[] = [];

describe('E12: how members are stored', () => {
  it('seals what tells who somebody is, and nothing that others follow', () => {
    const sealed = Object.fromEntries(
      Object.entries(memberAggregate.events).map(([type, { sealed: fields }]) => [type, fields ?? nothing]),
    );
    expect(sealed).toEqual({
      MemberCreated: ['address', 'name', 'trustedMetadata', 'untrustedMetadata', 'mfaPhoneNumber'],
      MembershipRequestRenewed: ['address'],
      MemberInvited: ['address'],
      InvitationRenewed: nothing,
      MemberActivated: ['address'],
      MemberEmailVerified: nothing,
      MemberEmailReplaced: ['address'],
      MemberEmailRetired: ['address'],
      RetiredEmailUnlinked: ['address'],
      EmailUpdateStarted: ['address'],
      EmailUpdateAbandoned: ['address'],
      MemberRolesAssigned: nothing,
      MemberRenamed: ['name'],
      TrustedMetadataSet: ['metadata'],
      UntrustedMetadataSet: ['metadata'],
      ExternalIdAssigned: nothing,
      ExternalIdRemoved: nothing,
      BreakglassGranted: nothing,
      BreakglassWithdrawn: nothing,
      MfaPhoneNumberSet: ['phoneNumber'],
      MfaEnrolled: nothing,
      MfaUnenrolled: nothing,
      DefaultMfaMethodChosen: nothing,
      MemberDeactivated: ['addresses'],
      MemberReactivated: ['address'],
      MemberErased: nothing,
      MemberErasureCompleted: nothing,
    });
  });

  it('E11: writes the first version of every fact', () =>
    expect(Object.values(memberAggregate.events).map(({ version }) => version)).toEqual(
      Array.from({ length: 27 }, () => 1),
    ));

  it('E13: is kept for ever, under its own name', () => {
    expect(memberAggregate.category).toBe('member');
    expect(memberAggregate.retention).toBe('permanent');
  });
});
