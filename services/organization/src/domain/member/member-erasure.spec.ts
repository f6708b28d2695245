import { specFor } from '@muster/eventsourcing/testing';
import {
  awaited,
  created,
  deactivated,
  emailId,
  erased,
  evening,
  invited,
  otherEmailId,
  quarterPast,
  verified,
  wish,
} from '../../../test/member-facts.ts';
import type { MemberCommand } from './member.commands.ts';
import { memberDecider } from './member.decider.ts';
import type { MemberEvent } from './member.events.ts';
import { memberReservations } from './member.keys.ts';
import { evolveMember, noMember } from './member.state.ts';

const given = specFor(memberDecider);

const erase = wish('EraseMember', { addressHashes: ['hash'] });
const reactivated: MemberEvent = { type: 'MemberReactivated', data: { address: 'ada@acme.test' } };
const completed: MemberEvent = { type: 'MemberErasureCompleted', data: {} };

describe('EraseMember', () => {
  it('R54: ends an active membership first', () =>
    given(created(), verified).when(erase).then(deactivated(), erased()));
  it('R54: revokes an invitation first', () =>
    given(awaited, invited())
      .when(erase)
      .then(deactivated({ cause: 'invitation_revoked' }), erased()));
  it('R54: erases who was only awaited, void or not', () => {
    given(awaited)
      .when(erase)
      .then(deactivated({ cause: 'invitation_revoked' }), erased());
    given(awaited)
      .when(wish('EraseMember', { addressHashes: ['hash'] }, evening))
      .then(deactivated({ cause: 'invitation_revoked' }), erased());
  });
  it('R54: erases who was deleted, and who came back and was deleted again', () => {
    given(created(), deactivated()).when(erase).then(erased());
    given(created(), verified, deactivated(), reactivated, deactivated()).when(erase).then(erased());
  });
  it('R54: erases once', () => given(created(), deactivated(), erased()).when(erase).thenNothing());
  it('refuses where there never was anybody', () => given().when(erase).thenRejects('member_not_found'));

  it('R5: gives back every address, retired and under way, and the external id', () => {
    const history: readonly MemberEvent[] = [
      created({ externalId: 'crm-7' }),
      verified,
      { type: 'MemberEmailRetired', data: { emailId, address: 'ada@acme.test' } },
      {
        type: 'MemberEmailReplaced',
        data: {
          emailId: otherEmailId,
          address: 'ada@lovelace.test',
          domain: 'lovelace.test',
          emailVerified: true,
          heldUntil: null,
        },
      },
      {
        type: 'EmailUpdateStarted',
        data: { emailId, address: 'ada@home.test', until: quarterPast, heldAsRetired: false },
      },
    ];
    const state = history.reduce(evolveMember, noMember);
    const id = { projectId: 'p', organizationId: 'o', id: 'ada' };
    const changes = memberDecider
      .decide(state, erase)
      .flatMap((event) => memberReservations(event, id, (_, value) => value));
    expect(changes).toEqual([
      { op: 'release', key: 'email:o:ada@lovelace.test', owner: 'ada' },
      { op: 'release', key: 'email:o:ada@acme.test', owner: 'ada' },
      { op: 'release', key: 'email:o:ada@home.test', owner: 'ada' },
      { op: 'release', key: 'member-external-id:o:crm-7', owner: 'ada' },
    ]);
  });
});

describe('an erased member', () => {
  const gone = [created({ name: 'Ada', roles: ['editor'] }), verified, deactivated(), erased()] as const;

  it('R54: is a tombstone without anything that was ever sealed', () =>
    expect(gone.reduce<typeof noMember>(evolveMember, noMember)).toStrictEqual({
      ...noMember,
      status: 'erased',
      door: 'admin_api',
      epoch: 1,
      erasure: { addressHashes: ['hash'], completed: false },
    }));
  it('E24: is the same tombstone whether or not its key could still be used', () => {
    const unreadable = { erased: true } as const;
    const sealed = [
      created({ name: unreadable, address: unreadable, trustedMetadata: unreadable }),
      verified,
      { ...deactivated(), data: { ...deactivated().data, addresses: unreadable } },
      erased(),
    ] as const;
    const state = (events: readonly MemberEvent[]) => events.reduce(evolveMember, noMember);
    expect(JSON.stringify(state(sealed))).toBe(
      JSON.stringify(state([...gone.slice(0, 1), ...gone.slice(1)])),
    );
  });

  it.each<readonly [string, MemberCommand, string]>([
    ['reactivated', wish('ReactivateMember', {}), 'no_deleted_member_found_for_reactivation'],
    ['renamed', wish('RenameMember', { name: 'Eve' }), 'member_not_found'],
    [
      'awaited',
      wish('ExpectMember', { emailId, address: 'ada@acme.test', expiresAt: evening }),
      'member_not_found',
    ],
    [
      'invited',
      wish('InviteMember', {
        emailId,
        address: 'ada@acme.test',
        name: '',
        roles: [],
        trustedMetadata: {},
        untrustedMetadata: {},
        invitedByMemberId: null,
        grantedByMemberId: null,
        expiresAt: evening,
      }),
      'member_not_found',
    ],
    [
      'activated',
      wish('ActivateMember', {
        door: 'invite',
        address: '',
        roles: [],
        withheldRoles: [],
        membershipEndsAt: null,
      }),
      'member_not_found',
    ],
    ['given a proof', wish('ProveAddress', { address: '' }), 'member_not_found'],
    [
      'moved',
      wish('StartEmailUpdate', { emailId, address: 'ada@acme.test', until: quarterPast }),
      'member_not_found',
    ],
  ])('R54: cannot be %s', (_, command, code) =>
    given(...gone)
      .when(command)
      .thenRejects(code),
  );

  it('stays as it is when it is deleted or when time would end it', () => {
    given(...gone)
      .when(wish('DeactivateMember', { cause: 'deleted' }))
      .thenNothing();
    given(...gone)
      .when(wish('EndLapsedMember', {}))
      .thenNothing();
  });
});

describe('CompleteErasure', () => {
  const complete = wish('CompleteErasure', {});

  it('R54: is recorded once', () => {
    given(created(), deactivated(), erased()).when(complete).then(completed);
    given(created(), deactivated(), erased(), completed).when(complete).thenNothing();
  });
  it('says nothing of who is not erased', () => {
    given(created()).when(complete).thenNothing();
    given(created(), deactivated()).when(complete).thenNothing();
    given().when(complete).thenNothing();
  });
});
