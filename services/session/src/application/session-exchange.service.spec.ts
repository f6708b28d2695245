import { noSessionPolicy } from '@muster/contracts';
import type { EntryAnswer } from './entry-answers.ts';
import {
  acme,
  adaAtAcme,
  adaAtGlobex,
  emailFactor,
  globex,
  memberFacts,
  proofFor,
} from '../testing/facts.ts';
import { mintRequest } from '../testing/mint-request.ts';
import { refusal } from '../testing/refusal.ts';
import { nothingCarried, SessionRig } from '../testing/session-rig.ts';

let rig: SessionRig;
let atAcme: EntryAnswer;
beforeEach(async () => {
  rig = await SessionRig.start();
  rig.proofs.send('login', proofFor());
  atAcme = await rig.logIn('login', { durationMinutes: 600, customClaims: { plan: 'free' } });
});
afterEach(() => rig.stop());

const exchange = (organization: string, sessionToken = atAcme.session_token, key?: string) =>
  rig.application.exchange.exchange(rig.call('Exchange', key), {
    organization,
    session: { sessionToken, sessionJwt: null },
    durationMinutes: null,
    customClaims: {},
  });
const authenticate = (sessionToken: string) => rig.authenticate({ sessionToken });

describe('switching to another organization', () => {
  it('mints a session there, with the factor but none of the claims of the first', async () => {
    const answer = await exchange('globex');
    expect(answer).toMatchObject({
      organization_id: globex,
      member_id: adaAtGlobex,
      member_authenticated: true,
      member_session: {
        custom_claims: {},
        authentication_factors: [
          { type: 'magic_link', email_factor: { email_id: 'member-email-ada-at-globex' } },
        ],
      },
    });
  });

  it('leaves the session one comes from as it is', async () => {
    await exchange(globex);
    const { member_session } = await authenticate(atAcme.session_token);
    expect(member_session).toEqual(atAcme.member_session);
  });

  it('E10: tells the organization one comes from nothing', async () => {
    const before = (await rig.log.readAll(0, 1_000)).length;
    await exchange(globex);
    const written = (await rig.log.readAll(0, 1_000)).slice(before);
    expect(written.map(({ type, organizationId }) => [type, organizationId])).toEqual([
      ['session.SessionStarted', globex],
    ]);
    const text = JSON.stringify(written);
    expect(text).not.toContain(acme);
    expect(text).not.toContain(adaAtAcme);
    expect(text).not.toContain(atAcme.member_session!.member_session_id);
  });

  it('S16: has an id and a token of its own', async () => {
    const answer = await exchange(globex);
    expect(answer.member_session!.member_session_id).not.toBe(atAcme.member_session!.member_session_id);
    expect(answer.session_token).not.toBe(atAcme.session_token);
  });

  it('R36: makes nobody a member', async () => {
    await rig.organizations.changeMember(adaAtGlobex, { status: 'deleted' });
    rig.admissions.admits(globex, { memberId: adaAtGlobex });
    expect(await refusal(exchange(globex))).toBe('member_does_not_exist_in_organization');
    await rig.organizations.changeMember(adaAtGlobex, { address: 'somebody@else.test' });
    expect(await refusal(exchange(globex))).toBe('member_does_not_exist_in_organization');
    expect(rig.admissions.asked).toEqual([]);
  });

  it('accepts an invitation, as long as it holds', async () => {
    rig.admissions.admits(globex, { memberId: adaAtGlobex });
    const invited = {
      status: 'invited',
      emailVerified: false,
      expiresAt: '2026-11-23T09:05:00.000Z',
    } as const;
    await rig.organizations.changeMember(adaAtGlobex, invited);
    rig.pass({ minutes: 5 });
    expect(await refusal(exchange(globex))).toBe('member_does_not_exist_in_organization');
    await rig.organizations.changeMember(adaAtGlobex, { ...invited, expiresAt: '2026-11-23T09:05:00.001Z' });
    expect((await exchange(globex)).member.status).toBe('active');
  });

  it('R10: goes by the address that was proven, not by the one an administrator wrote down', async () => {
    const grace = memberFacts({ memberId: 'member-test-grace', address: 'grace@globex.test' }, globex);
    await rig.organizations.putMember(globex, grace);
    await rig.organizations.changeMember(adaAtAcme, { address: 'grace@globex.test' });
    expect((await exchange(globex)).member_id).toBe(adaAtGlobex);
  });

  it('R11: answers an intermediate session and what is missing, with a hint at the target', async () => {
    await rig.organizations.changeMember(adaAtGlobex, { mfaEnrolled: true });
    const answer = await exchange(globex);
    expect(answer).toMatchObject({
      member_authenticated: false,
      mfa_required: { reasons: [{ code: 'mfa_enrolled_by_member' }] },
    });
    const listed = await rig.application.discovery.list(rig.call(), {
      ...nothingCarried,
      intermediateSessionToken: answer.intermediate_session_token,
    });
    expect(listed.organization_id_hint).toBe(globex);
  });

  it('R10, R12: takes along what counts anywhere, and nothing else', async () => {
    const onlyHere = emailFactor({
      method: 'email_otp',
      trust: { kind: 'organization', organizationId: acme },
    });
    const { context, command } = rig.call();
    const continued = { sessionId: atAcme.member_session!.member_session_id, activeAt: rig.now };
    const proofs = [{ factor: onlyHere, provenFor: null }];
    await rig.application.funnel.mint(mintRequest({ proofs, continued }), command, context);
    const { session } = (await rig.application.readSession(atAcme.member_session!.member_session_id))!;
    const sessionId = atAcme.member_session!.member_session_id;
    const token = rig.dependencies.tokens.derive('session', sessionId, session.generation);
    expect(session.ledger).toHaveLength(2);
    await rig.organizations.changeMember(adaAtGlobex, { mfaEnrolled: true });
    const { intermediate_session_token: bag } = await exchange(globex, token);
    await rig.organizations.changeMember(adaAtGlobex, { mfaEnrolled: false });
    const { id } = rig.dependencies.tokens.verify('intermediate-session', bag)!;
    const { ledger } = await rig.application.bags.byId(id, rig.now);
    expect(ledger.map(({ factor }) => factor.method)).toEqual(['magic_link']);
  });

  it('R14: asks for a fresh proof where the target wants one, whatever the source thinks', async () => {
    await rig.organizations.changeOrganization(globex, {
      session: { ...noSessionPolicy, reauthenticationIntervalMinutes: 60 },
    });
    rig.pass({ minutes: 60 });
    expect(await exchange(globex)).toMatchObject({
      member_authenticated: false,
      reauthentication_required: { reasons: [{ code: 'proven_too_long_ago' }] },
    });
  });

  it('R14: an interval in one organization does not touch the session in another', async () => {
    const atGlobex = await exchange(globex);
    await rig.organizations.changeOrganization(acme, {
      session: { ...noSessionPolicy, reauthenticationIntervalMinutes: 15 },
    });
    rig.pass({ minutes: 16 });
    expect(await refusal(authenticate(atAcme.session_token))).toBe('session_not_found');
    expect(await refusal(authenticate(atGlobex.session_token))).toBe('none');
  });

  it('R3: nor does disabling the member, or the organization, in another', async () => {
    const atGlobex = await exchange(globex);
    await rig.organizations.changeMember(adaAtAcme, { status: 'deleted', epoch: 8 });
    expect(await refusal(authenticate(atGlobex.session_token))).toBe('none');
    await rig.organizations.remove(acme);
    expect(await refusal(authenticate(atGlobex.session_token))).toBe('none');
  });

  it('R16: is no way back into an organization that disabled the member since', async () => {
    const atGlobex = await exchange(globex);
    await rig.organizations.changeMember(adaAtAcme, { epoch: 8 });
    expect(await refusal(exchange(acme, atGlobex.session_token))).toBe('insufficient_factors');
  });

  it('is refused to a session that does not count', async () => {
    rig.pass({ minutes: 600 });
    expect(await refusal(exchange(globex))).toBe('session_not_found');
  });

  it('E5: answers a repeat with the same key with the same session', async () => {
    const first = await exchange(globex, undefined, 'key-1');
    expect((await exchange(globex, undefined, 'key-1')).session_token).toBe(first.session_token);
  });
});
