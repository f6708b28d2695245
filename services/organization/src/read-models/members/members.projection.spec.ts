import { erased } from '@muster/eventsourcing';
import { projectionSpec } from '@muster/eventsourcing/testing';
import { created, deactivated, emailId, noon, verified } from '../../../test/member-facts.ts';
import type { MemberEvent } from '../../domain/member/member.events.ts';
import { memberFacts, toWireMember } from './member.wire.ts';
import { type MemberDocument, membersProjection } from './members.projection.ts';

const projectId = 'project-test-1';
const organizationId = 'organization-test-1';
const memberId = 'member-test-1';
const later = '2026-11-23T15:00:00.000Z';

const projection = membersProjection((scope, value) => `hash(${scope}, ${value.length})`);
const given = projectionSpec(projection);
const fact = (event: MemberEvent, at = noon) => ({
  category: 'member',
  id: { projectId, organizationId, id: memberId },
  event,
  at,
});

const ada: MemberDocument = {
  status: 'active',
  door: 'admin_api',
  epoch: 0,
  wasActive: true,
  email: { emailId, address: 'ada@acme.test', verified: false },
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
  projectId,
  organizationId,
  memberId,
  createdAt: noon,
  updatedAt: noon,
};

describe('members', () => {
  it('tell when a member came to be and when they last changed', () => {
    given(fact(created())).then(memberId, ada);
    given(fact(created()), fact({ type: 'MemberRenamed', data: { name: 'Ada' } }, later)).then(memberId, {
      ...ada,
      name: 'Ada',
      updatedAt: later,
    });
  });

  it('keep the deleted, who can come back', () =>
    given(fact(created({ roles: ['editor'] })), fact(deactivated(), later)).then(memberId, {
      ...ada,
      status: 'deleted',
      epoch: 1,
      updatedAt: later,
    }));

  const found = {
    organizationId: [organizationId],
    memberId: [memberId],
    status: ['active'],
    address: ['ada@acme.test'],
    addressHash: ['hash(project-test-1, 13)'],
    provenDomain: [],
    role: [],
    breakglass: ['false'],
    phoneNumber: [],
    externalId: [],
  };

  it('are found by all that search asks for', () =>
    given(
      fact(
        created({
          roles: ['editor', 'stytch_admin'],
          isBreakglass: true,
          externalId: 'crm-7',
          mfaPhoneNumber: '+4915112345678',
        }),
      ),
    ).thenIndexed(memberId, {
      ...found,
      role: ['editor', 'stytch_admin'],
      breakglass: ['true'],
      phoneNumber: ['+4915112345678'],
      externalId: ['crm-7'],
    }));

  it('R33: are colleagues in a domain only while active with a proven address in it', () => {
    const proven = { ...found, provenDomain: ['organization-test-1:acme.test'] };
    given(fact(created()), fact(verified)).thenIndexed(memberId, proven);
    given(fact(created())).thenIndexed(memberId, found);
    given(fact(created({ status: 'pending' })), fact(verified)).thenIndexed(memberId, {
      ...found,
      status: ['pending'],
    });
    const moved: MemberEvent = {
      type: 'MemberEmailReplaced',
      data: {
        emailId: 'e2',
        address: 'ada@home.test',
        domain: 'home.test',
        emailVerified: false,
        heldUntil: null,
      },
    };
    given(fact(created()), fact(verified), fact(moved)).thenIndexed(memberId, {
      ...found,
      address: ['ada@home.test'],
    });
  });

  it('R2: the deleted are not discovered by their address', () =>
    given(fact(created()), fact(deactivated())).thenIndexed(memberId, {
      ...found,
      status: ['deleted'],
      addressHash: [],
    }));

  it('R54: nothing personal is left of the erased, and nothing finds them by it', () => {
    const forgotten = {
      address: erased,
      name: erased,
      mfaPhoneNumber: erased,
      trustedMetadata: erased,
      untrustedMetadata: erased,
    };
    given(fact(created(forgotten))).then(memberId, {
      ...ada,
      email: { emailId, address: '', verified: false },
    });
    given(fact(created(forgotten)), fact(verified)).thenIndexed(memberId, {
      ...found,
      address: [],
      addressHash: [],
    });
  });

  it('take nothing of a fact they do not belong to', () =>
    given({ ...fact(created()), category: 'organization' }).thenNothing(memberId));
});

describe('a member on the wire', () => {
  const none = { rbac_email_implicit_role_assignments: [] };
  const byDomain = {
    rbac_email_implicit_role_assignments: [
      { domain: 'acme.test', role_id: 'editor' },
      { domain: 'home.test', role_id: 'stytch_admin' },
    ],
  };
  const rolesOf = (document: MemberDocument, organization: typeof byDomain | typeof none = none) =>
    toWireMember(document, organization, noon).roles;
  const direct = { type: 'direct_assignment', details: {} };

  it('has the default role and those assigned to it', () =>
    expect(rolesOf({ ...ada, roles: ['editor'] })).toStrictEqual([
      { role_id: 'stytch_member', sources: [direct] },
      { role_id: 'editor', sources: [direct] },
    ]));

  it('has roles by its proven domain, beside the same ones assigned', () => {
    const proven = { ...ada, email: { ...ada.email, verified: true } };
    const bySource = { type: 'email_assignment', details: { email_domain: 'acme.test' } };
    expect(rolesOf({ ...proven, roles: ['editor'] }, byDomain)).toStrictEqual([
      { role_id: 'stytch_member', sources: [direct] },
      { role_id: 'editor', sources: [direct, bySource] },
    ]);
  });

  it('has none by a domain that an administrator only wrote down', () =>
    expect(rolesOf(ada, byDomain)).toStrictEqual([{ role_id: 'stytch_member', sources: [direct] }]));

  it('R33: a pending one has none; an invited one shows what it is promised, and holds nothing', () => {
    const promised = { ...ada, roles: ['stytch_admin'] };
    expect(rolesOf({ ...promised, status: 'pending' })).toStrictEqual([]);
    const invited = { ...promised, status: 'invited' } as const;
    expect(toWireMember(invited, none, noon).is_admin).toBe(true);
    expect(memberFacts(invited, none, noon).roles).toStrictEqual([]);
  });

  it('R33, R34: counts as deleted from the instant its time is over', () => {
    const ending = { ...ada, roles: ['editor'], membershipEndsAt: later };
    const pending = { ...ada, status: 'pending', expiresAt: later } as const;
    const justBefore = '2026-11-23T14:59:59.999Z';
    expect(memberFacts(ending, none, justBefore)).toMatchObject({ status: 'active', expiresAt: later });
    expect(memberFacts(ending, none, later)).toMatchObject({ status: 'deleted', roles: [] });
    expect(memberFacts(pending, none, justBefore).status).toBe('pending');
    expect(memberFacts(pending, none, later).status).toBe('deleted');
  });

  it('shows retired addresses with their ids', () => {
    const retired = [{ emailId: 'e0', address: 'old@acme.test' }];
    expect(toWireMember({ ...ada, retired }, none, noon).retired_email_addresses).toStrictEqual([
      { email_id: 'e0', email_address: 'old@acme.test' },
    ]);
  });
});
