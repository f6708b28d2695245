import { specFor } from '@muster/eventsourcing/testing';
import {
  awaited,
  created,
  deactivated,
  emailId,
  evening,
  noon,
  otherEmailId,
  quarterPast,
  thirdEmailId,
  verified,
  wish,
} from '../../../test/member-facts.ts';
import { memberDecider } from './member.decider.ts';
import type { MemberEvent } from './member.events.ts';

const given = specFor(memberDecider);

const replaced = (
  data: Partial<Extract<MemberEvent, { type: 'MemberEmailReplaced' }>['data']> = {},
): MemberEvent => ({
  type: 'MemberEmailReplaced',
  data: {
    emailId: otherEmailId,
    address: 'ada@lovelace.test',
    domain: 'lovelace.test',
    emailVerified: false,
    heldUntil: null,
    ...data,
  },
});
const retired: MemberEvent = { type: 'MemberEmailRetired', data: { emailId, address: 'ada@acme.test' } };
const unlinked: MemberEvent = { type: 'RetiredEmailUnlinked', data: { emailId, address: 'ada@acme.test' } };
const moving: MemberEvent = {
  type: 'EmailUpdateStarted',
  data: { emailId: otherEmailId, address: 'ada@lovelace.test', until: quarterPast, heldAsRetired: false },
};
const movingBack: MemberEvent = {
  type: 'EmailUpdateStarted',
  data: { emailId, address: 'ada@acme.test', until: quarterPast, heldAsRetired: true },
};
const abandoned: MemberEvent = {
  type: 'EmailUpdateAbandoned',
  data: { emailId: otherEmailId, address: 'ada@lovelace.test', heldAsRetired: false },
};

describe('ProveAddress', () => {
  const prove = (address: string, at = noon) => wish('ProveAddress', { address }, at);

  it('verifies the current address, once', () => {
    given(created()).when(prove('ada@acme.test')).then(verified);
    given(created(), verified).when(prove('ada@acme.test')).thenNothing();
  });
  it('completes the move to the address under way, which is proven with that', () =>
    given(created(), verified, moving)
      .when(prove('ada@lovelace.test', '2026-11-23T12:14:59.999Z'))
      .then(retired, replaced({ emailVerified: true })));
  it('completes nothing once time is up', () =>
    given(created(), verified, moving)
      .when(prove('ada@lovelace.test', quarterPast))
      .thenRejects('unable_to_verify_member_email_update'));
  it('takes no other proof: of a retired address, of a stranger', () => {
    given(created(), retired, replaced())
      .when(prove('ada@acme.test'))
      .thenRejects('unable_to_verify_member_email_update');
    given(created()).when(prove('eve@evil.test')).thenRejects('unable_to_verify_member_email_update');
  });
  it('refuses for the deleted, the void and the absent', () => {
    given(created(), deactivated()).when(prove('ada@acme.test')).thenRejects('member_not_found');
    given(awaited).when(prove('ada@acme.test', evening)).thenRejects('member_not_found');
    given().when(prove('ada@acme.test')).thenRejects('member_not_found');
  });
});

