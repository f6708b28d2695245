import { specFor } from '@muster/eventsourcing/testing';
import {
  awaited,
  created,
  deactivated,
  emailId,
  evening,
  invited,
  noon,
  quarterPast,
  verified,
  wish,
} from '../../../test/member-facts.ts';
import { memberDecider } from './member.decider.ts';
import { evolveMember, noMember } from './member.state.ts';

const given = specFor(memberDecider);

const ada = {
  door: 'admin_api',
  pending: false,
  emailId,
  address: 'ada@acme.test',
  emailVerified: false,
  name: '',
  roles: [],
  isBreakglass: false,
  externalId: null,
  trustedMetadata: {},
  untrustedMetadata: {},
  mfaPhoneNumber: null,
  mfaEnrolled: false,
  membershipEndsAt: null,
} as const;
const create = (data: Partial<Extract<Parameters<typeof wish<'CreateMember'>>[1], object>> = {}) =>
  wish('CreateMember', { ...ada, ...data });

describe('CreateMember', () => {
  it('creates an active member', () => given().when(create()).then(created()));

  it('creates a pending member that is never void where the backend asks for one', () =>
    given()
      .when(create({ pending: true }))
      .then(created({ status: 'pending' })));

  it('names each role once and drops metadata keys that are null', () =>
    given()
      .when(create({ roles: ['editor', 'editor'], trustedMetadata: { plan: 'gold', old: null } }))
      .then(created({ roles: ['editor'], trustedMetadata: { plan: 'gold' } })));

  it('refuses to create the same member twice', () =>
    given(created()).when(create()).thenRejects('conflict'));

  it('refuses a name of 129 characters', () =>
    given()
      .when(create({ name: 'n'.repeat(129) }))
      .thenRejects('member_name_too_long'));
  it('takes a name of 128 characters', () =>
    given()
      .when(create({ name: 'n'.repeat(128) }))
      .then(created({ name: 'n'.repeat(128) })));

  it.each(['', 'a b', 'member-7', 'organization-7', 'x'.repeat(129), 'ä'])(
    'refuses %p as an external id',
    (externalId) => given().when(create({ externalId })).thenRejects('invalid_member_external_id'),
  );
  it.each(['7', 'crm|ada.lovelace_1-2', 'x'.repeat(128)])('takes %p as an external id', (externalId) =>
    given().when(create({ externalId })).then(created({ externalId })),
  );

  it.each(['015112345678', '+0151123456', '+49 151 1234567', '+123456', '+1234567890123456'])(
    'refuses %p as a phone number',
    (mfaPhoneNumber) => given().when(create({ mfaPhoneNumber })).thenRejects('invalid_phone_number'),
  );
  it.each(['+1234567', '+123456789012345'])('takes %p as a phone number', (mfaPhoneNumber) =>
    given().when(create({ mfaPhoneNumber })).then(created({ mfaPhoneNumber })),
  );

  it('refuses metadata past 20 keys', () =>
    given()
      .when(create({ untrustedMetadata: Object.fromEntries([...Array(21).keys()].map((n) => [`k${n}`, n])) }))
      .thenRejects('metadata_too_large'));
});

describe('ExpectMember', () => {
  const ask = (expiresAt = evening, at = noon) =>
    wish('ExpectMember', { emailId, address: 'ada@acme.test', expiresAt }, at);
  const renewed = {
    type: 'MembershipRequestRenewed',
    data: { address: 'ada@acme.test', expiresAt: evening },
  } as const;

  it('R33: makes somebody pending, without role, without proof, void with the last link', () =>
    given().when(ask()).then(awaited));
  it('R33: asked again, the pending member lasts longer', () =>
    given(created({ door: 'login_request', status: 'pending', expiresAt: quarterPast }))
      .when(ask())
      .then(renewed));
  it('never lasts shorter for being asked again', () => given(awaited).when(ask(quarterPast)).thenNothing());
  it('wakes a pending member that was void', () =>
    given(created({ door: 'login_request', status: 'pending', expiresAt: noon }))
      .when(ask(evening, noon))
      .then(renewed));
  it('leaves active and invited members and those the backend made pending as they are', () => {
    given(created()).when(ask()).thenNothing();
    given(awaited, invited({ expiresAt: quarterPast }))
      .when(ask())
      .thenNothing();
    given(created({ status: 'pending' }))
      .when(ask())
      .thenNothing();
  });
  it('refuses where the member has left that address meanwhile', () =>
    given(awaited)
      .when(wish('ExpectMember', { emailId, address: 'eve@acme.test', expiresAt: evening }))
      .thenRejects('conflict'));
  it('does not bring back the deleted', () =>
    given(created(), deactivated()).when(ask()).thenRejects('member_not_found'));
});

