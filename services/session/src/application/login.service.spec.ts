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
import { SessionRig } from '../testing/session-rig.ts';
import type { LoginAnswer, LoginRequest } from './login.service.ts';
import type { Carried } from './session-wishes.ts';

let rig: SessionRig;
beforeEach(async () => {
  rig = await SessionRig.start();
  rig.proofs.send('link-1', proofFor());
});
afterEach(() => rig.stop());

type Given = Partial<Omit<LoginRequest, 'carried'>> &
  Partial<Carried> & { key?: string; codeVerifier?: string };

const logIn = (token = 'link-1', { key, codeVerifier, ...given }: Given = {}): Promise<LoginAnswer> =>
  rig.application.logins.authenticateEmailLink(
    rig.call('AuthenticateMagicLink', key),
    { token, codeVerifier: codeVerifier ?? null },
    {
      durationMinutes: given.durationMinutes ?? null,
      customClaims: given.customClaims ?? {},
      carried: {
        sessionToken: given.sessionToken ?? null,
        sessionJwt: given.sessionJwt ?? null,
        intermediateSessionToken: given.intermediateSessionToken ?? null,
      },
    },
  );
const logInByCode = (code: string, given: Partial<{ organization: string; address: string }> = {}) =>
  rig.application.logins.authenticateEmailCode(
    rig.call('AuthenticateEmailCode'),
    { organization: acme, address: 'ada@acme.test', code, ...given },
    {
      durationMinutes: null,
      customClaims: {},
      carried: { sessionToken: null, sessionJwt: null, intermediateSessionToken: null },
    },
  );
const requireMfa = (organizationId = acme) =>
  rig.organizations.changeOrganization(organizationId, {
    mfa: { requirement: 'REQUIRED_FOR_ALL', mode: 'ALL_ALLOWED', allowed: [] },
  });
const openPolicy = (organizationId = acme) =>
  rig.organizations.changeOrganization(organizationId, {
    mfa: { requirement: 'OPTIONAL', mode: 'ALL_ALLOWED', allowed: [] },
    authentication: { mode: 'ALL_ALLOWED', allowed: [] },
  });

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
