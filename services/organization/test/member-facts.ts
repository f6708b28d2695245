import type { Instant } from '@muster/kernel';
import type { MemberCommand } from '../src/domain/member/member.commands.ts';
import type { MemberCreated, MemberEvent } from '../src/domain/member/member.events.ts';

/** Facts and wishes about Ada, who is everybody's example member. */
export const noon: Instant = '2026-11-23T12:00:00.000Z';
export const quarterPast: Instant = '2026-11-23T12:15:00.000Z';
export const evening: Instant = '2026-11-23T18:00:00.000Z';

export const emailId = 'member-email-test-019ab000-0000-7000-8000-0000000000e1';
export const otherEmailId = 'member-email-test-019ab000-0000-7000-8000-0000000000e2';
export const thirdEmailId = 'member-email-test-019ab000-0000-7000-8000-0000000000e3';
export const inviterId = 'member-test-019ab000-0000-7000-8000-0000000000f1';

export const createdData: MemberCreated['data'] = {
  door: 'admin_api',
  status: 'active',
  emailId,
  address: 'ada@acme.test',
  domain: 'acme.test',
  emailVerified: false,
  name: '',
  roles: [],
  isBreakglass: false,
  externalId: null,
  trustedMetadata: {},
  untrustedMetadata: {},
  mfaPhoneNumber: null,
  mfaEnrolled: false,
  expiresAt: null,
  membershipEndsAt: null,
};

export const created = (data: Partial<MemberCreated['data']> = {}): MemberEvent => ({
  type: 'MemberCreated',
  data: { ...createdData, ...data },
});

/** Ada, pending because somebody asked to log in with her address; void in the evening. */
export const awaited = created({ door: 'login_request', status: 'pending', expiresAt: evening });

export const verified: MemberEvent = {
  type: 'MemberEmailVerified',
  data: { emailId, domain: 'acme.test' },
};

export const invited = (data: Partial<Extract<MemberEvent, { type: 'MemberInvited' }>['data']> = {}) =>
  ({
    type: 'MemberInvited',
    data: {
      address: 'ada@acme.test',
      roles: [],
      invitedByMemberId: null,
      grantedByMemberId: null,
      expiresAt: evening,
      ...data,
    },
  }) satisfies MemberEvent;

export const deactivated = (
  data: Partial<Extract<MemberEvent, { type: 'MemberDeactivated' }>['data']> = {},
) =>
  ({
    type: 'MemberDeactivated',
    data: { cause: 'deleted', addresses: ['ada@acme.test'], externalId: null, ...data },
  }) satisfies MemberEvent;

export const erased = (addressHashes: readonly string[] = ['hash']) =>
  ({ type: 'MemberErased', data: { addressHashes } }) satisfies MemberEvent;

type Wish = { [C in MemberCommand as C['type']]: C['data'] };

/** A command at noon, unless it is said when. */
export const wish = <Type extends MemberCommand['type']>(
  type: Type,
  data: Wish[Type],
  at: Instant = noon,
): MemberCommand => ({ type, data, at }) as MemberCommand;
