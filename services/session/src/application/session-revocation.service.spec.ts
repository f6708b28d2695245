import { DomainError } from '@muster/kernel';
import { acme, adaAtAcme, adaAtGlobex, globex, proofFor } from '../testing/facts.ts';
import { refusal } from '../testing/refusal.ts';
import { SessionRig } from '../testing/session-rig.ts';
import type { EntryAnswer } from './entry-answers.ts';
import type { Authority } from './session-revocation.service.ts';

const backend: Authority = { member: null, permit: () => {} };
/** A member of Acme who may revoke their own sessions, and those of nobody else. */
const ada: Authority = {
  permit: ({ self }, target) => {
    if (self !== 'stytch.self:revoke-sessions' || target !== adaAtAcme)
      throw new DomainError('session_authorization_error');
  },
  member: { organizationId: acme },
};

let rig: SessionRig;
beforeEach(async () => {
  rig = await SessionRig.start();
});
afterEach(() => rig.stop());

const logIn = (organizationId = acme, durationMinutes: number | null = null): Promise<EntryAnswer> => {
  const token = rig.dependencies.newId('login');
  const there = { organizationId: globex, memberId: adaAtGlobex, memberEpoch: 0, organizationEpoch: 1 };
  rig.proofs.send(token, proofFor(organizationId === acme ? {} : there));
  return rig.logIn(token, { durationMinutes });
};
type Given = { sessionToken?: string; sessionJwt?: string; memberSessionId?: string; memberId?: string };
const revoke = (given: Given, authority: Authority = backend) =>
  rig.application.revocation.revoke(rig.call('Revoke'), authority, {
    sessionToken: null,
    sessionJwt: null,
    memberSessionId: null,
    memberId: null,
    ...given,
  });
const isLive = async ({ session_token: sessionToken }: EntryAnswer) =>
  (await refusal(rig.authenticate({ sessionToken }))) === 'none';
const list = (organization = acme, memberId = adaAtAcme) =>
  rig.application.revocation.list(rig.call(), { organization, memberId });

describe('revoking', () => {
  it.each<[string, (session: EntryAnswer) => Given]>([
    ['id', ({ member_session }) => ({ memberSessionId: member_session!.member_session_id })],
    ['token', ({ session_token }) => ({ sessionToken: session_token })],
    ['JWT', ({ session_jwt }) => ({ sessionJwt: session_jwt })],
  ])('ends one session by %s, and no other', async (_, named) => {
    const [first, second] = [await logIn(), await logIn()];
    await revoke(named(first));
    expect([await isLive(first), await isLive(second)]).toEqual([false, true]);
  });

  it('R3: ends all sessions of a member, and none of the same person elsewhere', async () => {
    const [first, second, elsewhere] = [await logIn(), await logIn(), await logIn(globex)];
    await revoke({ memberId: adaAtAcme });
    expect([await isLive(first), await isLive(second), await isLive(elsewhere)]).toEqual([
      false,
      false,
      true,
    ]);
  });

  it('does not miss a session that was minted a moment before', async () => {
    for (let round = 0; round < 20; round++) {
      const session = await logIn();
      await revoke({ memberId: adaAtAcme });
      expect(await isLive(session)).toBe(false);
    }
  });

  it('says nothing new the second time', async () => {
    const session = await logIn();
    const memberSessionId = session.member_session!.member_session_id;
    await revoke({ memberSessionId });
    const before = await rig.log.head();
    await revoke({ memberSessionId });
    await revoke({ memberId: adaAtAcme });
    expect(await rig.log.head()).toBe(before);
  });

  it('takes exactly one name for what to revoke', async () => {
    expect(await refusal(revoke({}))).toBe('no_session_arguments');
    expect(await refusal(revoke({ memberId: adaAtAcme, sessionToken: 'x' }))).toBe(
      'too_many_session_arguments',
    );
    expect(await refusal(revoke({ memberSessionId: rig.dependencies.newId('session') }))).toBe(
      'session_not_found',
    );
    expect(await refusal(revoke({ sessionToken: 'forged' }))).toBe('session_not_found');
  });

  it('I14: lets a member end their own sessions only', async () => {
    const [own, elsewhere] = [await logIn(), await logIn(globex)];
    const memberSessionId = elsewhere.member_session!.member_session_id;
    // R20: another organization's session is as good as none.
    expect(await refusal(revoke({ memberSessionId }, ada))).toBe('session_not_found');
    expect(await refusal(revoke({ memberId: adaAtGlobex }, ada))).toBe('session_authorization_error');
    const anyMember: Authority = { ...ada, permit: () => {} };
    await revoke({ memberId: adaAtGlobex }, anyMember);
    expect(await isLive(elsewhere)).toBe(true);
    await revoke({ memberId: adaAtAcme }, ada);
    expect(await isLive(own)).toBe(false);
  });

  it('asks for the permission on the member whose session it is', async () => {
    const asked: unknown[] = [];
    const session = await logIn();
    await revoke(
      { sessionToken: session.session_token },
      { ...backend, permit: (permission, target) => asked.push([permission, target]) },
    );
    expect(asked).toEqual([
      [{ member: 'stytch.member:revoke-sessions', self: 'stytch.self:revoke-sessions' }, adaAtAcme],
    ]);
  });
});

describe('the sessions of a member', () => {
  it('are those that count now', async () => {
    const short = await logIn(acme, 5);
    const revoked = await logIn();
    const live = await logIn();
    await logIn(globex);
    await revoke({ sessionToken: revoked.session_token });
    const ids = async () => (await list()).map(({ member_session_id }) => member_session_id);
    expect(await ids()).toEqual([
      short.member_session!.member_session_id,
      live.member_session!.member_session_id,
    ]);
    rig.pass({ minutes: 5 });
    expect(await list()).toEqual([{ ...live.member_session!, last_accessed_at: '2026-11-23T09:05:00.000Z' }]);
  });

  it('R16: are none once the member was disabled', async () => {
    await logIn();
    await rig.organizations.changeMember(adaAtAcme, { epoch: 8 });
    expect(await list()).toEqual([]);
  });

  it('are asked for a member of that organization', async () =>
    expect(await refusal(list(globex, adaAtAcme))).toBe('member_not_found'));
});
