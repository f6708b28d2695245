import type { JsonObject } from '@muster/kernel';
import {
  acme,
  adaAtAcme,
  discoveryProof,
  globex,
  memberFacts,
  organizationFacts,
  proofFor,
} from '../testing/facts.ts';
import { refusal } from '../testing/refusal.ts';
import { SessionRig } from '../testing/session-rig.ts';

const initech = 'organization-test-01919191-0000-7000-8000-00000000000c';
const adaAtInitech = 'member-test-01919191-0000-7000-8000-0000000000c1';

let rig: SessionRig;
let intermediateSessionToken: string;
beforeEach(async () => {
  rig = await SessionRig.start();
  rig.proofs.send('link-1', discoveryProof());
  const discovered = await rig.application.discovery.authenticateEmailLink(rig.call(), {
    token: 'link-1',
    codeVerifier: null,
  });
  intermediateSessionToken = discovered.intermediate_session_token;
});
afterEach(() => rig.stop());

type Given = { key?: string; durationMinutes?: number; token?: string };
const exchange = (organization: string, { key, durationMinutes, token }: Given = {}) =>
  rig.application.discoveryEntry.exchange(rig.call('Exchange', key, { organization }), {
    organization,
    intermediateSessionToken: token ?? intermediateSessionToken,
    durationMinutes: durationMinutes ?? null,
    customClaims: {},
  });
const create = (settings: JsonObject, { key, token }: Given = {}) =>
  rig.application.discoveryEntry.create(rig.call('Create', key, settings), {
    settings,
    intermediateSessionToken: token ?? intermediateSessionToken,
    durationMinutes: null,
    customClaims: {},
  });

describe('exchanging an intermediate session', () => {
  it('enters an organization as the member one is', async () => {
    const answer = await exchange('globex', { durationMinutes: 30 });
    expect(answer).toMatchObject({
      organization_id: globex,
      member_authenticated: true,
      intermediate_session_token: '',
      member_session: {
        organization_slug: 'globex',
        expires_at: '2026-11-23T09:30:00.000Z',
        authentication_factors: [{ email_factor: { email_id: 'member-email-ada-at-globex' } }],
      },
    });
    expect(await rig.written('session', 'intermediateSession')).toEqual([
      'intermediateSession.IntermediateSessionStarted',
      'session.SessionStarted',
      'intermediateSession.IntermediateSessionConsumed',
    ]);
  });

  it('E10: uses the bag up in the commit of the session, and writes to one organization only', async () => {
    await exchange(acme);
    const events = await rig.log.readAll(0, 1_000);
    const of = (type: string) => events.find((event) => event.type === type)!;
    const consumed = of('intermediateSession.IntermediateSessionConsumed');
    expect(consumed.commitId).toBe(of('session.SessionStarted').commitId);
    expect([consumed.organizationId, of('session.SessionStarted').organizationId]).toEqual([null, acme]);
  });

  it('R18: gives one session for one intermediate session, to fifty at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => refusal(exchange(index % 2 === 0 ? acme : globex))),
    );
    expect(answers.filter((code) => code === 'none')).toHaveLength(1);
    expect(answers.filter((code) => code === 'intermediate_session_not_found')).toHaveLength(49);
    expect(await rig.written('session')).toEqual(['session.SessionStarted']);
  });

  it('R18, E5: gives fifty repeats with one key the one session they stand for', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => exchange(acme, { key: 'key-1' })));
    expect(new Set(answers.map(({ session_token }) => session_token)).size).toBe(1);
    expect(await rig.written('session')).toEqual(['session.SessionStarted']);
  });

  it('E5: answers a repeat after the bag was used up', async () => {
    const first = await exchange(acme, { key: 'key-1' });
    expect((await exchange(acme, { key: 'key-1' })).session_token).toBe(first.session_token);
  });

  it('E5: refuses the same key for another call', async () => {
    await exchange(acme, { key: 'key-1' });
    await expect(exchange(globex, { key: 'key-1' })).rejects.toThrow('belongs to another command');
  });

  it('R11: gives the same bag back where something is missing', async () => {
    await rig.organizations.changeOrganization(globex, {
      authentication: { mode: 'RESTRICTED', allowed: ['sso'] },
    });
    const answer = await exchange(globex);
    expect(answer).toMatchObject({
      member_authenticated: false,
      session_token: '',
      intermediate_session_token: intermediateSessionToken,
      intermediate_session_token_expires_at: '2026-11-23T09:10:00.000Z',
      primary_required: { allowed_auth_methods: ['sso'], reasons: [{ code: 'methods_not_allowed' }] },
    });
    expect((await exchange(acme)).member_authenticated).toBe(true);
  });

  it('R30: joins by a rule, decided through discovery, once for fifty calls', async () => {
    await rig.organizations.put(organizationFacts({ organizationId: initech, slug: 'initech' }));
    rig.admissions.admits(initech, { memberId: adaAtInitech });
    const answers = await Promise.all(Array.from({ length: 50 }, () => refusal(exchange('initech'))));
    expect(answers.filter((code) => code === 'none')).toHaveLength(1);
    expect(new Set(rig.admissions.asked.map(({ flowId }) => flowId)).size).toBe(1);
    expect(rig.admissions.asked[0]).toMatchObject({
      organizationId: initech,
      memberId: null,
      applicant: { address: 'ada@acme.test', proof: 'proven' },
      through: 'discovery',
    });
  });

  it('R39: accepts an invitation, which proves the invited address', async () => {
    await rig.organizations.changeMember(adaAtAcme, { status: 'invited', emailVerified: false });
    rig.admissions.admits(acme, memberFacts());
    const answer = await exchange(acme);
    expect(answer.member).toMatchObject({ member_id: adaAtAcme, status: 'active' });
  });

  it('is refused with reasons, and keeps the bag', async () => {
    await rig.organizations.put(organizationFacts({ organizationId: initech, slug: 'initech' }));
    await expect(exchange('initech')).rejects.toMatchObject({
      code: 'admission_refused',
      details: { reasons: [{ code: 'no_rule_matches' }] },
    });
    rig.admissions.asksFirst('organization-test-waiting');
    await rig.organizations.put(
      organizationFacts({ organizationId: 'organization-test-waiting', slug: 'waiting' }),
    );
    await expect(exchange('waiting')).rejects.toMatchObject({
      code: 'join_request_pending',
      details: { reasons: [{ details: { join_request_id: 'join-request-1' } }] },
    });
    expect((await exchange(acme)).member_authenticated).toBe(true);
  });

  it('R16: does not bring back what was proven for a member before they were disabled', async () => {
    await rig.organizations.changeMember(adaAtAcme, { mfaEnrolled: true });
    rig.proofs.send('login', proofFor());
    const { intermediate_session_token: token } = await rig.logIn('login');
    await rig.organizations.changeMember(adaAtAcme, { mfaEnrolled: false, epoch: 8 });
    expect(await refusal(exchange(acme, { token }))).toBe('insufficient_factors');
    expect(await refusal(exchange(globex, { token }))).toBe('none');
  });

  it('refuses a duration that no session can have before anything else', async () =>
    expect(await refusal(exchange(acme, { durationMinutes: 4, token: 'forged' }))).toBe(
      'invalid_session_duration_minutes',
    ));

  it('R16: refuses where the organization is gone meanwhile', async () => {
    await rig.organizations.remove(acme);
    expect(await refusal(exchange(acme))).toBe('organization_not_found');
  });
});

