import { specFor } from '@muster/eventsourcing/testing';
import {
  awaited,
  created,
  deactivated,
  emailId,
  evening,
  invited,
  inviterId,
  noon,
  wish,
} from '../../../test/member-facts.ts';
import { memberDecider } from './member.decider.ts';

const given = specFor(memberDecider);

describe('InviteMember', () => {
  const data = {
    emailId,
    address: 'ada@acme.test',
    name: '',
    roles: ['editor'],
    trustedMetadata: {},
    untrustedMetadata: {},
    invitedByMemberId: inviterId,
    grantedByMemberId: inviterId,
    expiresAt: evening,
  };
  const by = { invitedByMemberId: inviterId, grantedByMemberId: inviterId } as const;
  const nobody = created({ door: 'invite', status: 'pending' });

  it('creates and invites who is not there yet', () =>
    given()
      .when(wish('InviteMember', data))
      .then(nobody, invited({ roles: ['editor'], ...by })));

  it('keeps what the invitation says of the person', () =>
    given()
      .when(wish('InviteMember', { ...data, name: 'Ada', trustedMetadata: { plan: 'gold' } }))
      .then(
        nobody,
        invited({ roles: ['editor'], ...by }),
        { type: 'MemberRenamed', data: { name: 'Ada' } },
        { type: 'TrustedMetadataSet', data: { metadata: { plan: 'gold' } } },
      ));

  it('invites a pending member, void or not', () => {
    given(awaited)
      .when(wish('InviteMember', data))
      .then(invited({ roles: ['editor'], ...by }));
    given(awaited)
      .when(wish('InviteMember', { ...data, expiresAt: '2026-12-01T00:00:00.000Z' }, evening))
      .then(invited({ roles: ['editor'], ...by, expiresAt: '2026-12-01T00:00:00.000Z' }));
  });

  it('renews an invitation: the latest one counts', () =>
    given(nobody, invited({ roles: ['stytch_admin'] }))
      .when(wish('InviteMember', data))
      .then({ type: 'InvitationRenewed', data: { roles: ['editor'], ...by, expiresAt: evening } }));

  it('refuses where the member has left that address meanwhile', () =>
    given(awaited)
      .when(wish('InviteMember', { ...data, address: 'eve@acme.test' }))
      .thenRejects('conflict'));
  it('refuses to invite an active member', () =>
    given(created()).when(wish('InviteMember', data)).thenRejects('user_already_invited'));
  it('refuses to invite under the id of a revoked invitation', () =>
    given(nobody, invited(), deactivated({ cause: 'invitation_revoked' }))
      .when(wish('InviteMember', data))
      .thenRejects('member_not_found'));
});

describe('ActivateMember', () => {
  const activate = (
    data: Partial<Extract<Parameters<typeof wish<'ActivateMember'>>[1], object>> = {},
    at = noon,
  ) =>
    wish(
      'ActivateMember',
      {
        door: 'jit_rule',
        address: 'ada@acme.test',
        roles: [],
        withheldRoles: [],
        membershipEndsAt: null,
        ...data,
      },
      at,
    );
  const activated = (roles: readonly string[], door: 'jit_rule' | 'invite' = 'jit_rule') =>
    ({
      type: 'MemberActivated',
      data: { door, address: 'ada@acme.test', roles, membershipEndsAt: null },
    }) as const;

  it('R33: activates a pending member with the roles of the rule that admitted them', () =>
    given(awaited)
      .when(activate({ roles: ['reader'] }))
      .then(activated(['reader'])));
  it('R34: remembers when the membership ends', () =>
    given(awaited)
      .when(activate({ membershipEndsAt: '2026-12-23T12:00:00.000Z' }))
      .then({
        type: 'MemberActivated',
        data: {
          door: 'jit_rule',
          address: 'ada@acme.test',
          roles: [],
          membershipEndsAt: '2026-12-23T12:00:00.000Z',
        },
      }));
  it('gives what the invitation promised, beside what the rule gives', () =>
    given(awaited, invited({ roles: ['editor'] }))
      .when(activate({ door: 'invite', roles: ['reader'] }))
      .then(activated(['editor', 'reader'], 'invite')));
  it('S15: gives no role whose promise its author may not keep any more', () =>
    given(awaited, invited({ roles: ['editor', 'stytch_admin'] }))
      .when(activate({ door: 'invite', withheldRoles: ['stytch_admin'] }))
      .then(activated(['editor'], 'invite')));

  it('accepts an invitation one millisecond before it expires', () =>
    given(awaited, invited())
      .when(activate({ door: 'invite' }, '2026-11-23T17:59:59.999Z'))
      .then(activated([], 'invite')));
  it('S15: refuses an expired invitation, with no cleaner having run', () =>
    given(awaited, invited())
      .when(activate({ door: 'invite' }, evening))
      .thenRejects('invite_expired'));
  it('S15: through another door an expired invitation promises nothing', () =>
    given(awaited, invited({ roles: ['stytch_admin'] }))
      .when(activate({ roles: ['reader'] }, evening))
      .then(activated(['reader'])));
  it('S15: refuses who proved another mailbox than the invited one', () =>
    given(awaited, invited())
      .when(activate({ door: 'invite', address: 'eve@acme.test' }))
      .thenRejects('admission_refused'));
  it('refuses an invitation that nobody sent', () =>
    given(awaited)
      .when(activate({ door: 'invite' }))
      .thenRejects('admission_refused'));

  it('R33: refuses a pending member that is void', () =>
    given(awaited).when(activate({}, evening)).thenRejects('member_not_found'));
  it('refuses a revoked invitation and a member that is not there', () => {
    given(awaited, invited(), deactivated()).when(activate()).thenRejects('member_not_found');
    given().when(activate()).thenRejects('member_not_found');
  });
  it('stays quiet about an active member, whatever the door promises', () =>
    given(created())
      .when(activate({ roles: ['stytch_admin'] }))
      .thenNothing());
});