describe('ReplaceAddress', () => {
  const replace = (address = 'ada@lovelace.test', unlinkPrevious = false, newId = otherEmailId) =>
    wish('ReplaceAddress', { emailId: newId, address, unlinkPrevious });

  it('R5: retires the former address; the new one is unproven', () =>
    given(created(), verified).when(replace()).then(retired, replaced()));
  it('frees the former address where that is asked for', () =>
    given(created()).when(replace('ada@lovelace.test', true)).then(retired, unlinked, replaced()));
  it('stays quiet where it is the current one already', () =>
    given(created()).when(replace('ada@acme.test')).thenNothing());
  it('moves back to a retired address, under its former id, unproven', () =>
    given(created(), verified, retired, replaced())
      .when(replace('ada@acme.test', false, thirdEmailId))
      .then(
        { type: 'MemberEmailRetired', data: { emailId: otherEmailId, address: 'ada@lovelace.test' } },
        replaced({ emailId, address: 'ada@acme.test', domain: 'acme.test' }),
      ));
  it('S14: calls off a move to another address that somebody had started', () =>
    given(created(), verified, moving)
      .when(replace('ada@home.test', false, thirdEmailId))
      .then(
        abandoned,
        retired,
        replaced({ emailId: thirdEmailId, address: 'ada@home.test', domain: 'home.test' }),
      ));
  it('takes over the move to the same address, without its proof', () =>
    given(created(), verified, moving)
      .when(replace('ada@lovelace.test', false, thirdEmailId))
      .then(retired, replaced()));
  it('R33: a pending member blocks neither address for ever', () =>
    given(awaited)
      .when(replace())
      .then(retired, unlinked, replaced({ heldUntil: evening })));
  it('refuses for the deleted', () =>
    given(created(), deactivated()).when(replace()).thenRejects('member_not_found'));
});

describe('StartEmailUpdate', () => {
  const start = (address = 'ada@lovelace.test', newId = otherEmailId) =>
    wish('StartEmailUpdate', { emailId: newId, address, until: quarterPast });

  it('R5: keeps the address for the member until time is up', () =>
    given(created(), verified).when(start()).then(moving));
  it('starts anew for the same address, under the same id', () =>
    given(created(), verified, moving).when(start('ada@lovelace.test', thirdEmailId)).then(moving));
  it('calls off an earlier move', () =>
    given(created(), verified, moving)
      .when(start('ada@home.test', thirdEmailId))
      .then(abandoned, {
        type: 'EmailUpdateStarted',
        data: {
          emailId: thirdEmailId,
          address: 'ada@home.test',
          until: quarterPast,
          heldAsRetired: false,
        },
      }));
  it('R5: moving back to a retired address leaves it retired until it is proven', () =>
    given(created(), retired, replaced({ emailVerified: true }))
      .when(start('ada@acme.test'))
      .then(movingBack));
  it('refuses the current address', () =>
    given(created(), verified).when(start('ada@acme.test')).thenRejects('duplicate_member_email'));
  it('refuses who has proven nothing, and who is not active', () => {
    given(created()).when(start()).thenRejects('member_has_no_active_verified_email');
    given(awaited, verified).when(start()).thenRejects('member_has_no_active_verified_email');
  });
  it('refuses for the deleted', () =>
    given(created(), verified, deactivated()).when(start()).thenRejects('member_not_found'));
});

describe('UnlinkRetiredEmail', () => {
  const unlink = (id: string | null, address: string | null) =>
    wish('UnlinkRetiredEmail', { emailId: id, address });
  const moved = [created(), retired, replaced({ emailVerified: true })];

  it('frees a retired address by id, by address, or by both', () => {
    given(...moved)
      .when(unlink(emailId, null))
      .then(unlinked);
    given(...moved)
      .when(unlink(null, 'ada@acme.test'))
      .then(unlinked);
    given(...moved)
      .when(unlink(emailId, 'ada@acme.test'))
      .then(unlinked);
  });
  it('refuses where id and address disagree', () =>
    given(...moved)
      .when(unlink(emailId, 'ada@lovelace.test'))
      .thenRejects('retired_email_not_found'));
  it('refuses the current address, and none at all', () => {
    given(...moved)
      .when(unlink(otherEmailId, null))
      .thenRejects('retired_email_not_found');
    given(...moved)
      .when(unlink(null, null))
      .thenRejects('retired_email_not_found');
  });
  it('calls off a move back to it, which had no key but this one', () =>
    given(...moved, movingBack)
      .when(unlink(emailId, null))
      .then(
        { type: 'EmailUpdateAbandoned', data: { emailId, address: 'ada@acme.test', heldAsRetired: true } },
        unlinked,
      ));
});
