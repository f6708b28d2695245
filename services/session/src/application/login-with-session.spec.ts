import { acme, adaAtGlobex, emailFactor, globex, proofFor } from '../testing/facts.ts';
import { refusal } from '../testing/refusal.ts';
import { type LoginGiven, SessionRig } from '../testing/session-rig.ts';

let rig: SessionRig;
beforeEach(async () => {
  rig = await SessionRig.start();
  rig.proofs.send('link-1', proofFor());
});
afterEach(() => rig.stop());

const logIn = (token = 'link-1', given?: LoginGiven) => rig.logIn(token, given);
const requireMfa = () =>
  rig.organizations.changeOrganization(acme, {
    mfa: { requirement: 'REQUIRED_FOR_ALL', mode: 'ALL_ALLOWED', allowed: [] },
  });

describe('a login with a session at hand', () => {
  it('R14: proves again in the same session, whose token changes (session fixation)', async () => {
    const first = await logIn();
    rig.pass({ minutes: 10 });
    const lastProvenAt = rig.now;
    rig.proofs.send(
      'link-2',
      proofFor({ factor: emailFactor({ lastProvenAt, firstProvenAt: lastProvenAt }) }),
    );
    const answer = await logIn('link-2', { sessionToken: first.session_token, durationMinutes: 120 });
    expect(answer.member_session).toMatchObject({
      member_session_id: first.member_session!.member_session_id,
      started_at: '2026-11-23T09:00:00.000Z',
      expires_at: '2026-11-23T11:10:00.000Z',
      authentication_factors: [
        { created_at: '2026-11-23T09:00:00.000Z', last_authenticated_at: '2026-11-23T09:10:00.000Z' },
      ],
    });
    expect(answer.session_token).not.toBe(first.session_token);
    rig.proofs.send('link-3', proofFor());
    expect(await refusal(logIn('link-3', { sessionToken: first.session_token }))).toBe('session_not_found');
    expect(await refusal(logIn('link-3', { sessionJwt: first.session_jwt }))).toBe('session_not_found');
  });

  it('E5: answers a repeat with the same key, though the token it brings is dead by then', async () => {
    const { session_token: sessionToken } = await logIn();
    rig.proofs.send('link-2', proofFor());
    const first = await logIn('link-2', { sessionToken, key: 'key-1' });
    const again = await logIn('link-2', { sessionToken, key: 'key-1' });
    expect(again.session_token).toBe(first.session_token);
  });

  it('does not use up the proof for a session that has ended', async () => {
    const { session_token: sessionToken } = await logIn();
    rig.pass({ minutes: 60 });
    rig.proofs.send('link-2', proofFor());
    expect(await refusal(logIn('link-2', { sessionToken }))).toBe('session_not_found');
    expect(rig.proofs.wasUsed('link-2')).toBe(false);
  });

  it('is not extended where no duration is given', async () => {
    const first = await logIn();
    rig.pass({ minutes: 10 });
    rig.proofs.send('link-2', proofFor());
    const answer = await logIn('link-2', { sessionJwt: first.session_jwt });
    expect(answer.member_session?.expires_at).toBe('2026-11-23T10:00:00.000Z');
  });

  it('ignores the session of another member without a word', async () => {
    rig.proofs.send(
      'globex',
      proofFor({ organizationId: globex, memberId: adaAtGlobex, memberEpoch: 0, organizationEpoch: 1 }),
    );
    const elsewhere = await logIn('globex');
    const answer = await logIn('link-1', { sessionToken: elsewhere.session_token });
    expect(answer.member_session?.member_session_id).not.toBe(elsewhere.member_session!.member_session_id);
    expect(await rig.written('session')).toEqual(['session.SessionStarted', 'session.SessionStarted']);
  });

  it('R14: mends a session that only wants a fresh proof', async () => {
    const first = await logIn('link-1', { durationMinutes: 600 });
    await rig.organizations.changeOrganization(acme, {
      session: {
        maximumDurationMinutes: null,
        idleTimeoutMinutes: null,
        reauthenticationIntervalMinutes: 60,
      },
    });
    rig.pass({ minutes: 61 });
    const lastProvenAt = rig.now;
    rig.proofs.send(
      'link-2',
      proofFor({ factor: emailFactor({ lastProvenAt, firstProvenAt: lastProvenAt }) }),
    );
    const answer = await logIn('link-2', { sessionToken: first.session_token });
    expect(answer.member_session?.member_session_id).toBe(first.member_session!.member_session_id);
  });

  it('R13: is no way round a second factor', async () => {
    const first = await logIn();
    await requireMfa();
    rig.proofs.send('link-2', proofFor());
    const answer = await logIn('link-2', { sessionToken: first.session_token });
    expect(answer).toMatchObject({ member_authenticated: false, session_token: '' });
  });
});
