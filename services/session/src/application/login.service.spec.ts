import { acme, adaAtAcme, emailFactor, memberFacts, proofFor } from '../testing/facts.ts';
import { refusal } from '../testing/refusal.ts';
import { type LoginGiven, nothingCarried, SessionRig } from '../testing/session-rig.ts';

let rig: SessionRig;
beforeEach(async () => {
  rig = await SessionRig.start();
  rig.proofs.send('link-1', proofFor());
});
afterEach(() => rig.stop());

const logIn = (token = 'link-1', given?: LoginGiven) => rig.logIn(token, given);
const logInByCode = (code: string, given: Partial<{ organization: string; address: string }> = {}) =>
  rig.application.logins.authenticateEmailCode(
    rig.call('AuthenticateEmailCode'),
    { organization: acme, address: 'ada@acme.test', code, ...given },
    { durationMinutes: null, customClaims: {}, carried: nothingCarried },
  );

describe('logging in with a link', () => {
  it('answers a session, its tokens, and who is in', async () => {
    const answer = await logIn();
    expect(answer).toMatchObject({
      member_id: adaAtAcme,
      organization_id: acme,
      method_id: 'member-email-ada-at-acme',
      member_authenticated: true,
      intermediate_session_token: '',
      intermediate_session_token_expires_at: null,
      primary_required: null,
      mfa_required: null,
      reauthentication_required: null,
      member_session: {
        member_id: adaAtAcme,
        organization_id: acme,
        organization_slug: 'acme',
        roles: ['stytch_member'],
        started_at: '2026-11-23T09:00:00.000Z',
        last_accessed_at: '2026-11-23T09:00:00.000Z',
        expires_at: '2026-11-23T10:00:00.000Z',
        authentication_factors: [
          {
            type: 'magic_link',
            delivery_method: 'email',
            sequence_order: 'PRIMARY',
            created_at: '2026-11-23T09:00:00.000Z',
            updated_at: '2026-11-23T09:00:00.000Z',
            last_authenticated_at: '2026-11-23T09:00:00.000Z',
            email_factor: { email_id: 'member-email-ada-at-acme', email_address: 'ada@acme.test' },
          },
        ],
        custom_claims: {},
      },
    });
    expect(answer.session_token).not.toBe('');
    expect(answer.session_jwt.split('.')).toHaveLength(3);
  });

  it('is a flow: started first, completed in the commit of the session', async () => {
    await logIn();
    expect(await rig.written()).toEqual([
      'login.LoginStarted',
      'session.SessionStarted',
      'login.LoginCompleted',
    ]);
    const events = await rig.log.readAll(0, 1_000);
    const commitOf = (type: string) => events.find((event) => event.type === type)!.commitId;
    expect(commitOf('login.LoginCompleted')).toBe(commitOf('session.SessionStarted'));
  });

  it('R18: gives one session for one link, however many come with it at once', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => refusal(logIn())));
    expect(answers.filter((code) => code === 'none')).toHaveLength(1);
    expect(answers.filter((code) => code === 'unable_to_auth_magic_link')).toHaveLength(49);
    expect(await rig.written('session')).toEqual(['session.SessionStarted']);
  });

  it('E5: answers a repeat with the same key with the same session', async () => {
    const first = await logIn('link-1', { key: 'key-1' });
    const again = await logIn('link-1', { key: 'key-1' });
    expect(again.session_token).toBe(first.session_token);
    expect(await rig.written('session')).toEqual(['session.SessionStarted']);
  });

  it('E5: answers a repeat with the same PKCE verifier with the same session, and another one not at all', async () => {
    const first = await logIn('link-1', { codeVerifier: 'verifier-1' });
    expect((await logIn('link-1', { codeVerifier: 'verifier-1' })).session_token).toBe(first.session_token);
    expect(await refusal(logIn('link-1', { codeVerifier: 'verifier-2' }))).toBe('unable_to_auth_magic_link');
  });

  it('records a refusal, and repeats it for the same key without looking at the proof again', async () => {
    expect(await refusal(logIn('link-2', { key: 'key-2' }))).toBe('unable_to_auth_magic_link');
    expect(await rig.written()).toEqual(['login.LoginStarted', 'login.LoginRefused']);
    rig.proofs.send('link-2', proofFor());
    expect(await refusal(logIn('link-2', { key: 'key-2' }))).toBe('unable_to_auth_magic_link');
    expect(rig.proofs.wasUsed('link-2')).toBe(false);
  });

  it('leaves the flow open where a part of the service is not available, for the same key to finish', async () => {
    rig.organizations.reachable = false;
    await expect(logIn('link-1', { key: 'key-3' })).rejects.toThrow('organization is unavailable');
    rig.organizations.reachable = true;
    expect((await logIn('link-1', { key: 'key-3' })).member_authenticated).toBe(true);
    expect(await rig.written('session')).toEqual(['session.SessionStarted']);
  });

  it('does not use up the proof for a call that could not end in a session', async () => {
    expect(await refusal(logIn('link-1', { durationMinutes: 4 }))).toBe('invalid_session_duration_minutes');
    expect(await refusal(logIn('link-1', { customClaims: { sub: 'x' } }))).toBe(
      'reserved_claims_in_custom_claims',
    );
    expect(await refusal(logIn('link-1', { sessionToken: 'a', sessionJwt: 'b' }))).toBe(
      'too_many_session_arguments',
    );
    expect(await refusal(logIn('link-1', { sessionToken: 'a', intermediateSessionToken: 'b' }))).toBe(
      'too_many_session_arguments',
    );
    expect(await refusal(logIn('link-1', { sessionToken: 'forged' }))).toBe('session_not_found');
    expect(await refusal(logIn('link-1', { intermediateSessionToken: 'forged' }))).toBe(
      'intermediate_session_not_found',
    );
    expect(rig.proofs.wasUsed('link-1')).toBe(false);
  });

  it('R16: refuses a link from before the member was disabled, though they are active again', async () => {
    await rig.organizations.changeMember(adaAtAcme, { epoch: 8 });
    expect(await refusal(logIn())).toBe('unable_to_auth_magic_link');
  });

  it('R16: refuses a link from before the organization was disabled', async () => {
    await rig.organizations.changeOrganization(acme, { epoch: 4 });
    expect(await refusal(logIn())).toBe('unable_to_auth_magic_link');
  });

  it('R10: refuses a discovery proof at an organization', async () => {
    rig.proofs.send('link-3', proofFor({ organizationId: null, memberId: null }));
    expect(await refusal(logIn('link-3'))).toBe('unable_to_auth_magic_link');
  });
});