describe('founding an organization', () => {
  it('R6: enters it as its first member', async () => {
    const answer = await create({ organization_slug: 'ada-corp' });
    expect(answer).toMatchObject({
      member_authenticated: true,
      organization: { organization_slug: 'ada-corp' },
      member_session: { roles: ['stytch_admin'] },
    });
  });

  it('R13: gives no session where everybody needs a second factor', async () => {
    const answer = await create({ mfa_policy: 'REQUIRED_FOR_ALL' });
    expect(answer).toMatchObject({
      member_authenticated: false,
      session_token: '',
      intermediate_session_token: intermediateSessionToken,
      mfa_required: { reasons: [{ code: 'mfa_required_by_organization' }] },
    });
    expect(await rig.written('session')).toEqual([]);
  });

  it('R18: founds one organization, however often the call is repeated', async () => {
    const before = rig.organizations.count;
    const settings = { mfa_policy: 'REQUIRED_FOR_ALL' };
    const first = await create(settings);
    const again = await create(settings);
    expect(again.organization_id).toBe(first.organization_id);
    expect(rig.organizations.count).toBe(before + 1);
  });

  it('R18: founds one organization for fifty calls at once, and one session', async () => {
    const before = rig.organizations.count;
    const answers = await Promise.all(Array.from({ length: 50 }, () => refusal(create({}))));
    expect(answers.filter((code) => code === 'none')).toHaveLength(1);
    expect(rig.organizations.count).toBe(before + 1);
    expect(await rig.written('session')).toEqual(['session.SessionStarted']);
  });

  it('E5: answers a repeat with the same key with the same session', async () => {
    const first = await create({}, { key: 'key-1' });
    expect((await create({}, { key: 'key-1' })).session_token).toBe(first.session_token);
  });

  it('asks for a freshly proven address: one carried over from an old session founds nothing', async () => {
    const { session_token: sessionToken } = await exchange(globex);
    rig.pass({ minutes: 30 });
    await rig.organizations.changeMember(adaAtAcme, { mfaEnrolled: true });
    const { intermediate_session_token: token } = await rig.application.exchange.exchange(rig.call(), {
      organization: acme,
      session: { sessionToken, sessionJwt: null },
      durationMinutes: null,
      customClaims: {},
    });
    const before = rig.organizations.count;
    expect(await refusal(create({}, { token }))).toBe('email_verification_required');
    expect(rig.organizations.count).toBe(before);
  });
});
