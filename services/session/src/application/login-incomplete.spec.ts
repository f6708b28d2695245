import {
  acme,
  adaAtAcme,
  adaAtGlobex,
  emailFactor,
  globex,
  memberFacts,
  proofFor,
} from '../testing/facts.ts';
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
const openPolicy = () =>
  rig.organizations.changeOrganization(acme, {
    mfa: { requirement: 'OPTIONAL', mode: 'ALL_ALLOWED', allowed: [] },
  });

describe('a login that is not enough yet', () => {
  beforeEach(() => requireMfa());

  it('R13, R17: answers an intermediate session and what is missing, and no session', async () => {
    const answer = await logIn('link-1', { durationMinutes: 30, customClaims: { a: 1 } });
    expect(answer).toMatchObject({
      member_id: adaAtAcme,
      member_authenticated: false,
      member_session: null,
      session_token: '',
      session_jwt: '',
      primary_required: null,
      mfa_required: { member_options: null, reasons: [{ code: 'mfa_required_by_organization' }] },
      intermediate_session_token_expires_at: '2026-11-23T09:10:00.000Z',
      method_id: 'member-email-ada-at-acme',
    });
    expect(await rig.written()).toEqual([
      'login.LoginStarted',
      'intermediateSession.IntermediateSessionStarted',
      'login.LoginCompleted',
    ]);
  });

  it('E5: repeats the same intermediate session for the same key', async () => {
    const first = await logIn('link-1', { key: 'key-1' });
    const again = await logIn('link-1', { key: 'key-1' });
    expect(again.intermediate_session_token).toBe(first.intermediate_session_token);
    expect(again.mfa_required).toEqual(first.mfa_required);
  });

  it('E5: repeats it also where the policy would now give a session: the login has ended', async () => {
    const first = await logIn('link-1', { key: 'key-1' });
    await openPolicy();
    const again = await logIn('link-1', { key: 'key-1' });
    expect(again).toMatchObject({
      member_authenticated: false,
      intermediate_session_token: first.intermediate_session_token,
    });
    expect(await rig.written('session')).toEqual([]);
  });

  it('R17: is known by its own token only, not by another one derived from it', async () => {
    const { intermediate_session_token } = await logIn();
    const { tokens } = rig.dependencies;
    const { id } = tokens.verify('intermediate-session', intermediate_session_token)!;
    const another = tokens.derive('intermediate-session', id, 2);
    rig.proofs.send('link-2', proofFor());
    expect(await refusal(logIn('link-2', { intermediateSessionToken: another }))).toBe(
      'intermediate_session_not_found',
    );
  });

  it('R11: gives the same intermediate session back while it is not enough, with its own end', async () => {
    const { intermediate_session_token } = await logIn();
    rig.pass({ minutes: 3 });
    rig.proofs.send('link-2', proofFor({ factor: emailFactor({ method: 'email_otp' }) }));
    const answer = await logIn('link-2', { intermediateSessionToken: intermediate_session_token });
    expect(answer.intermediate_session_token).toBe(intermediate_session_token);
    expect(answer.intermediate_session_token_expires_at).toBe('2026-11-23T09:10:00.000Z');
    expect(await rig.written('intermediateSession')).toEqual([
      'intermediateSession.IntermediateSessionStarted',
      'intermediateSession.FactorAdded',
    ]);
  });

  it('R11, R18: becomes a session once it is enough, with all factors, and is used up by it', async () => {
    const { intermediate_session_token } = await logIn();
    await openPolicy();
    rig.proofs.send('link-2', proofFor({ factor: emailFactor({ method: 'email_otp' }) }));
    const answer = await logIn('link-2', { intermediateSessionToken: intermediate_session_token });
    expect(answer.member_session?.authentication_factors.map(({ type }) => type)).toEqual([
      'magic_link',
      'email_otp',
    ]);
    rig.proofs.send('link-3', proofFor());
    expect(await refusal(logIn('link-3', { intermediateSessionToken: intermediate_session_token }))).toBe(
      'intermediate_session_not_found',
    );
  });

  it('is over after ten minutes', async () => {
    const { intermediate_session_token } = await logIn();
    rig.pass({ minutes: 10 });
    rig.proofs.send('link-2', proofFor());
    expect(await refusal(logIn('link-2', { intermediateSessionToken: intermediate_session_token }))).toBe(
      'intermediate_session_not_found',
    );
  });

  it('R2: is no help to somebody else, and no error', async () => {
    const { intermediate_session_token } = await logIn();
    const grace = memberFacts({ memberId: 'member-test-grace', address: 'grace@acme.test', epoch: 0 });
    await rig.organizations.putMember(acme, grace);
    const factor = emailFactor({ subject: { kind: 'email', address: 'grace@acme.test', emailId: '' } });
    rig.proofs.send('grace', proofFor({ factor, memberId: 'member-test-grace', memberEpoch: 0 }));
    const answer = await logIn('grace', { intermediateSessionToken: intermediate_session_token });
    expect(answer.intermediate_session_token).not.toBe(intermediate_session_token);
    expect(answer.member_id).toBe('member-test-grace');
  });

  it('R3: still lets the person into an organization that asks for less', async () => {
    const { intermediate_session_token } = await logIn();
    rig.proofs.send(
      'globex',
      proofFor({ organizationId: globex, memberId: adaAtGlobex, memberEpoch: 0, organizationEpoch: 1 }),
    );
    const answer = await logIn('globex', { intermediateSessionToken: intermediate_session_token });
    expect(answer).toMatchObject({ member_authenticated: true, organization_id: globex });
  });
});