describe('logging in as somebody who is not active yet', () => {
  beforeEach(() => rig.organizations.changeMember(adaAtAcme, { status: 'invited', emailVerified: false }));

  it('R36: asks for admission through the organization, then proves the address, then mints', async () => {
    rig.admissions.admits(acme, memberFacts());
    const answer = await logIn();
    expect(answer.member_authenticated).toBe(true);
    expect(rig.admissions.asked).toEqual([
      {
        flowId: expect.stringMatching(/^login-test-/),
        organizationId: acme,
        memberId: adaAtAcme,
        applicant: { address: 'ada@acme.test', proof: 'proven', connectionId: null },
        through: 'organization',
      },
    ]);
    expect(rig.organizations.asked).toContain('proveAddress');
  });

  it('is refused with the reasons, and the refusal is kept', async () => {
    const error = await logIn().catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      code: 'admission_refused',
      details: { reasons: [{ code: 'no_rule_matches' }] },
    });
    expect(await rig.written()).toEqual(['login.LoginStarted', 'login.LoginRefused']);
  });

  it('R32: is told to wait where somebody has to agree', async () => {
    rig.admissions.asksFirst(acme);
    const error = await logIn().catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      code: 'join_request_pending',
      details: { reasons: [{ code: 'join_request_pending' }] },
    });
    expect(await rig.written('session')).toEqual([]);
  });
});

describe('an e-mail update', () => {
  it('is completed by proving the new address, which is then the one that counts (R10)', async () => {
    const factor = emailFactor({ subject: { kind: 'email', address: 'ada@new.test', emailId: '' } });
    rig.proofs.send('update', proofFor({ factor, purpose: 'email_update' }));
    const answer = await logIn('update');
    expect(answer.member.email_address).toBe('ada@new.test');
    expect(answer.member_authenticated).toBe(true);
  });
});

describe('logging in with a code', () => {
  it('takes the organization by slug and the address in any spelling', async () => {
    rig.proofs.send('123456', proofFor({ factor: emailFactor({ method: 'email_otp' }) }));
    const answer = await logInByCode('123456', { organization: 'acme', address: 'Ada@ACME.test' });
    expect(answer.member_session?.authentication_factors[0]?.type).toBe('email_otp');
  });

  it('says what is wrong with the code, the address and the organization', async () => {
    expect(await refusal(logInByCode('000000'))).toBe('unable_to_auth_otp_code');
    expect(await refusal(logInByCode('000000', { address: 'nobody' }))).toBe('invalid_email');
    expect(await refusal(logInByCode('000000', { organization: 'nowhere' }))).toBe('organization_not_found');
  });
});