describe('DeactivateMember, EndLapsedMember', () => {
  const remove = wish('DeactivateMember', { cause: 'deleted' });

  it('gives back all addresses and the external id', () =>
    given(
      created({ externalId: 'crm-7' }),
      verified,
      { type: 'MemberEmailRetired', data: { emailId: 'e0', address: 'old@acme.test' } },
      {
        type: 'EmailUpdateStarted',
        data: { emailId: 'e2', address: 'new@acme.test', until: evening, heldAsRetired: false },
      },
    )
      .when(remove)
      .then(
        deactivated({
          addresses: ['ada@acme.test', 'old@acme.test', 'new@acme.test'],
          externalId: 'crm-7',
        }),
      ));
  it('revokes the invitation of who never was active', () => {
    given(awaited, invited())
      .when(remove)
      .then(deactivated({ cause: 'invitation_revoked' }));
    given(awaited)
      .when(remove)
      .then(deactivated({ cause: 'invitation_revoked' }));
  });
  it('stays quiet about the deleted', () => given(created(), deactivated()).when(remove).thenNothing());
  it('refuses where there is no member', () => given().when(remove).thenRejects('member_not_found'));

  it('R16: each deactivation raises the epoch, nothing lowers it', () => {
    const back = { type: 'MemberReactivated', data: { address: 'ada@acme.test' } } as const;
    const history = [created(), verified, deactivated(), back, deactivated(), back];
    expect(history.reduce(evolveMember, noMember).epoch).toBe(2);
  });

  it('R34: ends a membership whose time is over, not one whose time is not', () => {
    const forADay = created({ membershipEndsAt: evening });
    given(forADay)
      .when(wish('EndLapsedMember', {}, evening))
      .then(deactivated({ cause: 'membership_ended' }));
    given(forADay)
      .when(wish('EndLapsedMember', {}, '2026-11-23T17:59:59.999Z'))
      .thenNothing();
  });
  it('R33: ends a pending member that is void', () =>
    given(awaited)
      .when(wish('EndLapsedMember', {}, evening))
      .then(deactivated({ cause: 'never_joined' })));
  it('does not end an invitation that expired: it can be renewed', () =>
    given(awaited, invited())
      .when(wish('EndLapsedMember', {}, evening))
      .thenNothing());
});

describe('ReactivateMember', () => {
  const back = wish('ReactivateMember', {});
  const reactivated = { type: 'MemberReactivated', data: { address: 'ada@acme.test' } } as const;

  it('brings a deleted member back', () =>
    given(created(), verified, deactivated()).when(back).then(reactivated));
  it('brings nothing back but the address: roles, factors and exemptions are gone', () => {
    const history = [
      created({
        roles: ['stytch_admin'],
        isBreakglass: true,
        mfaPhoneNumber: '+4915112345678',
        mfaEnrolled: true,
      }),
      verified,
      deactivated(),
      reactivated,
    ];
    expect(history.reduce(evolveMember, noMember)).toMatchObject({
      status: 'active',
      email: { address: 'ada@acme.test', verified: true },
      roles: [],
      isBreakglass: false,
      externalId: null,
      mfa: { phoneNumber: null, enrolled: false, defaultMethod: null },
    });
  });
  it('refuses without a verified address', () =>
    given(created(), deactivated()).when(back).thenRejects('email_unverified_for_reactivation'));
  it('refuses a revoked invitation for good, even with a proven address', () =>
    given(awaited, invited(), verified, deactivated({ cause: 'invitation_revoked' }))
      .when(back)
      .thenRejects('no_deleted_member_found_for_reactivation'));
  it('refuses who is active, and who never was there', () => {
    given(created(), verified).when(back).thenRejects('no_deleted_member_found_for_reactivation');
    given().when(back).thenRejects('no_deleted_member_found_for_reactivation');
  });
  it('R34: brings back a membership that time ended and nobody wrote down', () =>
    given(created({ membershipEndsAt: noon }), verified)
      .when(back)
      .then(deactivated({ cause: 'membership_ended' }), reactivated));
});
