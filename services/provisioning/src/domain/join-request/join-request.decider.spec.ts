import { specFor } from '@muster/eventsourcing/testing';
import { joinRequestDecider } from './join-request.decider.ts';
import type { JoinRequestEvent } from './join-request.events.ts';

const at = '2026-11-23T09:00:00.000Z';
const given = specFor(joinRequestDecider);

const request = {
  admissionId: 'admission-1',
  memberId: 'member-ada',
  address: 'ada@acme.test',
  ruleId: 'rule-acme',
  through: 'organization',
  connectionId: null,
} as const;
const approval = { admissionId: 'admission-2', memberId: 'member-ada', decidedBy: 'member:steward' };
const denial = { decidedBy: 'member:steward' };

const ask = { type: 'RequestToJoin', data: request, at } as const;
const approve = { type: 'ApproveJoinRequest', data: approval, at } as const;
const deny = { type: 'DenyJoinRequest', data: denial, at } as const;
const reopen = { type: 'ReopenJoinRequest', data: { admissionId: 'admission-2' }, at } as const;

const requested: JoinRequestEvent = { type: 'JoinRequested', data: request };
const approved: JoinRequestEvent = { type: 'JoinRequestApproved', data: approval };
const denied: JoinRequestEvent = { type: 'JoinRequestDenied', data: denial };
const reopened: JoinRequestEvent = { type: 'JoinRequestReopened', data: { admissionId: 'admission-2' } };

describe('R32: asking to join', () => {
  it('is asked once while nobody has decided', () => {
    given().when(ask).then(requested);
    given(requested).when(ask).thenNothing();
  });
  it('may be asked again after a denial', () => given(requested, denied).when(ask).then(requested));
  it('may be asked again by who was let in and has left', () =>
    given(requested, approved).when(ask).then(requested));
});

describe('R32: a steward’s decision', () => {
  it('approves', () => given(requested).when(approve).then(approved));
  it('denies', () => given(requested).when(deny).then(denied));
  it('stands: the same again is no news', () => {
    given(requested, approved).when(approve).thenNothing();
    given(requested, denied).when(deny).thenNothing();
  });
  it('stands: the other one is refused', () => {
    given(requested, approved).when(deny).thenRejects('join_request_already_decided');
    given(requested, denied).when(approve).thenRejects('join_request_already_decided');
  });
  it('needs a request', () => {
    given().when(approve).thenRejects('join_request_not_found');
    given().when(deny).thenRejects('join_request_not_found');
  });
  it('can be given on a request that was asked again', () =>
    given(requested, denied, requested).when(approve).then(approved));
});

describe('R36: an approval that came to nothing', () => {
  it('leaves the request open to another decision', () => {
    given(requested, approved).when(reopen).then(reopened);
    given(requested, approved, reopened).when(deny).then(denied);
  });
  it('opens nothing that another admission has decided since', () => {
    const since: JoinRequestEvent = {
      type: 'JoinRequestApproved',
      data: { ...approval, admissionId: 'admission-3' },
    };
    given(requested, approved, reopened, since).when(reopen).thenNothing();
  });
  it('opens nothing that was denied, nor what was never asked', () => {
    given(requested, denied).when(reopen).thenNothing();
    given().when(reopen).thenNothing();
  });
});
