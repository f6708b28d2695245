import { erased } from '@muster/eventsourcing';
import { created, emailId, evening, inviterId, otherEmailId, verified } from '../../../test/member-facts.ts';
import type { MemberEvent } from './member.events.ts';
import { evolveMember, type Member, noMember } from './member.state.ts';

const after = (...events: readonly MemberEvent[]): Member => events.reduce(evolveMember, noMember);
const ada = after(created());
const moving: MemberEvent = {
  type: 'EmailUpdateStarted',
  data: { emailId: otherEmailId, address: 'ada@new.test', until: evening, heldAsRetired: false },
};
const retired: MemberEvent = {
  type: 'MemberEmailRetired',
  data: { emailId: otherEmailId, address: 'ada@old.test' },
};

describe('what a member becomes by a fact', () => {
  it('begins as nobody', () =>
    expect(noMember).toEqual({
      status: 'absent',
      door: 'admin_api',
      epoch: 0,
      wasActive: false,
      email: { emailId: '', address: '', verified: false },
      retired: [],
      inFlight: null,
      externalId: null,
      roles: [],
      name: '',
      isBreakglass: false,
      trustedMetadata: {},
      untrustedMetadata: {},
      mfa: { phoneNumber: null, enrolled: false, defaultMethod: null },
      expiresAt: null,
      membershipEndsAt: null,
      grantedByMemberId: null,
    }));

  it.each<[string, MemberEvent, Partial<Member>]>([
    ['other roles', { type: 'MemberRolesAssigned', data: { roles: ['editor'] } }, { roles: ['editor'] }],
    ['another name', { type: 'MemberRenamed', data: { name: 'Ada L.' } }, { name: 'Ada L.' }],
    [
      'trusted metadata',
      { type: 'TrustedMetadataSet', data: { metadata: { a: 1 } } },
      { trustedMetadata: { a: 1 } },
    ],
    [
      'untrusted metadata',
      { type: 'UntrustedMetadataSet', data: { metadata: { b: 2 } } },
      { untrustedMetadata: { b: 2 } },
    ],
    ['breakglass', { type: 'BreakglassGranted', data: {} }, { isBreakglass: true }],
    [
      'a phone number',
      { type: 'MfaPhoneNumberSet', data: { phoneNumber: '+15555550123' } },
      { mfa: { phoneNumber: '+15555550123', enrolled: false, defaultMethod: null } },
    ],
    [
      'MFA',
      { type: 'MfaEnrolled', data: {} },
      { mfa: { phoneNumber: null, enrolled: true, defaultMethod: null } },
    ],
    [
      'a method of MFA to begin with',
      { type: 'DefaultMfaMethodChosen', data: { method: 'totp' } },
      { mfa: { phoneNumber: null, enrolled: false, defaultMethod: 'totp' } },
    ],
    ['a proven address', verified, { email: { emailId, address: 'ada@acme.test', verified: true } }],
    [
      'an address to move to',
      moving,
      {
        inFlight: { emailId: otherEmailId, address: 'ada@new.test', until: evening, heldAsRetired: false },
      },
    ],
    ['a retired address', retired, { retired: [{ emailId: otherEmailId, address: 'ada@old.test' }] }],
  ])('gets %s', (_, event, change) => expect(evolveMember(ada, event)).toEqual({ ...ada, ...change }));

  it.each<[string, MemberEvent, MemberEvent]>([
    ['breakglass', { type: 'BreakglassGranted', data: {} }, { type: 'BreakglassWithdrawn', data: {} }],
    ['MFA', { type: 'MfaEnrolled', data: {} }, { type: 'MfaUnenrolled', data: {} }],
    [
      'a retired address',
      retired,
      { type: 'RetiredEmailUnlinked', data: { emailId: otherEmailId, address: 'ada@old.test' } },
    ],
    [
      'an address to move to',
      moving,
      {
        type: 'EmailUpdateAbandoned',
        data: { emailId: otherEmailId, address: 'ada@new.test', heldAsRetired: false },
      },
    ],
  ])('loses %s again', (_, given, taken) => expect(after(created(), given, taken)).toEqual(ada));

  it('keeps the move to another address, where a former one is abandoned', () =>
    expect(
      after(created(), moving, {
        type: 'EmailUpdateAbandoned',
        data: { emailId, address: 'ada@acme.test', heldAsRetired: false },
      }).inFlight?.emailId,
    ).toBe(otherEmailId));

  it('remembers by whose rights it was invited, until it is in', () => {
    const invited: MemberEvent = {
      type: 'InvitationRenewed',
      data: {
        roles: ['editor'],
        invitedByMemberId: null,
        grantedByMemberId: inviterId,
        expiresAt: evening,
      },
    };
    const waiting = after(created({ status: 'pending', expiresAt: evening }), invited);
    expect(waiting).toMatchObject({
      status: 'invited',
      roles: ['editor'],
      grantedByMemberId: inviterId,
      expiresAt: evening,
      wasActive: false,
    });
    const activated: MemberEvent = {
      type: 'MemberActivated',
      data: { door: 'invite', address: 'ada@acme.test', roles: ['editor'], membershipEndsAt: evening },
    };
    expect(evolveMember(waiting, activated)).toMatchObject({
      status: 'active',
      door: 'invite',
      grantedByMemberId: null,
      expiresAt: null,
      membershipEndsAt: evening,
      wasActive: true,
    });
  });
});

describe('R54: facts whose sealed fields are gone', () => {
  it('still make a member, without them', () =>
    expect(
      after(
        created({
          address: erased,
          name: erased,
          trustedMetadata: erased,
          untrustedMetadata: erased,
          mfaPhoneNumber: erased,
        }),
      ),
    ).toEqual({ ...ada, email: { emailId, address: '', verified: false } }));

  it.each<[MemberEvent, Partial<Member>]>([
    [{ type: 'MemberRenamed', data: { name: erased } }, { name: '' }],
    [{ type: 'TrustedMetadataSet', data: { metadata: erased } }, { trustedMetadata: {} }],
    [{ type: 'UntrustedMetadataSet', data: { metadata: erased } }, { untrustedMetadata: {} }],
    [
      { type: 'MfaPhoneNumberSet', data: { phoneNumber: erased } },
      { mfa: { phoneNumber: null, enrolled: false, defaultMethod: null } },
    ],
    [
      { type: 'MemberEmailRetired', data: { emailId: otherEmailId, address: erased } },
      { retired: [{ emailId: otherEmailId, address: '' }] },
    ],
    [
      { type: 'EmailUpdateStarted', data: { ...moving.data, address: erased } },
      { inFlight: { emailId: otherEmailId, address: '', until: evening, heldAsRetired: false } },
    ],
    [
      {
        type: 'MemberEmailReplaced',
        data: {
          emailId: otherEmailId,
          address: erased,
          domain: 'new.test',
          emailVerified: true,
          heldUntil: null,
        },
      },
      { email: { emailId: otherEmailId, address: '', verified: true } },
    ],
  ])('$type', (event, change) => expect(evolveMember(ada, event)).toEqual({ ...ada, ...change }));
});
